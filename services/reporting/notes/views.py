"""Saved views: own and shared ones; whoever was later with a change is told so, and nothing is overwritten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, text
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.notes.tables import ViewRow
from shared.clock import BERLIN
from shared.problems import Problem

MOST = 500
UNKNOWN = "Diese Ansicht gibt es nicht (mehr)."
STALE = "Diese Ansicht wurde inzwischen geändert. Bitte vergleichen Sie beide Fassungen."
TOO_MANY = "Sie haben 500 Ansichten gespeichert. Bitte löschen Sie eine, die Sie nicht mehr brauchen."
# Views change one after the other, which is seldom: only one of an account can be the start.
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('saved views', 0))")


async def views(session: AsyncSession, owner: str) -> Sequence[ViewRow]:
    """Views of an account and those that others share; the start first, then by name."""
    visible = or_(col(ViewRow.owner) == owner, col(ViewRow.shared))
    start = (col(ViewRow.owner) == owner) & col(ViewRow.start)
    ordered = select(ViewRow).where(visible).order_by(start.desc(), col(ViewRow.name), col(ViewRow.view_id))
    return (await session.exec(ordered)).all()


async def view(session: AsyncSession, view_id: UUID, owner: str) -> ViewRow:
    """A view that an account may open. Raises Problem 404."""
    row = await session.get(ViewRow, view_id)
    if row is None or not (row.owner == owner or row.shared):
        raise Problem(404, UNKNOWN)
    return row


async def save(
    session: AsyncSession, view_id: UUID, owner: str, values: dict[str, Any], revision: int | None, now: datetime
) -> ViewRow:
    """Save a view or change an own one; the same again changes nothing.

    Raises Problem 404 for another's, 409 for a change of what was changed meanwhile, or for one too many.
    """
    await (await session.connection()).execute(ALONE)
    row = await session.get(ViewRow, view_id, populate_existing=True)
    if row is None:
        row = await _new(session, view_id, owner, values, now)
    elif row.owner != owner:
        raise Problem(404, UNKNOWN)
    elif any(getattr(row, name) != value for name, value in values.items()):
        if revision != row.revision:
            raise Problem(409, STALE)
        if values["shared"] != row.shared:
            row.shared_at = now if values["shared"] else None
        row.sqlmodel_update(values | {"revision": row.revision + 1})
    if row.start:
        others = update(ViewRow).where(col(ViewRow.owner) == owner, col(ViewRow.view_id) != view_id)
        await session.exec(others.values(start=False))
    session.add(row)
    return row


async def _new(session: AsyncSession, view_id: UUID, owner: str, values: dict[str, Any], now: datetime) -> ViewRow:
    own = select(func.count()).select_from(ViewRow).where(ViewRow.owner == owner)
    if (await session.exec(own)).one() >= MOST:
        raise Problem(409, TOO_MANY)
    day = now.astimezone(BERLIN).date()
    return ViewRow(view_id=view_id, owner=owner, saved_on=day, shared_at=now if values["shared"] else None, **values)


async def forget(session: AsyncSession, view_id: UUID, owner: str) -> None:
    """Delete an own view. Raises Problem 404."""
    row = await session.get(ViewRow, view_id)
    if row is None or row.owner != owner:
        raise Problem(404, UNKNOWN)
    await session.delete(row)
