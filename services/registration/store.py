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
from shared.outbox import PENDING, OutboxRow
from shared.recording import Actor, Revisions
from shared.vocabulary import StructureKind

Carriers = tuple[UUID, ...]
Record = TypeVar("Record", bound=CarrierRecord)
MANY = 500
"""What the start page and the watching of changes look at, at most."""


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


async def known_to_esf(session: AsyncSession, carrier: UUID) -> dict[tuple[str, UUID], UUID]:
    """Participants of ESF+ whom files have brought, by the person's key (else that of the row) and the offering."""
    row = ParticipationRow
    who = func.coalesce(row.person_key, row.external_id)
    query = select(who, row.offering_id, row.esf_participant_id).where(row.carrier_id == carrier, who.is_not(None))
    found = await session.exec(query.where(col(row.esf_participant_id).is_not(None)))
    return {(key, offering): participant for key, offering, participant in found if participant is not None}


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


async def uncounted_offerings(session: AsyncSession, carriers: Carriers, since: date, today: date) -> list[OfferingRow]:
    """Offerings of the carriers that ended from `since` on and before today, with no meeting and no participation."""
    held = [
        select(table.offering_id).where(table.offering_id == OfferingRow.offering_id, col(table.withdrawn).is_(False))
        for table in (MeetingRow, ParticipationRow)
    ]
    own = (col(OfferingRow.carrier_id).in_(carriers), col(OfferingRow.withdrawn).is_(False))
    over = (col(OfferingRow.ends) >= since, col(OfferingRow.ends) < today)
    query = select(OfferingRow).where(*own, *over, *(~query.exists() for query in held))
    return list(await session.exec(query.order_by(col(OfferingRow.ends)).limit(MANY)))


async def unreported(session: AsyncSession, keys: Sequence[UUID]) -> set[UUID]:
    """Which of the records the network's own broker does not have yet."""
    if not keys:
        return set()
    still = select(OutboxRow.entity_id).where(PENDING, OutboxRow.destination == "region")
    return set(await session.exec(still.where(col(OutboxRow.entity_id).in_(keys))))


async def arrived(session: AsyncSession, keys: Sequence[UUID]) -> dict[tuple[UUID, int], datetime | None]:
    """The instant the hub confirmed each revision of these records."""
    sent = select(OutboxRow.entity_id, OutboxRow.revision, func.min(OutboxRow.delivered_at))
    up = sent.where(OutboxRow.destination == "up", col(OutboxRow.entity_id).in_(keys))
    told = await session.exec(up.group_by(col(OutboxRow.entity_id), col(OutboxRow.revision)))
    return {(key, revision): at for key, revision, at in told}


async def last_message(session: AsyncSession) -> int:
    """Number of the newest message, less those that transactions still running may add behind it."""
    newest = (await session.exec(select(func.max(OutboxRow.seq)))).one() or 0
    return max(newest - MANY, 0)


async def movements(session: AsyncSession, carriers: Carriers, floor: int) -> tuple[Any, ...]:
    """How many messages the carriers' meetings have sent since message `floor`, and which still wait for the hub."""
    own = select(MeetingRow.meeting_id).where(
        MeetingRow.meeting_id == OutboxRow.entity_id, col(MeetingRow.carrier_id).in_(carriers)
    )
    sent = select(func.count(), func.max(OutboxRow.seq)).where(col(OutboxRow.seq) > floor, own.exists())
    still = select(OutboxRow.seq).where(PENDING, OutboxRow.destination == "up", own.exists())
    newest = still.order_by(col(OutboxRow.seq).desc()).limit(MANY)
    return (*(await session.exec(sent)).one(), *await session.exec(newest))


async def list_meetings(
    session: AsyncSession, carriers: Carriers, days: tuple[date, date] | None, key: UUID | None, page: tuple[int, int]
) -> tuple[list[tuple[MeetingRow, datetime | None]], int]:
    """Meetings of the carriers, newest first, each with the instant the hub confirmed its newest revision."""
    where: list[Any] = [col(MeetingRow.carrier_id).in_(carriers)]
    if days is not None:
        where += [col(MeetingRow.date) >= days[0], col(MeetingRow.date) < days[1]]
    if key is not None:
        where.append(col(MeetingRow.meeting_id) == key)
    ordered = select(MeetingRow).where(*where).order_by(col(MeetingRow.date).desc(), col(MeetingRow.meeting_id))
    found = (await session.exec(ordered.limit(page[0]).offset(page[1]))).all()
    # The page is cut before its messages are looked up: joined first, every page would sort the whole table.
    there = await arrived(session, [row.meeting_id for row in found])
    rows = [(row, there.get((row.meeting_id, row.revision))) for row in found]
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
