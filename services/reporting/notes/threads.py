"""Comments on figures: written, answered once, resolved, changed and deleted by who wrote them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.notes.tables import CommentRow
from shared.problems import FieldProblem, Problem, invalid

UNKNOWN = "Diesen Kommentar gibt es nicht (mehr)."
STALE = (
    "Dieser Kommentar wurde inzwischen geändert. Bitte vergleichen Sie beide Fassungen und speichern Sie noch einmal."
)
NO_ANSWER = "Auf eine Antwort kann niemand antworten."
# Comments change one after the other, which is seldom: nobody answers what is being deleted.
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('figure comments', 0))")


@dataclass(frozen=True)
class Figure:
    """A figure as a comment keeps it: question without days, question that was looked at, passport and value.

    `answers_to`: the comment on it that is answered.
    """

    about: str
    query: str
    passport: dict[str, Any]
    value: int | None
    answers_to: UUID | None = None


@dataclass(frozen=True)
class Thread:
    """A comment with its answers, the oldest first."""

    first: CommentRow
    answers: Sequence[CommentRow]


async def threads(
    session: AsyncSession, *, about: str = "", resolved: bool | None = None, limit: int = 20, offset: int = 0
) -> tuple[list[Thread], int]:
    """Comments on one figure or on all, newest first, each with its answers; how many there are."""
    query = select(CommentRow).where(col(CommentRow.answers_to).is_(None))
    if about:
        query = query.where(CommentRow.about == about)
    if resolved is not None:
        query = query.where(col(CommentRow.resolved_at).is_not(None) == resolved)
    total = (await session.exec(select(func.count()).select_from(query.subquery()))).one()
    ordered = query.order_by(col(CommentRow.written_at).desc(), col(CommentRow.comment_id))
    found = (await session.exec(ordered.limit(limit).offset(offset))).all()
    answers = select(CommentRow).where(col(CommentRow.answers_to).in_([row.comment_id for row in found]))
    rows = (await session.exec(answers.order_by(col(CommentRow.written_at), col(CommentRow.comment_id)))).all()
    return [Thread(one, [row for row in rows if row.answers_to == one.comment_id]) for one in found], total


async def comment(session: AsyncSession, comment_id: UUID) -> CommentRow:
    """A comment that is there. Raises Problem 404."""
    row = await session.get(CommentRow, comment_id, populate_existing=True)
    if row is None or row.deleted:
        raise Problem(404, UNKNOWN)
    return row


async def answered_figure(session: AsyncSession, comment_id: UUID) -> Figure:
    """The figure of a comment that shall be answered. Raises Problem 404, 422 for an answer."""
    row = await comment(session, comment_id)
    if row.answers_to is not None:
        raise invalid(FieldProblem("answers_to", str(comment_id), NO_ANSWER, "Bitte auf den Kommentar antworten."))
    return Figure(row.about, row.query, row.passport, row.value, comment_id)


async def write(
    session: AsyncSession, comment_id: UUID, author: str, words: str, figure: Figure, now: datetime
) -> CommentRow:
    """Write a new comment. Raises Problem 404 when what it answers is gone."""
    await alone(session)
    if figure.answers_to is not None:
        await comment(session, figure.answers_to)
    if (row := await session.get(CommentRow, comment_id, populate_existing=True)) is None:
        kept = {name: getattr(figure, name) for name in ("about", "query", "passport", "value", "answers_to")}
        row = CommentRow(comment_id=comment_id, author=author, text=words, written_at=now, changed_at=now, **kept)
        session.add(row)
    elif row.author != author or row.deleted:
        raise Problem(404, UNKNOWN)
    elif row.text != words:
        raise Problem(409, STALE)
    return row


async def change(
    session: AsyncSession, comment_id: UUID, author: str, words: str, revision: int | None, now: datetime
) -> CommentRow:
    """Change an own text; the same again changes nothing. Raises Problem 404 for another's, 409 when it is stale."""
    await alone(session)
    row = await comment(session, comment_id)
    if row.author != author:
        raise Problem(404, UNKNOWN)
    if row.text != words:
        if revision != row.revision:
            raise Problem(409, STALE)
        row.text, row.changed_at, row.revision = words, now, row.revision + 1
        session.add(row)
    return row


async def settle(
    session: AsyncSession, comment_id: UUID, who: str, *, resolved: bool, revision: int, now: datetime
) -> CommentRow:
    """Resolve a comment or open it again; as it is already, nothing changes.

    Raises Problem 404, 409 when it says something else than what was read, 422 for an answer.
    """
    await alone(session)
    row = await comment(session, comment_id)
    if row.answers_to is not None:
        raise invalid(FieldProblem("comment_id", str(comment_id), NO_ANSWER, "Bitte den Kommentar selbst erledigen."))
    if (row.resolved_at is not None) == resolved:
        return row
    if row.revision != revision:
        raise Problem(409, STALE)
    row.resolved_by, row.resolved_at = (who, now) if resolved else (None, None)
    row.revision += 1
    session.add(row)
    return row


async def delete(session: AsyncSession, comment_id: UUID, author: str, now: datetime) -> None:
    """Delete an own comment; with answers it keeps its place without its text. Raises Problem 404."""
    await alone(session)
    row = await comment(session, comment_id)
    if row.author != author:
        raise Problem(404, UNKNOWN)
    if await _answers(session, comment_id):
        row.text, row.deleted, row.changed_at, row.revision = "", True, now, row.revision + 1
        session.add(row)
        return
    await session.delete(row)
    await session.flush()
    if row.answers_to is not None and not await _answers(session, row.answers_to):
        first = await session.get(CommentRow, row.answers_to)
        if first is not None and first.deleted:
            await session.delete(first)


async def alone(session: AsyncSession) -> None:
    """Let nobody else change comments until this transaction ends."""
    await (await session.connection()).execute(ALONE)


async def _answers(session: AsyncSession, comment_id: UUID) -> int:
    count = select(func.count()).select_from(CommentRow).where(CommentRow.answers_to == comment_id)
    return (await session.exec(count)).one()
