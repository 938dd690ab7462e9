"""Reads of measures and participations. Every query takes the principal's carriers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.store import MANY, Carriers
from services.registration.tables import OfferingRow, ParticipationRow, PersonRow

RUNNING, ENDED = "running", "ended"
IN_FORCE = col(ParticipationRow.withdrawn).is_(False)


@dataclass(frozen=True)
class Wanted:
    """What a list of participations is asked for: an offering's code, a state, one id, and which page."""

    offering: str | None = None
    state: str | None = None
    key: UUID | None = None
    limit: int = 50
    offset: int = 0

    def where(self) -> list[Any]:
        """Conditions beside the carriers."""
        found: list[Any] = []
        if self.offering is not None:
            found.append(OfferingRow.external_id == self.offering)
        if self.state is not None:
            ended = col(ParticipationRow.ended_on)
            found += [IN_FORCE, ended.is_(None) if self.state == RUNNING else ended.is_not(None)]
        if self.key is not None:
            found.append(ParticipationRow.participation_id == self.key)
        return found


async def get_participation(
    session: AsyncSession, participation_id: UUID, carriers: Carriers
) -> ParticipationRow | None:
    """A participation of the carriers, kept for this writer, or None."""
    own = col(ParticipationRow.carrier_id).in_(carriers)
    query = select(ParticipationRow).where(ParticipationRow.participation_id == participation_id, own)
    return (await session.exec(query.with_for_update())).first()


async def get_offering(session: AsyncSession, offering_id: UUID, carriers: Carriers) -> OfferingRow | None:
    """An offering of the carriers, kept for this writer, or None."""
    query = select(OfferingRow).where(OfferingRow.offering_id == offering_id, col(OfferingRow.carrier_id).in_(carriers))
    return (await session.exec(query.with_for_update())).first()


async def offering_of_code(session: AsyncSession, carrier: UUID, code: str) -> OfferingRow | None:
    """A carrier's offering by code, a withdrawn one too."""
    query = select(OfferingRow).where(OfferingRow.carrier_id == carrier, OfferingRow.external_id == code)
    return (await session.exec(query)).first()


async def offering_of(session: AsyncSession, row: ParticipationRow) -> OfferingRow:
    """The offering of a participation of the carriers."""
    return (await session.exec(select(OfferingRow).where(OfferingRow.offering_id == row.offering_id))).one()


async def named(session: AsyncSession, carrier: UUID, external_id: str) -> UUID | None:
    """Id of a carrier's participation of this reference."""
    query = select(ParticipationRow.participation_id).where(
        ParticipationRow.carrier_id == carrier, ParticipationRow.external_id == external_id
    )
    return (await session.exec(query)).first()


async def of_person(
    session: AsyncSession, carriers: Carriers, person_id: UUID, offering_id: UUID
) -> Sequence[ParticipationRow]:
    """Participations in force of a person in an offering of the carriers."""
    own = (col(ParticipationRow.carrier_id).in_(carriers), IN_FORCE)
    query = select(ParticipationRow).where(*own, ParticipationRow.person_id == person_id)
    return (await session.exec(query.where(ParticipationRow.offering_id == offering_id))).all()


async def list_participations(
    session: AsyncSession, carriers: Carriers, wanted: Wanted
) -> tuple[list[tuple[ParticipationRow, OfferingRow]], int]:
    """Participations of the carriers with their offerings, the latest entry first."""
    where = [col(ParticipationRow.carrier_id).in_(carriers), *wanted.where()]
    joined = col(OfferingRow.offering_id) == ParticipationRow.offering_id
    query = select(ParticipationRow, OfferingRow).join(OfferingRow, joined).where(*where)
    ordered = query.order_by(col(ParticipationRow.entered_on).desc(), col(ParticipationRow.participation_id))
    rows = list((await session.exec(ordered.limit(wanted.limit).offset(wanted.offset))).all())
    counted = select(func.count()).select_from(ParticipationRow).join(OfferingRow, joined).where(*where)
    return [(row, offering) for row, offering in rows], (await session.exec(counted)).one()


async def persons(session: AsyncSession, keys: Sequence[UUID]) -> Sequence[PersonRow]:
    """Persons whom participations name, of the own carrier or of the one that proposed them (CON-02)."""
    query = select(PersonRow).where(col(PersonRow.person_id).in_(keys), col(PersonRow.withdrawn).is_(False))
    return (await session.exec(query)).all() if keys else []


async def unended(session: AsyncSession, carriers: Carriers, today: date) -> Sequence[tuple[OfferingRow, int]]:
    """Offerings of the carriers that are over, with how many participations in them have no end, the oldest first."""
    over = (col(OfferingRow.carrier_id).in_(carriers), col(OfferingRow.ends) < today)
    still = (IN_FORCE, col(ParticipationRow.ended_on).is_(None))
    query = select(OfferingRow, func.count()).join(
        ParticipationRow, col(ParticipationRow.offering_id) == OfferingRow.offering_id
    )
    grouped = query.where(*over, *still).group_by(col(OfferingRow.offering_id))
    found = await session.exec(grouped.order_by(col(OfferingRow.ends)).limit(MANY))
    return [(offering, count) for offering, count in found]
