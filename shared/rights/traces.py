"""When something of a person last happened, table by table: whoever has anything younger than the period stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, cast, func
from sqlalchemy.sql import visitors
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


@dataclass(frozen=True)
class Trace:
    """A table that says when something of a person happened: `days` are its columns, `person` says whose.

    `person` may be of another table, to which `where` joins this one. Columns of instants count as days in Berlin.
    """

    table: type[SQLModel]
    person: Any
    days: tuple[Any, ...]
    where: tuple[Any, ...] = ()


def berlin(column: Any) -> Any:
    """The day of an instant."""
    return cast(func.timezone("Europe/Berlin", column), Date)


async def last_days(session: AsyncSession, traces: Sequence[Trace], persons: Collection[UUID]) -> dict[UUID, date]:
    """The last day of each person of whom there is one."""
    found: dict[UUID, date] = {}
    for trace in traces if persons else ():
        newest = func.max(func.greatest(*trace.days))
        query = select(trace.person, newest).select_from(trace.table).where(trace.person.in_(persons), *trace.where)
        for person, day in await session.exec(query.group_by(trace.person)):
            if day is not None:
                found[person] = max(day, found.get(person, day))
    return found


def untraced(traces: Sequence[Trace], tables: Collection[type[SQLModel]]) -> list[str]:
    """Columns of days of these tables that no trace looks at, for the test of a service."""
    looked = {
        f"{column.table.name}.{column.name}"
        for trace in traces
        for day in trace.days
        for column in visitors.iterate(day.__clause_element__() if hasattr(day, "__clause_element__") else day)
        if isinstance(column, Column)
    }
    names = {
        f"{table.__tablename__}.{column.name}"
        for table in tables
        for column in SQLModel.metadata.tables[str(table.__tablename__)].columns
        if isinstance(column.type, Date | DateTime)
    }
    return sorted(names - looked)
