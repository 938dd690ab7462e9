"""Reads and saves of counselling. Every query takes the principal's carriers; nobody commits here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, bindparam, func, inspect, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import publishing
from services.counselling.model import Office, offices_of
from services.counselling.tables import GroupRow, ProfileRow, SessionRow, UnitRow
from shared.clock import month_of
from shared.outbox import OutboxRow
from shared.recording import Actor, Revisions

Carriers = tuple[UUID, ...]
Row = TypeVar("Row", SessionRow, GroupRow)
Group = tuple[UUID, str, str]
"""The sessions that are ordered together: (carrier, person key, programme line)."""

# Statements of each save, built once: building them anew took a sixth of its time.
_CARRIERS = col(SessionRow.carrier_id).in_(bindparam("carriers", expanding=True))
SESSION = select(SessionRow).where(col(SessionRow.session_id) == bindparam("session_id"), _CARRIERS)
SESSION_TO_CHANGE = SESSION.with_for_update()
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


async def get_session(
    session: AsyncSession, session_id: UUID, carriers: Carriers, *, to_change: bool = False
) -> SessionRow | None:
    """A session of the carriers, or None; `to_change` keeps other writers of it waiting."""
    query = SESSION_TO_CHANGE if to_change else SESSION
    return (await session.exec(query, params={"session_id": session_id, "carriers": carriers})).first()


async def get_group(
    session: AsyncSession, group_id: UUID, carriers: Carriers, *, to_change: bool = False
) -> GroupRow | None:
    """A group record of the carriers, or None; `to_change` keeps other writers of it waiting."""
    query = select(GroupRow).where(GroupRow.group_id == group_id, col(GroupRow.carrier_id).in_(carriers))
    return (await session.exec(query.with_for_update() if to_change else query)).first()


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


async def imported(session: AsyncSession, carrier: UUID, external_ids: Sequence[str]) -> dict[str, SessionRow]:
    """Sessions of a carrier by the `external_id` of their import."""
    found: dict[str, SessionRow] = {}
    for start in range(0, len(external_ids), 5000):
        query = select(SessionRow).where(
            SessionRow.carrier_id == carrier,
            col(SessionRow.external_id).in_(external_ids[start : start + 5000]),
        )
        found.update({row.external_id or "": row for row in await session.exec(query)})
    return found


async def offices(session: AsyncSession, carriers: Carriers) -> dict[str, Office]:
    """Offices of the carriers by code."""
    units = {unit.structure_id: unit for unit in await session.exec(select(UnitRow))}
    return offices_of(units, carriers)


async def profile(session: AsyncSession, person_id: UUID) -> ProfileRow | None:
    """What is known of a person; the caller compares the carrier."""
    return await session.get(ProfileRow, person_id)


async def list_rows(
    session: AsyncSession, table: type[Row], carriers: Carriers, filters: Sequence[Any], limit: int, offset: int
) -> tuple[list[tuple[Row, datetime | None]], int]:
    """Records of the carriers, newest first, each with the instant the hub confirmed its newest revision."""
    key: Any = inspect(table).primary_key[0]
    where = and_(col(table.carrier_id).in_(carriers), *filters)
    arrived = and_(
        col(OutboxRow.entity_id) == key,
        col(OutboxRow.revision) == table.revision,
        col(OutboxRow.destination) == "up",
    )
    query = select(table, OutboxRow.delivered_at).outerjoin(OutboxRow, arrived).where(where)
    ordered = query.order_by(col(table.date).desc(), key).limit(limit).offset(offset)
    rows = [(row, at) for row, at in await session.exec(ordered)]
    total = (await session.exec(select(func.count()).select_from(table).where(where))).one()
    return rows, total


async def last_recorded(session: AsyncSession) -> dict[str, str]:
    """Newest month with a session, by office code."""
    query = (
        select(UnitRow.code, func.max(SessionRow.date))
        .join(SessionRow, col(SessionRow.office_id) == UnitRow.structure_id)
        .group_by(UnitRow.code)
    )
    newest: dict[str, date] = dict((await session.exec(query)).all())
    return {code: month_of(day) for code, day in newest.items()}
