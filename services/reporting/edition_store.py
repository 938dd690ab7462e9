"""Reads and saves of editions."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import AcceptanceRow, EditionRow

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('editions', 0))")


async def alone(session: AsyncSession) -> None:
    """Let nobody else publish until this transaction ends: each edition is audited beside all earlier ones."""
    await (await session.connection()).execute(ALONE)


async def published(session: AsyncSession) -> Sequence[EditionRow]:
    """Everything readers have, oldest first."""
    query = select(EditionRow).where(EditionRow.state == "published")
    ordered = query.order_by(col(EditionRow.published_on), col(EditionRow.edition_id))
    return (await session.exec(ordered)).all()


async def editions(session: AsyncSession, *, drafts: bool) -> Sequence[EditionRow]:
    """Editions, newest Stichtag first; drafts only for those who make them."""
    query = select(EditionRow)
    if not drafts:
        query = query.where(EditionRow.state == "published")
    return (await session.exec(query.order_by(col(EditionRow.as_of).desc(), col(EditionRow.edition_id)))).all()


async def unknown(session: AsyncSession) -> Sequence[tuple[AcceptanceRow, str | None]]:
    """Accepted editions that their network has not got, with their title where it is known, newest first."""
    query = select(AcceptanceRow, EditionRow.title).where(col(AcceptanceRow.unknown_at).is_not(None))
    joined = query.join(EditionRow, col(EditionRow.edition_id) == AcceptanceRow.edition_id, isouter=True)
    ordered = joined.order_by(col(AcceptanceRow.published_on).desc(), col(AcceptanceRow.edition_id))
    return (await session.exec(ordered)).all()
