"""Reads and saves of counselling. Every query takes the principal's carriers; nobody commits here."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import and_, bindparam, func, inspect, or_, text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import publishing
from services.counselling.model import Office, offices_of
from services.counselling.tables import CompanyRow, GroupRow, MergeRow, ProfileRow, SessionRow, UnitRow
from shared.clock import month_of
from shared.outbox import PENDING, Destination, OutboxRow
from shared.recording import Actor, Revisions
from shared.vocabulary import ProgrammeLine

Carriers = tuple[UUID, ...]
Row = TypeVar("Row", SessionRow, GroupRow, CompanyRow)
Group = tuple[UUID, str, str]
"""The records that are ordered together: (carrier, key of the person or company, programme line)."""

MANY = 500
"""What the start page and the watching of changes look at, at most."""

# Statements of each save, built once: building them anew took a sixth of its time.
_CARRIERS = col(SessionRow.carrier_id).in_(bindparam("carriers", expanding=True))
OF_PERSONS = select(SessionRow).where(
    _CARRIERS,
    col(SessionRow.person_key).in_(bindparam("persons", expanding=True)),
    col(SessionRow.withdrawn).is_(False),
)
LOCK = text(
    """
    SELECT CASE WHEN shared THEN pg_advisory_xact_lock_shared(key) ELSE pg_advisory_xact_lock(key) END
    FROM (
        SELECT hashtextextended(name, 0) AS key, shared
        FROM unnest(CAST(:names AS text[]), CAST(:shared AS boolean[])) WITH ORDINALITY AS asked (name, shared, place)
        ORDER BY place
    ) AS locks
    """
)


def revisions(session: AsyncSession, actor: Actor) -> Revisions:
    """A collector for an act's revisions."""
    return Revisions(session, actor.region, actor.principal.subject, actor.instant, publishing.row_messages)


def derived_revisions(session: AsyncSession, region: str, cause: str, instant: datetime) -> Revisions:
    """A collector for revisions that follow from an event; `cause` stands in the audit instead of an account."""
    return Revisions(session, region, cause, instant, publishing.row_messages)


async def get_row(
    session: AsyncSession, table: type[Row], key: UUID, carriers: Carriers, *, to_change: bool = False
) -> Row | None:
    """A record of the carriers, or None; `to_change` keeps other writers of it waiting."""
    query = _one(table, to_change=to_change)
    found: Row | None = (await session.exec(query, params={"key": key, "carriers": carriers})).first()
    return found


@cache
def _one(table: type[Row], *, to_change: bool) -> Any:
    carriers = col(table.carrier_id).in_(bindparam("carriers", expanding=True))
    query = select(table).where(_key(table) == bindparam("key"), carriers)
    return query.with_for_update() if to_change else query


def _key(table: type[SQLModel]) -> Any:
    return inspect(table).primary_key[0]


async def lock(session: AsyncSession, groups: Sequence[Group]) -> None:
    """Order writers of the same person's sessions until this transaction ends."""
    ordered = sorted(set(groups), key=str)
    # An import may hold persons named by reference; it is waited for first.
    held = dict.fromkeys(_lock_name("import", group[0]) for group in ordered if group[1].startswith("r:"))
    own = [_lock_name(*group) for group in ordered]
    if own:
        connection = await session.connection()
        shared = [True] * len(held) + [False] * len(own)
        await connection.execute(LOCK, {"names": [*held, *own], "shared": shared})


async def lock_import(session: AsyncSession, carrier: UUID) -> None:
    """Keep others from recording persons named by reference at this carrier until this transaction ends."""
    connection = await session.connection()
    await connection.execute(LOCK, {"names": [_lock_name("import", carrier)], "shared": [False]})


async def lock_persons(session: AsyncSession, carriers: Carriers, *, alone: bool = False) -> None:
    """Keep the carriers' merges of persons from changing while one records; `alone`: nobody records meanwhile.

    It is taken before anything else, so that nobody holds a record while waiting for it.
    """
    names = [_lock_name("persons", carrier) for carrier in sorted(carriers)]
    if names:
        connection = await session.connection()
        await connection.execute(LOCK, {"names": names, "shared": [not alone] * len(names)})


def _lock_name(*parts: object) -> str:
    return ":".join(map(str, parts))


async def person_sessions(session: AsyncSession, groups: Sequence[Group]) -> dict[Group, list[SessionRow]]:
    """Sessions in force of the given groups."""
    found: dict[Group, list[SessionRow]] = {group: [] for group in groups}
    for start in range(0, len(groups), 5000):
        part = groups[start : start + 5000]
        asked = {"carriers": list({group[0] for group in part}), "persons": list({group[1] for group in part})}
        for row in await session.exec(OF_PERSONS, params=asked):
            group = (row.carrier_id, row.person_key or "", row.programme_line)
            if group in found:
                found[group].append(row)
    return found


def company_of(row: CompanyRow) -> Group | None:
    """The records a company's counselling is ordered with; None where nobody named the company."""
    return (row.carrier_id, row.company_key, row.programme_line) if row.company_key else None


async def lock_companies(session: AsyncSession, carriers: Carriers) -> None:
    """Order writers of company counsellings of these carriers until this transaction ends.

    One lock for all, as a save of one may change others: nobody holds a record while waiting for another.
    """
    names = [_lock_name("companies", carrier) for carrier in sorted(carriers)]
    connection = await session.connection()
    await connection.execute(LOCK, {"names": names, "shared": [False] * len(names)})


async def company_records(session: AsyncSession, companies: Sequence[Group]) -> dict[Group, list[CompanyRow]]:
    """Counsellings in force of the given companies."""
    found: dict[Group, list[CompanyRow]] = {company: [] for company in companies}
    for start in range(0, len(companies), 5000):
        part = companies[start : start + 5000]
        query = select(CompanyRow).where(
            col(CompanyRow.carrier_id).in_({company[0] for company in part}),
            col(CompanyRow.company_key).in_({company[1] for company in part}),
            col(CompanyRow.withdrawn).is_(False),
        )
        for row in await session.exec(query):
            if (company := company_of(row)) in found:
                found[company].append(row)
    return found


async def imported(
    session: AsyncSession, table: type[Row], carrier: UUID, external_ids: Sequence[str], *, to_change: bool = False
) -> dict[str, Row]:
    """Records of a carrier by the `external_id` of their import; `to_change` keeps other writers of them waiting."""
    found: dict[str, Row] = {}
    for start in range(0, len(external_ids), 5000):
        part = external_ids[start : start + 5000]
        query = select(table).where(table.carrier_id == carrier, col(table.external_id).in_(part))
        rows = await session.exec(query.with_for_update() if to_change else query)
        found.update({row.external_id or "": row for row in rows})
    return found


async def offices(session: AsyncSession, carriers: Carriers) -> dict[str, Office]:
    """Offices of the carriers by code."""
    units = {unit.structure_id: unit for unit in await session.exec(select(UnitRow))}
    return offices_of(units, carriers)


async def profile(session: AsyncSession, person_id: UUID) -> ProfileRow | None:
    """What is known of a person; the caller compares the carrier."""
    return await session.get(ProfileRow, person_id)


async def became(session: AsyncSession, carriers: Carriers) -> dict[UUID, UUID]:
    """Who became whom at the carriers."""
    query = select(MergeRow.person_id, MergeRow.merged_into)
    found = await session.exec(query.where(col(MergeRow.carrier_id).in_(carriers), col(MergeRow.withdrawn).is_(False)))
    return dict(found.all())


async def recorded_for(session: AsyncSession, carriers: Carriers, persons: Sequence[UUID]) -> list[SessionRow]:
    """Sessions that were recorded for these persons, withdrawn ones too."""
    recorded = col(SessionRow.recorded_person_id).in_(persons)
    return list(await session.exec(select(SessionRow).where(col(SessionRow.carrier_id).in_(carriers), recorded)))


async def list_rows(
    session: AsyncSession, table: type[Row], carriers: Carriers, filters: Sequence[Any], limit: int, offset: int
) -> tuple[list[tuple[Row, datetime | None]], int]:
    """Records of the carriers, newest first, each with the instant the hub confirmed its newest revision.

    The page is cut before its messages are looked up: joined first, every page would sort the whole table.
    """
    where = and_(col(table.carrier_id).in_(carriers), *filters)
    ordered = select(table).where(where).order_by(col(table.date).desc(), _key(table))
    rows = (await session.exec(ordered.limit(limit).offset(offset))).all()
    arrived = await arrivals(session, [row.key for row in rows])
    total = (await session.exec(select(func.count()).select_from(table).where(where))).one()
    return [(row, arrived.get((row.key, row.revision))) for row in rows], total


async def arrivals(session: AsyncSession, keys: Sequence[UUID]) -> dict[tuple[UUID, int], datetime | None]:
    """When the hub confirmed the revisions of these records, first where one was sent again."""
    if not keys:
        return {}
    query = select(OutboxRow.entity_id, OutboxRow.revision, func.min(OutboxRow.delivered_at))
    sent = query.where(col(OutboxRow.entity_id).in_(keys), OutboxRow.destination == "up")
    found = await session.exec(sent.group_by(col(OutboxRow.entity_id), col(OutboxRow.revision)))
    return {(key, revision): at for key, revision, at in found}


def waiting(destination: Destination) -> Any:
    """Ids of the records a relay has still to deliver; few, and known by an index of their own."""
    return select(OutboxRow.entity_id).where(PENDING, OutboxRow.destination == destination)


async def unreported(session: AsyncSession, keys: Sequence[UUID]) -> set[UUID]:
    """Which of the records the network's own broker does not have yet."""
    if not keys:
        return set()
    return set(await session.exec(waiting("region").where(col(OutboxRow.entity_id).in_(keys))))


class Late(NamedTuple):
    """A session on its way since `created_at`."""

    session_id: UUID
    person_id: UUID | None
    created_at: datetime


async def late_sessions(session: AsyncSession, carriers: Carriers, before: datetime) -> list[Late]:
    """Sessions in force whose newest revision waits for the hub since before an instant, oldest first, at most MANY."""
    query = select(SessionRow.session_id, SessionRow.person_id, OutboxRow.created_at)
    query = query.join(OutboxRow, col(OutboxRow.entity_id) == SessionRow.session_id)
    late = (PENDING, OutboxRow.destination == "up", col(OutboxRow.created_at) < before)
    own = (col(SessionRow.carrier_id).in_(carriers), OutboxRow.revision == SessionRow.revision)
    found = await session.exec(query.where(*late, *own).order_by(col(OutboxRow.created_at)).limit(MANY))
    return [Late(*row) for row in found]


async def last_message(session: AsyncSession) -> int:
    """Number of the newest message, less those that transactions still running may add behind it."""
    newest = (await session.exec(select(func.max(OutboxRow.seq)))).one() or 0
    return max(newest - MANY, 0)


async def movements(session: AsyncSession, carriers: Carriers, floor: int) -> tuple[Any, ...]:
    """How many messages the carriers' records have sent since message `floor`, and which still wait for the hub."""
    own = or_(
        *(
            select(_key(table)).where(_key(table) == OutboxRow.entity_id, col(table.carrier_id).in_(carriers)).exists()
            for table in (SessionRow, GroupRow, CompanyRow)
        )
    )
    sent = select(func.count(), func.max(OutboxRow.seq)).where(col(OutboxRow.seq) > floor, own)
    still = select(OutboxRow.seq).where(PENDING, OutboxRow.destination == "up", own)
    newest = still.order_by(col(OutboxRow.seq).desc()).limit(MANY)
    return (*(await session.exec(sent)).one(), *await session.exec(newest))


async def last_recorded(session: AsyncSession) -> dict[str, str]:
    """Newest month with a session, by office code; sessions that are never told are not in it (class E)."""
    query = (
        select(UnitRow.code, func.max(SessionRow.date))
        .join(SessionRow, col(SessionRow.office_id) == UnitRow.structure_id)
        .where(SessionRow.programme_line != ProgrammeLine.MIGRATION_SERVICE.value)
        .group_by(UnitRow.code)
    )
    newest: dict[str, date] = dict((await session.exec(query)).all())
    return {code: month_of(day) for code, day in newest.items()}
