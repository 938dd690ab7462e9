"""Reads and saves of the person register. Every query takes the principal's carriers; nobody commits here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, intersect, or_
from sqlmodel import col, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.names import VERSION, Name, alike, fits, folded, keys, search_words, skeleton_keys
from services.registration.phones import skeletons
from services.registration.store import Carriers
from services.registration.tables import PersonKeyRow, PersonMergeRow, PersonRow

SHARING, CANDIDATES = 1000, 200
"""How many persons are looked at who share most keys, and compared sound by sound: those who share a common word only
with what was typed are many and never alike."""
COUNTED = 1001
"""How far found persons are counted; one more than a page calls *mehr als 1.000*."""
COMPARED: Any = (
    PersonRow.person_id,
    PersonRow.search_name,
    PersonRow.name,
    PersonRow.original_name,
    PersonRow.birth_year,
)
MERGED = select(PersonMergeRow.person_id).where(
    PersonMergeRow.person_id == PersonRow.person_id, col(PersonMergeRow.withdrawn).is_(False)
)


async def get_person(
    session: AsyncSession, person_id: UUID, carriers: Carriers, *, to_change: bool = False
) -> PersonRow | None:
    """A person of the carriers, or None; `to_change` keeps other writers of her waiting."""
    query = select(PersonRow).where(PersonRow.person_id == person_id, col(PersonRow.carrier_id).in_(carriers))
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def write_keys(session: AsyncSession, row: PersonRow) -> None:
    """Keep the keys of a person's present name."""
    await session.exec(delete(PersonKeyRow).where(col(PersonKeyRow.person_id) == row.person_id))
    found = keys(row.name, row.original_name)
    if found:
        person = {"carrier_id": row.carrier_id, "person_id": row.person_id}
        await session.exec(insert(PersonKeyRow), params=[person | {"key": key} for key in found])
    row.keys_version = VERSION


async def renew_keys(session: AsyncSession, limit: int) -> int:
    """Make the keys of some persons anew whose keys follow older rules; how many there were."""
    query = select(PersonRow).where(col(PersonRow.keys_version) < VERSION).limit(limit)
    rows = list(await session.exec(query.with_for_update(skip_locked=True)))
    for row in rows:
        await write_keys(session, row)
        session.add(row)
    return len(rows)


async def find_persons(
    session: AsyncSession, carriers: Carriers, words: str, ids: Sequence[UUID], limit: int
) -> tuple[list[PersonRow], int]:
    """Persons of the carriers by words of the name and birth year, or by ids; merged ones by their id only.

    Names that begin as typed come first, by name; then those that only sound so, nearest first. How many there are is
    counted up to `COUNTED`.
    """
    typed, years = search_words(words)
    where: list[Any] = [col(PersonRow.carrier_id).in_(carriers), col(PersonRow.withdrawn).is_(False)]
    where += [PersonRow.birth_year == year for year in years]
    where.append(col(PersonRow.person_id).in_(ids) if ids else ~MERGED.exists())
    longer = [word for word in typed if len(word) > 1]
    written = [*where, *_letters(typed, alone=not longer), *_begin(carriers, [[folded(word)] for word in longer])]
    query = select(PersonRow).where(*written).order_by(PersonRow.search_name, col(PersonRow.person_id))
    rows = list(await session.exec(query.limit(limit)))
    if len(rows) == limit:
        counted = select(PersonRow.person_id).where(*written).limit(COUNTED).subquery()
        return rows, (await session.exec(select(func.count()).select_from(counted))).one()
    near = await _sounding(session, carriers, where, typed, {row.person_id for row in rows}) if longer else []
    return [*rows, *near[: limit - len(rows)]], len(rows) + len(near)


def _letters(typed: Sequence[str], *, alone: bool) -> list[Any]:
    """Conditions of single letters: too many names have a word that begins so, a name itself can begin with one."""
    letters, name = [word for word in typed if len(word) == 1], col(PersonRow.search_name)
    found = [(" " + name).contains(f" {letter}", autoescape=True) for letter in letters]
    return [name.between(letters[0], letters[0] + "~"), *found[1:]] if alone and letters else found


async def _sounding(
    session: AsyncSession, carriers: Carriers, where: Sequence[Any], typed: Sequence[str], found: set[UUID]
) -> list[PersonRow]:
    """Persons whose names sound as typed and are not yet found, nearest first."""
    near = _begin(carriers, [[folded(word), *sorted(skeletons(word))] for word in typed if len(word) > 1])
    query = select(*COMPARED).where(*where, *near, col(PersonRow.person_id).not_in(found)).limit(CANDIDATES)
    rated = [
        (gap, row.search_name, row.person_id)
        for row in await session.exec(query)
        if (gap := fits(typed, Name.of(row.name, row.original_name))) is not None
    ]
    return await _in_order(session, carriers, [key for *_, key in sorted(rated)])


async def _in_order(session: AsyncSession, carriers: Carriers, keys: Sequence[UUID]) -> list[PersonRow]:
    """Persons of these ids, in their order."""
    query = select(PersonRow).where(col(PersonRow.carrier_id).in_(carriers), col(PersonRow.person_id).in_(keys))
    rows = {row.person_id: row for row in await session.exec(query)} if keys else {}
    return [rows[key] for key in keys if key in rows]


def _begin(carriers: Carriers, words: Sequence[Sequence[str]]) -> list[Any]:
    """Condition: for each word the person has a key that begins in one of its ways.

    The sets of persons are cut with one another before a person is read, which is ten times as fast as one by one.
    """
    found = [_keyed(carriers, beginnings) for beginnings in words]
    return [col(PersonRow.person_id).in_(intersect(*found) if len(found) > 1 else found[0])] if found else []


def _keyed(carriers: Carriers, beginnings: Sequence[str]) -> Any:
    """Persons with a key that begins so. A range, not LIKE: a prepared statement uses the index for it."""
    key = col(PersonKeyRow.key)
    # A skeleton of one or two classes begins too many names.
    ranges = [
        key == text if text.isupper() and len(text) <= 2 else (key >= text) & (key < text[:-1] + chr(ord(text[-1]) + 1))
        for text in beginnings
    ]
    return select(PersonKeyRow.person_id).where(col(PersonKeyRow.carrier_id).in_(carriers), or_(*ranges))


async def similar_persons(
    session: AsyncSession, carriers: Carriers, name: str, birth_year: int | None, without: UUID | None, limit: int
) -> list[PersonRow]:
    """Persons of the carriers who may be the one of this name and birth year, nearest first."""
    asked = skeleton_keys(name)
    key, person = col(PersonKeyRow.key), col(PersonKeyRow.person_id)
    where = [col(PersonKeyRow.carrier_id).in_(carriers), key.in_(asked)]
    shared = func.count().label("shared")
    nearest = select(person, shared).where(*where).group_by(person).order_by(shared.desc(), person).limit(SHARING)
    hits = nearest.subquery()
    query = select(*COMPARED).join(hits, hits.c.person_id == col(PersonRow.person_id))
    query = query.where(col(PersonRow.carrier_id).in_(carriers), col(PersonRow.withdrawn).is_(False), ~MERGED.exists())
    if birth_year is not None:
        born = col(PersonRow.birth_year)
        query = query.where(or_(born.is_(None), born.between(birth_year - 1, birth_year + 1)))
    if without is not None:
        query = query.where(PersonRow.person_id != without)
    ordered = query.order_by(hits.c.shared.desc(), col(PersonRow.person_id)).limit(CANDIDATES)
    mine = Name.of(name)
    rated = [
        (gap, row.search_name, row.person_id)
        for row in (await session.exec(ordered) if asked else ())
        if (gap := alike(mine, Name.of(row.name, row.original_name), (birth_year, row.birth_year))) is not None
    ]
    return await _in_order(session, carriers, [key for *_, key in sorted(rated)[:limit]])


async def merges_of(session: AsyncSession, carriers: Carriers, persons: Sequence[UUID]) -> list[PersonMergeRow]:
    """Merges by which one of these persons became another, or another became one of them; undone ones too."""
    who, into = col(PersonMergeRow.person_id), col(PersonMergeRow.merged_into)
    query = select(PersonMergeRow).where(
        col(PersonMergeRow.carrier_id).in_(carriers), or_(who.in_(persons), into.in_(persons))
    )
    return list(await session.exec(query.order_by(who)))
