"""What operations decides about parked messages: replayed or discarded, with a reason that is kept (contracts §3)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, StringConstraints
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import DecisionRow
from shared import clock
from shared.contracts.base import Line
from shared.inbox import ParkedRow
from shared.messaging.batch import TRANSIENT
from shared.messaging.ingest import Ingest
from shared.problems import Problem
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/parked")
Decider = Annotated[Principal, Depends(require("parked:decide"))]
Action = Literal["replay", "discard"]
GONE = "Diese ausgesteuerte Nachricht gibt es nicht mehr; vielleicht hat jemand anderes schon entschieden."
OLD = "Ein Lebenszeichen lässt sich nicht wieder einspielen: das nächste ersetzt es. Bitte verwerfen Sie es."
TAKEN_IN, STAYS, DISCARDED = "taken_in", "still_parked", "discarded"
CANNOT = "cannot be applied"


class DecisionIn(BaseModel):
    """Why operations decides so; kept with the decision, so no names of clients."""

    reason: Annotated[Line, StringConstraints(min_length=3, max_length=300)]


class DecisionOut(BaseModel):
    """What became of it: `taken_in`, `still_parked` with the cause, or `discarded`."""

    outcome: str
    cause: str


class ReplayedOut(BaseModel):
    """How many waiting messages were taken in, and how many still wait."""

    taken_in: int
    waiting: int


@router.post("/replay-later")
async def replay_all(request: Request, body: DecisionIn, who: Decider) -> ReplayedOut:
    """Replay all messages that wait for an upgrade, as each process does when it starts."""
    state = request.app.state
    async with state.sessions() as session:
        before = set((await session.exec(select(ParkedRow.id).where(ParkedRow.fate == "later"))).all())
    for ingest in state.ingests.values():
        await ingest.replay_later()
    async with state.sessions() as session, session.begin():
        left = set((await session.exec(select(ParkedRow.id).where(col(ParkedRow.id).in_(before)))).all())
        told = DecisionRow(
            parked_id=0, stream="*", sequence=0, action="replay", reason=body.reason,
            outcome=f"{TAKEN_IN}: {len(before - left)}", subject=who.subject, at=clock.now(),
        )  # fmt: skip
        session.add(told)
    return ReplayedOut(taken_in=len(before - left), waiting=len(left))


@router.post("/{parked_id}/{action}")
async def decide(request: Request, parked_id: int, action: Action, body: DecisionIn, who: Decider) -> DecisionOut:
    """Replay or discard one message. Raises Problem 404 when it is gone, 409 for one that cannot be replayed."""
    state = request.app.state
    try:
        async with state.sessions() as session, session.begin():
            row = await session.get(ParkedRow, parked_id, with_for_update=True) if 0 < parked_id < 2**63 else None
            if row is None:
                raise Problem(404, GONE)
            outcome, cause = await _carry_out(session, state.ingests, row, action)
            _note(session, row, action, body.reason, outcome, who)
    except TRANSIENT:
        raise
    except DBAPIError as error:  # what the message says cannot be written: it stays, and so does the decision
        outcome, cause = STAYS, f"{CANNOT}: {type(error.orig).__name__}"
        async with state.sessions() as session, session.begin():
            if (row := await session.get(ParkedRow, parked_id)) is not None:
                _note(session, row, action, body.reason, outcome, who)
    return DecisionOut(outcome=outcome, cause=cause)


async def _carry_out(
    session: AsyncSession, ingests: Mapping[str, Ingest], row: ParkedRow, action: Action
) -> tuple[str, str]:
    if action == "discard":
        await session.delete(row)
        return DISCARDED, ""
    if row.stream not in ingests:
        raise Problem(409, OLD)
    cause = await ingests[row.stream].replay(session, row)
    return (STAYS, cause) if cause else (TAKEN_IN, "")


def _note(session: AsyncSession, row: ParkedRow, action: Action, reason: str, outcome: str, who: Principal) -> None:
    session.add(
        DecisionRow(
            parked_id=row.id or 0, stream=row.stream, sequence=row.sequence, action=action, reason=reason,
            outcome=outcome, subject=who.subject, at=clock.now(),
        )
    )  # fmt: skip
