"""Records that nobody is told of: found for their carrier, saved with an audit row alone, withdrawn, listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor, Recorded, Revisions, month_days

Table = TypeVar("Table", bound=SQLModel)


class Counted(Recorded, Protocol):
    """A record of a carrier that can be withdrawn."""

    withdrawn: bool


def no_message(_row: object, _region: str, _instant: datetime) -> list[dict[str, Any]]:
    """Nothing: it stays in this service."""
    return []


async def save(session: AsyncSession, row: Recorded, action: str, actor: Actor) -> None:
    """Save a revision with its audit row; there is no message to anybody."""
    revisions = Revisions(session, actor.region, actor.principal.subject, actor.instant, no_message)
    revisions.add(row, action)
    await revisions.write()


async def own(session: AsyncSession, table: type[Table], key: UUID, actor: Actor) -> Table | None:
    """A record of the actor's carriers for its writer, or None."""
    columns: Any = table
    mine = col(columns.carrier_id).in_(actor.principal.carriers)
    query = select(table).where(inspect(table).primary_key[0] == key, mine)
    return (await session.exec(query.with_for_update())).first()


async def withdraw(session: AsyncSession, row: Counted | None, noun: str, actor: Actor) -> None:
    """Withdraw a record. Repeatable. Raises Problem 404 where there is none."""
    if row is None:
        raise Problem(404, NOT_FOUND)
    if not row.withdrawn:
        row.withdrawn = True
        row.revision += 1
        await save(session, row, f"{noun}.withdrawn", actor)


async def page_of(
    session: AsyncSession, table: type[Table], carriers: tuple[UUID, ...], month: str | None, limit: int, offset: int
) -> tuple[Sequence[Table], int]:
    """One page of the carriers' records of a month or of all, newest first, and how many there are."""
    columns: Any = table
    mine: list[Any] = [col(columns.carrier_id).in_(carriers)]
    if month is not None:
        first, after = month_days(month)
        mine += [col(columns.date) >= first, col(columns.date) < after]
    newest = (col(columns.date).desc(), inspect(table).primary_key[0])
    rows = (await session.exec(select(table).where(*mine).order_by(*newest).limit(limit).offset(offset))).all()
    total = (await session.exec(select(func.count()).select_from(table).where(*mine))).one()
    return rows, total
