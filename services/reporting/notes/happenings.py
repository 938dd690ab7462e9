"""What happened beside the figures since an instant: editions, views, comments, silence, parked messages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.notes.rules import ASKING, Silence, about, silences
from services.reporting.notes.tables import CommentRow, ViewRow, VisitRow
from services.reporting.tables import AcceptanceRow, EditionRow, ExpectedRow, HeartbeatRow
from services.reporting.vitals import runs
from shared.inbox import ParkedRow

MOST = 50
"""Of each kind of news the newest are told; the pages they lead to have all."""
PARKED_REGION = func.split_part(ParkedRow.subject, ".", 2)


async def last_visit(session: AsyncSession, subject: str) -> datetime | None:
    """Until when an account has seen everything."""
    row = await session.get(VisitRow, subject)
    return row.seen_at if row else None


async def move_mark(session: AsyncSession, subject: str, until: datetime) -> None:
    """Everything until an instant has been seen; the mark never goes back."""
    statement = insert(VisitRow).values(subject=subject, seen_at=until)
    later = func.greatest(VisitRow.seen_at, statement.excluded.seen_at)
    await session.exec(statement.on_conflict_do_update(index_elements=["subject"], set_={"seen_at": later}))


async def editions(session: AsyncSession, day: date, *, drafts: bool) -> Sequence[EditionRow]:
    """Editions published since a day, and (`drafts`) those made since; newest first."""
    since = col(EditionRow.published_on) >= day
    if drafts:
        since = or_(since, col(EditionRow.created_on) >= day)
    newest = func.coalesce(EditionRow.published_on, EditionRow.created_on).desc()
    return (await session.exec(select(EditionRow).where(since).order_by(newest, EditionRow.title).limit(MOST))).all()


async def answers(session: AsyncSession, since: datetime) -> list[dict[str, Any]]:
    """What networks said about their accepted editions: they have them, or do not know them."""
    said = or_(col(AcceptanceRow.confirmed_at) > since, col(AcceptanceRow.unknown_at) > since)
    query = select(AcceptanceRow, EditionRow.title).join(
        EditionRow, col(EditionRow.edition_id) == col(AcceptanceRow.edition_id)
    )
    rows = (await session.exec(query.where(said).limit(MOST))).all()
    return [
        {"edition_id": row.edition_id, "region": row.region, "title": title, "confirmed": row.unknown_at is None}
        for row, title in rows
    ]


async def shared_views(session: AsyncSession, subject: str, since: datetime) -> Sequence[ViewRow]:
    """Views that others have shared since, newest first."""
    query = select(ViewRow).where(ViewRow.shared, ViewRow.owner != subject, col(ViewRow.shared_at) > since)
    return (await session.exec(query.order_by(col(ViewRow.shared_at).desc()).limit(MOST))).all()


async def comments(session: AsyncSession, subject: str, since: datetime) -> list[dict[str, Any]]:
    """Per figure: how many comments of others came, and how many of the own ones they resolved.

    Concerned are figures that the account commented on or saved a view of, and answers to its comments. No text.
    """
    paths = select(ViewRow.path).where(ViewRow.owner == subject, col(ViewRow.path).startswith(ASKING, autoescape=True))
    mine = {about(path.removeprefix(ASKING)) for path in (await session.exec(paths)).all()}
    own = select(CommentRow.about).where(CommentRow.author == subject)
    concerned = or_(col(CommentRow.about).in_(mine), col(CommentRow.about).in_(own))
    written = (col(CommentRow.written_at) > since) & (col(CommentRow.author) != subject) & ~col(CommentRow.deleted)
    settled = (col(CommentRow.resolved_at) > since) & (col(CommentRow.resolved_by) != subject)
    settled &= col(CommentRow.author) == literal(subject)
    counted = (
        func.max(CommentRow.query),
        func.count().filter(written & concerned),
        func.count().filter(settled),
        func.max(func.greatest(CommentRow.written_at, CommentRow.resolved_at)).label("newest"),
    )
    query = select(*counted).where(or_(written & concerned, settled)).group_by(col(CommentRow.about))
    rows = (await (await session.connection()).execute(query.order_by(counted[-1].desc()).limit(MOST))).all()
    return [{"query": query, "written": written, "resolved": resolved} for query, written, resolved, _ in rows]


async def silent_networks(session: AsyncSession, day: date, now: datetime, today: date) -> list[Silence]:
    """Networks without a heartbeat for hours, and those that have come back since a day."""
    connection = await session.connection()
    last = select(HeartbeatRow.region, func.max(HeartbeatRow.received_at)).group_by(col(HeartbeatRow.region))
    beats = {region: at for region, at in await connection.execute(last) if runs(region)}
    before = select(ExpectedRow.region, func.max(ExpectedRow.day).label("day")).where(col(ExpectedRow.day) < day)
    since = select(col(ExpectedRow.region), col(ExpectedRow.day)).where(col(ExpectedRow.day) >= day).distinct()
    days: dict[str, set[date]] = defaultdict(set)
    for query in (before.group_by(col(ExpectedRow.region)), since):
        for region, heard in await connection.execute(query):
            days[region].add(heard)
    return silences(beats, days, day, now, today)


async def parked(session: AsyncSession, day: date) -> list[dict[str, Any]]:
    """How many messages of which network were set aside since a day."""
    query = select(PARKED_REGION.label("region"), func.count().label("messages")).where(ParkedRow.parked_on >= day)
    rows = await (await session.connection()).execute(query.group_by("region").order_by("region"))
    return [dict(row) for row in rows.mappings()]
