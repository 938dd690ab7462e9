"""Reads and saves of registration. Every query of persons and meetings takes the principal's carriers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import publishing
from services.registration.tables import (
    CarrierRecord,
    MeetingRow,
    OfferingRow,
    ParticipationRow,
    StructureRow,
)
from shared.outbox import OutboxRow
from shared.recording import Actor, Revisions
from shared.vocabulary import StructureKind

Carriers = tuple[UUID, ...]
Record = TypeVar("Record", bound=CarrierRecord)


def revisions(session: AsyncSession, actor: Actor) -> Revisions:
    """A collector for an act's revisions."""
    return Revisions(session, actor.region, actor.principal.subject, actor.instant, publishing.row_messages)


async def get_meeting(session: AsyncSession, meeting_id: UUID, carriers: Carriers) -> MeetingRow | None:
    """A meeting of the carriers, kept for this writer, or None."""
    query = select(MeetingRow).where(MeetingRow.meeting_id == meeting_id, col(MeetingRow.carrier_id).in_(carriers))
    return (await session.exec(query.with_for_update())).first()


async def imported(
    session: AsyncSession, table: type[Record], carrier: UUID, external_ids: Sequence[str]
) -> dict[str, Record]:
    """Records of a carrier by the `external_id` of their import, kept for this writer."""
    found: dict[str, Record] = {}
    for start in range(0, len(external_ids), 5000):
        part = external_ids[start : start + 5000]
        query = select(table).where(table.carrier_id == carrier, col(table.external_id).in_(part))
        found.update({row.external_id or "": row for row in await session.exec(query.with_for_update())})
    return found


async def offerings(session: AsyncSession, carrier: UUID) -> dict[str, OfferingRow]:
    """All offerings of a carrier by code, withdrawn ones too."""
    query = select(OfferingRow).where(OfferingRow.carrier_id == carrier, col(OfferingRow.external_id).is_not(None))
    return {row.external_id or "": row for row in await session.exec(query)}


async def offerings_in_force(session: AsyncSession, carrier: UUID) -> dict[str, UUID]:
    """Ids of a carrier's offerings by code."""
    found = await offerings(session, carrier)
    return {code: row.offering_id for code, row in found.items() if not row.withdrawn}


async def lines_in_use(session: AsyncSession, carrier: UUID) -> dict[str, str]:
    """Programme line of the participations of a carrier by code of their offering; without any it is left out."""
    query = select(OfferingRow.external_id, ParticipationRow.programme_line).distinct()
    query = query.join(ParticipationRow, col(ParticipationRow.offering_id) == OfferingRow.offering_id)
    own = (ParticipationRow.carrier_id == carrier, OfferingRow.carrier_id == carrier)
    found = await session.exec(query.where(*own, col(ParticipationRow.withdrawn).is_(False)))
    return {code or "": line for code, line in found}


async def list_offerings(
    session: AsyncSession, carriers: Carriers, limit: int, offset: int
) -> tuple[list[OfferingRow], int]:
    """Offerings of the carriers in force, by code."""
    where = (col(OfferingRow.carrier_id).in_(carriers), col(OfferingRow.withdrawn).is_(False))
    total = (await session.exec(select(func.count()).select_from(OfferingRow).where(*where))).one()
    query = select(OfferingRow).where(*where).order_by(OfferingRow.external_id, col(OfferingRow.offering_id))
    return list(await session.exec(query.limit(limit).offset(offset))), total


async def list_meetings(
    session: AsyncSession, carriers: Carriers, days: tuple[date, date] | None, key: UUID | None, page: tuple[int, int]
) -> tuple[list[tuple[MeetingRow, datetime | None]], int]:
    """Meetings of the carriers, newest first, each with the instant the hub confirmed its newest revision."""
    where: list[Any] = [col(MeetingRow.carrier_id).in_(carriers)]
    if days is not None:
        where += [col(MeetingRow.date) >= days[0], col(MeetingRow.date) < days[1]]
    if key is not None:
        where.append(col(MeetingRow.meeting_id) == key)
    arrived = (
        select(func.min(OutboxRow.delivered_at))
        .where(
            col(OutboxRow.entity_id) == MeetingRow.meeting_id,
            col(OutboxRow.revision) == MeetingRow.revision,
            col(OutboxRow.destination) == "up",
        )
        .scalar_subquery()
    )
    query = select(MeetingRow, arrived).where(*where)
    ordered = query.order_by(col(MeetingRow.date).desc(), col(MeetingRow.meeting_id))
    rows = [(row, at) for row, at in await session.exec(ordered.limit(page[0]).offset(page[1]))]
    total = (await session.exec(select(func.count()).select_from(MeetingRow).where(*where))).one()
    return rows, total


async def structure(session: AsyncSession, kind: str | None = None) -> list[StructureRow]:
    """Units in force, by kind and code; public within the network."""
    query = select(StructureRow).where(col(StructureRow.withdrawn).is_(False))
    if kind is not None:
        query = query.where(StructureRow.kind == kind)
    return list(await session.exec(query.order_by(StructureRow.kind, StructureRow.code)))


async def all_structure(session: AsyncSession) -> list[StructureRow]:
    """All units, withdrawn ones too, kept for this writer."""
    return list(await session.exec(select(StructureRow).with_for_update()))


async def offices(session: AsyncSession, carriers: Carriers) -> dict[str, UUID]:
    """Ids of the carriers' offices by code."""
    units = {unit.structure_id: unit for unit in await structure(session)}
    found = {}
    for unit in units.values():
        project = units.get(unit.parent_id) if unit.parent_id else None
        if unit.kind == StructureKind.OFFICE and project is not None and project.parent_id in carriers:
            found[unit.code] = unit.structure_id
    return found
