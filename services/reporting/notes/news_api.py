"""The API of news: what has changed since the last visit, for the one who asks; seen only when she says so."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.notes import happenings
from services.reporting.notes.news import Changed
from services.reporting.notes.rules import FIRST_VISIT
from shared import clock
from shared.clock import BERLIN
from shared.problems import FieldProblem, invalid
from shared.security import Principal, allowed, require
from shared.topology import CENTRE

router = APIRouter(prefix="/api/v1/news")
Reader = Annotated[Principal, Depends(require("news:read"))]
OLDEST = timedelta(days=366)
"""A page that has stood open for longer is none."""


class FigureOut(BaseModel):
    """A figure then and now, and how many records were new, late, delayed, corrected, withdrawn, restored or moved."""

    indicator: str
    region: str
    line: str | None
    then: int
    now: int
    then_query: str
    now_query: str
    new: int
    late: int
    delayed: int
    corrected: int
    withdrawn: int
    restored: int
    moved: int


class EditionOut(BaseModel):
    """An edition that was made, submitted or published."""

    edition_id: UUID
    region: str
    title: str
    state: str
    created_on: date
    published_on: date | None


class AnswerOut(BaseModel):
    """What a network said about its edition: `confirmed`, or that it does not know it."""

    edition_id: UUID
    region: str
    title: str
    confirmed: bool


class SharedOut(BaseModel):
    """A view that somebody shares."""

    view_id: UUID
    name: str
    owner: str
    shared_at: datetime


class CommentedOut(BaseModel):
    """A figure with comments of others, or with own ones that they resolved; no text."""

    query: str
    written: int
    resolved: int


class SilenceOut(BaseModel):
    """A network that is silent since an instant, or came `back` after days."""

    region: str
    back: bool
    since: datetime | None
    days: int


class ParkedOut(BaseModel):
    """Messages of a network that were set aside."""

    region: str
    messages: int


class NewsOut(BaseModel):
    """What is new `since` the last visit, until the instant `until`; figures by whole days, from `day` on."""

    since: datetime
    first: bool
    day: date
    until: datetime
    figures: list[FigureOut]
    editions: list[EditionOut]
    answers: list[AnswerOut]
    views: list[SharedOut]
    comments: list[CommentedOut]
    networks: list[SilenceOut]
    parked: list[ParkedOut]


class SeenIn(BaseModel):
    """Until when everything has been seen: what the page said."""

    until: AwareDatetime


class SeenOut(BaseModel):
    """Until when everything has been seen."""

    until: datetime


@router.get("")
async def news(request: Request, who: Reader) -> NewsOut:
    """Everything since the last visit; at the first one of the last seven days. Reading it moves no mark."""
    state, now = request.app.state, clock.now()
    async with state.sessions() as session:
        seen = await happenings.last_visit(session, who.subject)
        since = seen or now - FIRST_VISIT
        day = since.astimezone(BERLIN).date()
        beside = await _beside(session, who, since, day, now, centre=state.settings.network == CENTRE)
    figures = [_figure(one) for one in await state.news.changed(day, clock.today())]
    told = {"since": since, "first": seen is None, "day": day, "until": now, "figures": figures}
    return NewsOut.model_validate(told | beside)


def _figure(one: Changed) -> dict[str, Any]:
    told = asdict(one)
    tally: dict[str, int] = told.pop("tally")
    return told | tally


async def _beside(
    session: AsyncSession, who: Principal, since: datetime, day: date, now: datetime, *, centre: bool
) -> dict[str, Any]:
    """What happened beside the figures, as far as it concerns the one who asks."""
    makes, operates = allowed(who, "editions:make"), allowed(who, "operations:read")
    editions = await happenings.editions(session, day, drafts=makes)
    views = await happenings.shared_views(session, who.subject, since)
    silent = await happenings.silent_networks(session, day, now, clock.today()) if centre else []
    return {
        "editions": [row.model_dump(include=set(EditionOut.model_fields)) for row in editions],
        "answers": await happenings.answers(session, since) if makes and centre else [],
        "views": [row.model_dump(include=set(SharedOut.model_fields)) for row in views],
        "comments": await happenings.comments(session, who.subject, since),
        "networks": [asdict(one) for one in silent],
        "parked": await happenings.parked(session, day) if operates else [],
    }


@router.post("/seen")
async def seen(request: Request, body: SeenIn, who: Reader) -> SeenOut:
    """Everything that was told until an instant has been seen. Raises Problem 422 for one to come."""
    if not timedelta(0) <= clock.now() - body.until <= OLDEST:
        problem, remedy = "Dieser Zeitpunkt ist nicht möglich.", "Bitte den angeben, den die Seite nennt."
        raise invalid(FieldProblem("until", body.until.isoformat(), problem, remedy))
    async with request.app.state.sessions() as session, session.begin():
        await happenings.move_mark(session, who.subject, body.until)
    return SeenOut(until=body.until)
