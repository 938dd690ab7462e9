"""Applies retention rules to a service's own tables: what is due is counted (dry run) or goes, a batch at a time.

Counting and applying ask the same question. A run that died halfway is begun again: what is gone is no longer due.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, DateTime, func, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit, clock
from shared.clock import BERLIN
from shared.database import SessionFactory
from shared.rights.retention import Rules

SUBJECT = "retention"
"""Stands in the audit instead of an account."""
BATCH = 500
SECONDS = 10.0
"""How long one request works; what is left is asked for again."""
Act = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


class RunRow(SQLModel, table=True):
    """What a run did by one rule: how many records went, and of which days. It names nobody."""

    __tablename__ = "retention_run"

    run_id: UUID = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    count: int
    oldest: date | None = None
    newest: date | None = None


@dataclass(frozen=True)
class Figures:
    """How many records, and their oldest and newest day."""

    count: int = 0
    oldest: date | None = None
    newest: date | None = None

    def plus(self, other: "Figures") -> "Figures":
        """Both together."""
        days = [day for day in (self.oldest, self.newest, other.oldest, other.newest) if day is not None]
        return Figures(self.count + other.count, min(days, default=None), max(days, default=None))


@dataclass(frozen=True)
class Expiry:
    """What a service does by a rule: records `key` with the `day` their period counts from, as far as `where`.

    `act` deletes or empties the records of some keys; after it they must no longer fulfil `where`. `carrier` is whose
    they are, None for the network's own. `action` is what the audit calls it, with the ids; None: nobody's record.
    `timed`: the day is an instant.
    """

    rule: str
    key: Any
    day: Any
    act: Act
    where: tuple[ColumnElement[bool], ...] = ()
    carrier: Any = None
    action: str | None = None
    timed: bool = True

    def due(self, before: date) -> list[ColumnElement[bool]]:
        """Condition: records of days before `before`, as people in Berlin count days."""
        limit = datetime.combine(before, clock_time(), BERLIN) if self.timed else before
        return [*self.where, self.day < limit]


def day_of(value: date | datetime | None) -> date | None:
    """The day in Berlin."""
    return value.astimezone(BERLIN).date() if isinstance(value, datetime) else value


async def count(
    session: AsyncSession, expiry: Expiry, before: date, carriers: Sequence[UUID] | None = None
) -> Figures | None:
    """What is due; with `carriers` only theirs, and None for what is the network's own."""
    if carriers is not None and expiry.carrier is None:
        return None
    where = expiry.due(before) + ([] if carriers is None else [expiry.carrier.in_(carriers)])
    query = select(func.count(), func.min(expiry.day), func.max(expiry.day)).select_from(expiry.key.class_)
    number, oldest, newest = (await session.exec(query.where(*where))).one()
    return Figures(number, day_of(oldest), day_of(newest))


def deleting(key: Any) -> Act:
    """Deletes the rows of these keys."""

    async def act(session: AsyncSession, keys: Sequence[Any]) -> None:
        await session.exec(delete(key.class_).where(key.in_(keys)))

    return act


async def apply(
    sessions: SessionFactory, expiry: Expiry, before: date, run_id: UUID, until: float
) -> tuple[Figures, bool]:
    """Let go what is due, batch by batch in transactions of their own; how much, and whether there may be more."""
    done, after = Figures(), None
    while True:
        async with sessions() as session, session.begin():
            part, after = await _batch(session, expiry, before, after)
            await note(session, run_id, expiry.rule, part)
        done = done.plus(part)
        if part.count < BATCH or time.monotonic() > until:
            return done, part.count == BATCH


async def _batch(session: AsyncSession, expiry: Expiry, before: date, after: Any) -> tuple[Figures, Any]:
    columns = [expiry.key, expiry.day, *([] if expiry.carrier is None else [expiry.carrier])]
    query = select(*columns).where(*expiry.due(before)).order_by(expiry.key).limit(BATCH)
    query = query if after is None else query.where(expiry.key > after)
    # What somebody is changing at this moment waits for the next run.
    rows = list(await session.exec(query.with_for_update(skip_locked=True)))
    if not rows:
        return Figures(), after
    keys = [row[0] for row in rows]
    await expiry.act(session, keys)
    if expiry.action is not None:
        instant = clock.now()
        for carrier in sorted({row[2] for row in rows}):
            listed = [row[0] for row in rows if row[2] == carrier]
            await audit.write(session, [audit.entry(instant, SUBJECT, carrier, expiry.action, None, None, listed)])
    days = [day for row in rows if (day := day_of(row[1])) is not None]
    return Figures(len(rows), min(days, default=None), max(days, default=None)), keys[-1]


async def note(session: AsyncSession, run_id: UUID, rule: str, part: Figures) -> None:
    """Add to what a run did by a rule; that it found nothing is kept too."""
    values = {"run_id": run_id, "rule": rule, "at": clock.now()}
    statement = insert(RunRow).values(**values, count=part.count, oldest=part.oldest, newest=part.newest)
    new = statement.excluded
    summed = {
        "count": col(RunRow.count) + new.count,
        "oldest": func.least(RunRow.oldest, new.oldest),
        "newest": func.greatest(RunRow.newest, new.newest),
    }
    await session.exec(statement.on_conflict_do_update(index_elements=["run_id", "rule"], set_=summed))


async def last_runs(session: AsyncSession) -> dict[str, RunRow]:
    """The newest run of each rule."""
    newest = select(RunRow.rule, func.max(RunRow.at)).group_by(col(RunRow.rule))
    query = select(RunRow).where(tuple_(col(RunRow.rule), col(RunRow.at)).in_(newest))
    return {row.rule: row for row in await session.exec(query)}


async def expire(
    sessions: SessionFactory, expiries: Sequence[Expiry], rules: Rules, run_id: UUID, *, applied: bool
) -> tuple[dict[str, Figures], bool]:
    """What is due by each rule, and with `applied` lets it go; whether there may be more than time was for."""
    today, until, found, more = clock.today(), time.monotonic() + SECONDS, dict[str, Figures](), False
    for expiry in expiries:
        before = rules[expiry.rule].first_kept(today)
        if applied:
            part, left = await apply(sessions, expiry, before, run_id, until)
            more = more or left
        else:
            async with sessions() as session:
                part = await count(session, expiry, before) or Figures()
        found[expiry.rule] = found.get(expiry.rule, Figures()).plus(part)
    return found, more
