"""Reads and saves of books; who writes one holds it by a lease, so that another may go on when it ends."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.books.rules import ENDED, OPEN, Order
from services.reporting.books.tables import BookRow, BookTableRow
from services.reporting.tables import HoldingRow
from shared.contracts.base import canonical

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('books', 0))")
MOST_LISTED = 200


async def alone(session: AsyncSession) -> None:
    """Let nobody else order a book until this transaction ends: the same one is not written twice at once."""
    await (await session.connection()).execute(ONE_AT_A_TIME)


async def books(session: AsyncSession) -> Sequence[BookRow]:
    """The newest books."""
    query = select(BookRow).order_by(col(BookRow.created_at).desc(), col(BookRow.book_id)).limit(MOST_LISTED)
    return (await session.exec(query)).all()


async def held_by(session: AsyncSession, day: date) -> bool:
    """Whether any record had come here by the end of a day."""
    query = select(func.coalesce(func.sum(HoldingRow.records), 0)).where(col(HoldingRow.day) <= day)
    return int((await session.exec(query)).one()) > 0


async def in_work(session: AsyncSession, order: Order) -> BookRow | None:
    """The same book, if it is being written."""
    query = select(BookRow).where(
        col(BookRow.state).in_(OPEN),
        BookRow.kind == order.kind,
        BookRow.region == order.region,
        BookRow.quarter == str(order.quarter),
    )
    return (await session.exec(query.limit(1))).first()


async def last_before(session: AsyncSession, order: Order) -> BookRow | None:
    """The newest finished book of the same kind and network, of this quarter or an earlier one."""
    query = select(BookRow).where(
        BookRow.state == "done",
        BookRow.kind == order.kind,
        BookRow.region == order.region,
        col(BookRow.quarter) <= str(order.quarter),
    )
    return (await session.exec(query.order_by(col(BookRow.created_at).desc()).limit(1))).first()


async def tables_of(session: AsyncSession, book_id: UUID) -> list[dict[str, Any]]:
    """The tables of a book that are written, in their order."""
    query = select(BookTableRow.content).where(BookTableRow.book_id == book_id).order_by(col(BookTableRow.place))
    return [dict(content) for content in (await session.exec(query)).all()]


async def claim(session: AsyncSession, worker: UUID, now: datetime, lease: timedelta) -> BookRow | None:
    """The oldest book to write: one that waits, that this worker left, or whose worker's lease has ended."""
    left = or_(col(BookRow.lease_until) < now, col(BookRow.worker) == worker)
    due = or_(col(BookRow.state) == "waiting", and_(col(BookRow.state) == "running", left))
    query = select(BookRow).where(due).order_by(col(BookRow.created_at)).limit(1)
    row = (await session.exec(query.with_for_update(skip_locked=True))).first()
    if row is not None:
        row.state, row.worker, row.lease_until, row.attempts = "running", worker, now + lease, row.attempts + 1
        session.add(row)
    return row


async def held(session: AsyncSession, book_id: UUID, worker: UUID) -> BookRow | None:
    """The book, locked, if this worker still writes it; none when it was cancelled, deleted or taken over."""
    row = await session.get(BookRow, book_id, with_for_update=True)
    return row if row is not None and row.state == "running" and row.worker == worker else None


async def let_go(session: AsyncSession, worker: UUID, now: datetime) -> None:
    """End the leases of a worker that stops, so that the next one need not wait for it."""
    mine = and_(col(BookRow.worker) == worker, col(BookRow.state) == "running")
    await session.exec(update(BookRow).where(mine).values(lease_until=now))


def end(row: BookRow, state: str, detail: str, now: datetime) -> None:
    """A book that is done, failed or cancelled. Raises ValueError for another state."""
    if state not in ENDED:
        raise ValueError(state)
    row.state, row.detail, row.finished_at, row.worker, row.lease_until = state, detail, now, None, None


def digest(row: BookRow, tables: Sequence[dict[str, Any]]) -> str:
    """What a book says, as one number: the same days give the same book."""
    named = {"kind": row.kind, "region": row.region, "quarter": row.quarter}
    days = {"as_of": row.as_of.isoformat(), "known_at": row.known_at.isoformat()}
    return hashlib.sha256(canonical({**named, **days, "tables": list(tables)})).hexdigest()
