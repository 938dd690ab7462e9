"""Rights of a person (Auskunft, Löschung): what a recording service holds of her, table by table.

Each recording service declares every table that names a person in a registry of `Held`; disclosure and erasure walk it
and know nothing else, so a table that is missing there is missing in a test before it is missing in somebody's file.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, false
from sqlmodel import SQLModel, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.vocabulary.term import Term

NAMING = frozenset({"person_id", "person_key", "recorded_person_id", "merged_into", "case_id"})
"""Columns that say whom a row is about."""


@dataclass(frozen=True)
class Subject:
    """Whose data: a carrier's records of one person, also those she was merged with.

    `references` are keyed hashes of what a carrier's old system calls her, `cases` hers, `hidden` those of her cases
    that the one who asks may not see.
    """

    carrier: UUID
    persons: tuple[UUID, ...] = ()
    references: tuple[str, ...] = ()
    cases: tuple[UUID, ...] = ()
    hidden: tuple[UUID, ...] = ()


class Told(NamedTuple):
    """A column as the person gets to see it: its German label, and the words of its codes."""

    label: str
    words: type[Term] | Mapping[str, str] | None = None


@dataclass(frozen=True)
class Held:
    """A table that holds something of a person.

    `of` finds her rows. `told` are the columns she is shown, by name; every other one is `kept_back`, for it says
    nothing about her: technical, or about staff. At her erasure rows are deleted (`unlink` is None) or stay as a
    statistical record, with the values of `unlink` instead of what leads to her (empty: nothing does).
    """

    table: type[SQLModel]
    title: str
    of: Callable[[Subject], ColumnElement[bool]]
    told: Mapping[str, Told] = field(default_factory=dict)
    kept_back: frozenset[str] = frozenset()
    unlink: Mapping[str, Any] | None = None


def among(column: Any, values: Collection[object]) -> ColumnElement[bool]:
    """Condition: the column is one of the values; of none, nothing is."""
    return column.in_(values) if values else false()


async def disclose(
    session: AsyncSession, registry: Sequence[Held], subject: Subject, names: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """Everything of a person, section by section; `names` of what ids in it stand for."""
    found = []
    for held in registry:
        if not held.told:
            continue
        rows = (await session.exec(select(held.table).where(held.of(subject)))).all()
        entries = [list(facts(held.told, row, names)) for row in rows]
        if entries:
            found.append({"name": str(held.table.__tablename__), "title": held.title, "entries": entries})
    return found


def facts(told_of: Mapping[str, Told], row: object, names: Mapping[UUID, str]) -> Iterable[dict[str, Any]]:
    """What a row says in German, column by column."""
    for name, told in told_of.items():
        value = getattr(row, name)
        if value not in (None, "", []):
            yield {"name": name, "label": told.label, "value": value, "text": _text(value, told, names)}


def _text(value: Any, told: Told, names: Mapping[UUID, str]) -> str:
    """A value in German."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, UUID):
        return names.get(value, str(value))
    if hasattr(value, "strftime"):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, list | tuple):
        return "; ".join(_text(one, told, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(_text(one, told, names) for one in value.values() if one not in (None, "", "not_stated"))
    return _word(str(value), told)


def _word(code: str, told: Told) -> str:
    if isinstance(told.words, type) and issubclass(told.words, Enum):
        return next((term.de for term in told.words if str(term) == code), code)
    return told.words.get(code, code) if isinstance(told.words, Mapping) else code


async def erase(session: AsyncSession, registry: Sequence[Held], subject: Subject) -> dict[str, int]:
    """Delete or unlink everything of a person, in the caller's transaction; how many rows, by table. Repeatable."""
    done = {}
    for held in registry:
        where = held.of(subject)
        if held.unlink is None:
            answer = await session.exec(delete(held.table).where(where))
        elif held.unlink:
            answer = await session.exec(update(held.table).where(where).values(**held.unlink))
        else:
            continue
        done[str(held.table.__tablename__)] = answer.rowcount
    return done


def undecided(tables: Mapping[str, Table], registry: Sequence[Held], about_nobody: Collection[str]) -> list[str]:
    """What of a database nobody has decided on, for the test of a service.

    That is: a table that is neither in the registry nor one of those `about_nobody`; one of the latter that names a
    person after all, by a column of `NAMING` or the key of her records; a column neither told nor kept back.
    """
    known = {str(held.table.__tablename__): held for held in registry}
    keys = {key for name in known if (key := _own_key(tables[name])).endswith("_id")} | NAMING
    found = [name for name in tables if name not in known and name not in about_nobody]
    found += [name for name in about_nobody if keys & set(tables[name].columns.keys())]
    for name, held in known.items():
        decided = held.told.keys() | held.kept_back
        found += [f"{name}.{column}" for column in set(tables[name].columns.keys()) - decided]
        found += [f"{name}.{column}?" for column in decided if column not in tables[name].columns]
    return sorted(found)


def _own_key(table: Table) -> str:
    """The one column that is a table's key; empty where there are several."""
    names = [column.name for column in table.primary_key]
    return names[0] if len(names) == 1 else ""
