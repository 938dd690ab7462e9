"""Reads of registrations. Every query of staff takes the principal's carriers; the public sees published runs alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment.rules import IN_FORCE
from services.registration.enrolment.tables import RegistrationMailRow
from services.registration.run_tables import ParticipantRow, RegistrationRow, TrainingRunRow
from services.registration.store import Carriers
from shared.vocabulary import RunState
from shared.vocabulary.runs import RegistrationState

LISTED = 200
SOON = (RunState.ANNOUNCED.value, RunState.REGISTRATION_OPEN.value)


async def public_runs(session: AsyncSession, now: datetime) -> Sequence[TrainingRunRow]:
    """Published runs that one may register for now or later, the next deadline first."""
    shown = (col(TrainingRunRow.published), ~col(TrainingRunRow.withdrawn), col(TrainingRunRow.deadline) >= now)
    query = select(TrainingRunRow).where(*shown, col(TrainingRunRow.state).in_(SOON))
    return (await session.exec(query.order_by(col(TrainingRunRow.deadline)).limit(LISTED))).all()


async def public_run(session: AsyncSession, run_id: UUID, *, shared: bool = False) -> TrainingRunRow | None:
    """A published run, with `shared` kept from being decided while this transaction runs."""
    query = select(TrainingRunRow).where(
        TrainingRunRow.run_id == run_id, col(TrainingRunRow.published), ~col(TrainingRunRow.withdrawn)
    )
    return (await session.exec(query.with_for_update(read=True) if shared else query)).first()


async def locked_run(session: AsyncSession, run_id: UUID, *, patient: bool = True) -> TrainingRunRow | None:
    """A run kept for this writer; None when it is gone, or, without patience, somebody else's at the moment."""
    query = select(TrainingRunRow).where(TrainingRunRow.run_id == run_id).with_for_update(skip_locked=not patient)
    return (await session.exec(query)).first()


async def due_runs(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Runs that something may have to be done for: those nobody has decided, and those with an offer that is over."""
    over = select(RegistrationRow.registration_id).where(
        RegistrationRow.run_id == TrainingRunRow.run_id,
        RegistrationRow.state == RegistrationState.OFFERED.value,
        col(RegistrationRow.offered_until) < now,
    )
    undecided = (RunState.REGISTRATION_OPEN.value, RunState.REGISTRATION_CLOSED.value)
    opening = (TrainingRunRow.state == RunState.ANNOUNCED.value) & (col(TrainingRunRow.opens_at) <= now)
    due = or_(opening, col(TrainingRunRow.state).in_(undecided), over.exists())
    query = select(TrainingRunRow.run_id).where(~col(TrainingRunRow.withdrawn), due)
    return (await session.exec(query.order_by(col(TrainingRunRow.deadline)).limit(LISTED))).all()


async def registrations(
    session: AsyncSession, run_id: UUID, *, to_change: bool = False, state: RegistrationState | None = None
) -> Sequence[RegistrationRow]:
    """Registrations for a run, withdrawn ones too, by time."""
    query = select(RegistrationRow).where(RegistrationRow.run_id == run_id)
    query = query.where(RegistrationRow.state == state.value) if state else query
    query = query.order_by(col(RegistrationRow.submitted_at), col(RegistrationRow.registration_id))
    return (await session.exec(query.with_for_update() if to_change else query)).all()


async def get_registration(
    session: AsyncSession, run_id: UUID, registration_id: UUID, carriers: Carriers
) -> RegistrationRow | None:
    """A registration for a run of the carriers, kept for this writer, or None."""
    query = select(RegistrationRow).where(
        RegistrationRow.registration_id == registration_id,
        RegistrationRow.run_id == run_id,
        col(RegistrationRow.carrier_id).in_(carriers),
    )
    return (await session.exec(query.with_for_update())).first()


async def of_ticket(session: AsyncSession, token_hash: str, *, to_change: bool = False) -> RegistrationRow | None:
    """The registration whose link holds what hashes to this, or None."""
    query = select(RegistrationRow).where(RegistrationRow.token_hash == token_hash)
    query = query.execution_options(populate_existing=True)
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def has_house(session: AsyncSession, run_id: UUID, house_key: str | None, but: UUID) -> bool:
    """Whether a house has another registration for a run that is in force."""
    if house_key is None:
        return False
    query = select(RegistrationRow.registration_id).where(
        RegistrationRow.run_id == run_id,
        RegistrationRow.house_key == house_key,
        RegistrationRow.registration_id != but,
        col(RegistrationRow.state).in_([state.value for state in IN_FORCE]),
    )
    return (await session.exec(query)).first() is not None


async def sizes(session: AsyncSession, run_id: UUID) -> dict[UUID, int]:
    """How many people each registration for a run names."""
    query = select(ParticipantRow.registration_id, func.count()).where(ParticipantRow.run_id == run_id)
    return dict((await session.exec(query.group_by(col(ParticipantRow.registration_id)))).all())


async def unreleased(session: AsyncSession, run_id: UUID) -> set[UUID]:
    """Registrations for a run of somebody whom the employer has not released yet (IKBO-05)."""
    query = select(ParticipantRow.registration_id).where(ParticipantRow.run_id == run_id)
    return set(await session.exec(query.where(col(ParticipantRow.released).is_(False)).distinct()))


async def members_of(session: AsyncSession, keys: Sequence[UUID]) -> dict[UUID, list[ParticipantRow]]:
    """Who is registered, by registration: those who lead first, then by name."""
    query = select(ParticipantRow).where(col(ParticipantRow.registration_id).in_(keys))
    found: dict[UUID, list[ParticipantRow]] = {key: [] for key in keys}
    for row in await session.exec(query.order_by(col(ParticipantRow.lead).desc(), col(ParticipantRow.name))):
        found[row.registration_id].append(row)
    return found


async def mails_of(session: AsyncSession, run_id: UUID) -> Sequence[RegistrationMailRow]:
    """E-mails about the registrations for a run, by the time they are due."""
    mine = select(RegistrationRow.registration_id).where(RegistrationRow.run_id == run_id)
    query = select(RegistrationMailRow).where(col(RegistrationMailRow.registration_id).in_(mine))
    return (await session.exec(query.order_by(col(RegistrationMailRow.due_at), RegistrationMailRow.kind))).all()
