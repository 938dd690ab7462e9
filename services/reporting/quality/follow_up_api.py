"""The API of follow-ups: listed on both sides, asked and closed at the centre, answered in the network."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.reporting.quality import states, store
from services.reporting.quality.api import assessed
from services.reporting.quality.assessment import Assessment, value_now
from services.reporting.quality.findings import link, sentence
from services.reporting.quality.follow_ups import Answered, FollowUps
from services.reporting.quality.parameters import load_rules
from shared import clock
from shared.contracts.follow_ups import FollowUp
from shared.security import Principal, require
from shared.vocabulary.quality import FollowUpChoice, FollowUpState, KnownCause, ReopenReason

router = APIRouter(prefix="/api/v1/follow-ups")
Reader = Annotated[Principal, Depends(require("quality:read"))]
Asker = Annotated[Principal, Depends(require("follow_ups:ask"))]
Answerer = Annotated[Principal, Depends(require("follow_ups:answer"))]
Key = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Revision = Annotated[int, Field(ge=0, le=1_000_000)]
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")]
ORDER = {FollowUpState.ANSWERED: 1, FollowUpState.OPEN: 2, FollowUpState.CLOSED: 3}


class Body(BaseModel):
    """Nothing else may stand in it."""

    model_config = ConfigDict(extra="forbid")


class AskIn(Body):
    """The key of a finding, as of which day it was found (none: yesterday), and when an answer is due."""

    finding: Key
    due_on: date
    as_of: date | None = None


class ReopenIn(Body):
    """Asked once more: the revision that was seen, why, and when an answer is due."""

    revision: Revision
    reason: ReopenReason
    due_on: date


class CloseIn(Body):
    """Closed: the revision that was seen."""

    revision: Revision


class AnswerIn(Body):
    """The network's answer: to which time of asking, the choice, and the cause, day or month that goes with it."""

    asked: Revision
    choice: FollowUpChoice
    cause: KnownCause | None = None
    until: date | None = None
    month: Month | None = None


class AnswerOut(BaseModel):
    """An answer as it was given; `asked` is the time of asking it answers."""

    asked: int
    choice: FollowUpChoice
    cause: KnownCause | None
    until: date | None
    month: str | None
    answered_on: date


class FollowUpOut(BaseModel):
    """A follow-up; `value` as it was when it was asked, `value_now` as it is (none: no longer looked at)."""

    follow_up_id: UUID
    finding: str
    network: str
    state: FollowUpState
    overdue: bool
    revision: int
    asked: int
    asked_on: date
    due_on: date
    reason: ReopenReason | None
    rule: str
    indicator: str | None
    dimensions: dict[str, str]
    period: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    value_now: float | None
    sentence: str
    link: str
    answer: AnswerOut | None


class FollowUpList(BaseModel):
    """Follow-ups: those that are overdue, then answered, open and closed ones."""

    items: list[FollowUpOut]


@router.get("")
async def listed(request: Request, _who: Reader) -> FollowUpList:
    """All follow-ups of this network, or at the centre of all."""
    async with request.app.state.sessions() as session:
        found = await store.follow_ups(session)
    now = await assessed(request, None, None)
    items = [shown(region, one, now) for region, one in found]
    items.sort(key=lambda one: (not one.overdue, ORDER[one.state], one.due_on, one.network, one.follow_up_id))
    return FollowUpList(items=items)


@router.put("/{follow_up_id}")
async def ask(request: Request, follow_up_id: UUID, body: AskIn, _who: Asker) -> FollowUpOut:
    """Turn a finding into a follow-up. Raises Problem 409 for a finding that is gone or asked about already, 422."""
    found = await assessed(request, body.as_of, None)
    region, made = await _desk(request).ask(follow_up_id, found.finding(body.finding), body.due_on)
    return shown(region, made, found)


@router.post("/{follow_up_id}/reopen")
async def reopen(request: Request, follow_up_id: UUID, body: ReopenIn, _who: Asker) -> FollowUpOut:
    """Ask once more. Raises Problem 404, 409, 422."""
    done = await _desk(request).reopen(follow_up_id, body.revision, body.reason, body.due_on)
    return shown(*done, await assessed(request, None, None))


@router.post("/{follow_up_id}/close")
async def close(request: Request, follow_up_id: UUID, body: CloseIn, _who: Asker) -> FollowUpOut:
    """Close it. Raises Problem 404, 409."""
    done = await _desk(request).close(follow_up_id, body.revision)
    return shown(*done, await assessed(request, None, None))


@router.post("/{follow_up_id}/answer")
async def answer(request: Request, follow_up_id: UUID, body: AnswerIn, _who: Answerer) -> FollowUpOut:
    """Answer it for this network. Raises Problem 404, 409, 422."""
    done = await _desk(request).answer(follow_up_id, Answered(**body.model_dump()))
    return shown(*done, await assessed(request, None, None))


def _desk(request: Request) -> FollowUps:
    desk: FollowUps = request.app.state.follow_ups
    return desk


def shown(region: str, follow_up: FollowUp, now: Assessment) -> FollowUpOut:
    """A follow-up with what its number is by now."""
    question, subject = follow_up.question, states.subject_of(region, follow_up.question)
    given = follow_up.answer
    same = question.model_dump(include={*FollowUpOut.model_fields} & {*type(question).model_fields})
    return FollowUpOut.model_validate(
        same
        | {
            "finding": subject.key,
            "network": region,
            "state": states.state(follow_up),
            "overdue": states.overdue(follow_up, clock.today()),
            "unit": load_rules().sheets[subject.rule].unit,
            "value_now": value_now(now, subject),
            "sentence": sentence(subject.rule, question.value, question.low, question.high),
            "link": link(subject, now.as_of, now.known_at),
            "answer": given.model_dump() if given else None,
        }
    )
