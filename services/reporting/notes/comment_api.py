"""The API of comments on figures; free text that stays in this reporting, seen by who may read its figures."""

import asyncio
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.reporting.notes import threads
from services.reporting.notes.comment_models import CommentIn, CommentOut, CommentPage, State, ThreadOut
from services.reporting.notes.rules import about, as_known
from services.reporting.notes.tables import CommentRow
from services.reporting.question import read_query
from shared import clock
from shared.problems import FieldProblem, Problem, invalid
from shared.security import Principal, require
from shared.vocabulary.personal import suspicions

router = APIRouter(prefix="/api/v1/comments")
Reader = Annotated[Principal, Depends(require("comments:read"))]
Writer = Annotated[Principal, Depends(require("comments:write"))]
Settler = Annotated[Principal, Depends(require("comments:settle"))]
ONE_OF = "Ein Kommentar gehört zu einer Zahl oder antwortet auf einen anderen."
CONFIRM = "Kommentare nennen keine Personen. Bitte herausnehmen, oder bestätigen, dass es keine Person betrifft."


@router.get("")
async def comments(
    request: Request,
    who: Reader,
    query: Annotated[str, Query(max_length=4000)] = "",
    state: Literal["open", "resolved"] | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> CommentPage:
    """Comments on the figure of a question, whenever it was looked at, or on all; newest first, with their answers."""
    resolved = None if state is None else state == "resolved"
    async with request.app.state.sessions() as session:
        found, total = await threads.threads(session, about=about(query), resolved=resolved, limit=limit, offset=offset)
    now = await _now(request, [thread.first for thread in found])
    return CommentPage(items=[ThreadOut.seen(thread, who.subject, now) for thread in found], total=total)


async def _now(request: Request, rows: list[CommentRow]) -> dict[str, int]:
    """What the same questions answer today, by what they are about; without those that networks would be asked."""
    today = clock.today()
    days = {row.about: today - timedelta(days=1) for row in rows}
    for row in rows:  # never a day before the one that was looked at
        days[row.about] = max(days[row.about], date.fromisoformat(row.passport["as_of"]))
    links = {key: as_known(key, day) for key, day in days.items()}
    values = await asyncio.gather(*(_value(request, link, today) for link in links.values()))
    return {key: value for key, value in zip(links, values, strict=True) if value is not None}


async def _value(request: Request, link: str, today: date) -> int | None:
    try:
        question = read_query(link, request.app.state.settings.network, today)
        if question.asked:
            return None
        return int((await request.app.state.figures.answer(question, today))["total"])
    except Problem:  # an indicator or a value that is gone
        return None


@router.get("/{comment_id}")
async def one(request: Request, comment_id: UUID, who: Reader) -> CommentOut:
    """One comment, or one answer. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        return CommentOut.of(await threads.comment(session, comment_id), who.subject)


@router.put("/{comment_id}")
async def write(request: Request, comment_id: UUID, body: CommentIn, who: Writer) -> CommentOut:
    """Write a comment or an answer, or change an own one (`revision`).

    Raises Problem 404 for another's, 409 for what was changed meanwhile, 422 for a text that looks like a person and
    is not `confirmed`, and for a question that cannot be asked.
    """
    state, now = request.app.state, clock.now()
    found = suspicions({"text": body.text})
    if found and not body.confirmed:
        raise invalid(FieldProblem("confirmed", None, " ".join(one.text for one in found), CONFIRM))
    if body.revision is not None:
        async with state.sessions() as session, session.begin():
            row = await threads.change(session, comment_id, who.subject, body.text, body.revision, now)
            return CommentOut.of(row, who.subject)
    figure = await _figure(request, body)
    async with state.sessions() as session, session.begin():
        row = await threads.write(session, comment_id, who.subject, body.text, figure, now)
        return CommentOut.of(row, who.subject)


async def _figure(request: Request, body: CommentIn) -> threads.Figure:
    """The figure a new comment is about, as it is answered here, not as somebody says it was."""
    if (body.answers_to is None) == (body.query is None):
        raise invalid(FieldProblem("query", body.query, ONE_OF, "Bitte genau eines von beiden angeben."))
    if body.answers_to is not None:
        async with request.app.state.sessions() as session:
            return await threads.answered_figure(session, body.answers_to)
    today = clock.today()
    question = read_query(str(body.query), request.app.state.settings.network, today)
    answer: dict[str, Any] = await request.app.state.figures.answer(question, today)
    link = answer["passport"]["link"]
    return threads.Figure(about(link), link, answer["passport"], answer["total"])


@router.post("/{comment_id}/state")
async def settle(request: Request, comment_id: UUID, body: State, who: Settler) -> CommentOut:
    """Resolve a comment, or open it again. Raises Problem 404, 409 for what was changed meanwhile."""
    async with request.app.state.sessions() as session, session.begin():
        row = await threads.settle(
            session, comment_id, who.subject, resolved=body.resolved, revision=body.revision, now=clock.now()
        )
        return CommentOut.of(row, who.subject)


@router.delete("/{comment_id}", status_code=204)
async def delete(request: Request, comment_id: UUID, who: Writer) -> Response:
    """Delete an own comment. Raises Problem 404."""
    async with request.app.state.sessions() as session, session.begin():
        await threads.delete(session, comment_id, who.subject, clock.now())
    return Response(status_code=204)
