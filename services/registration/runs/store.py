"""Reads of runs. Every query takes the carriers that the one who asks may see; None are all of the network's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import ParticipantRow, RegistrationRow, RunMeetingRow, TrainingRunRow
from services.registration.store import Carriers
from services.registration.tables import StructureRow
from shared.security import Principal
from shared.vocabulary import RunState, StructureKind
from shared.vocabulary.permissions import PERMISSIONS, Scope
from shared.vocabulary.runs import RegistrationState, RunMeetingState

LISTED = 500
RUNNING = [state.value for state in RunState if state not in (RunState.CANCELLED, RunState.COMPLETED)]


def reach(principal: Principal) -> Carriers | None:
    """Carriers whose plans a principal sees: None for a coordinator, who sees all of the network without names."""
    return None if PERMISSIONS["plans:read"].get(principal.role) is Scope.NETWORK else principal.carriers


def _within(carriers: Carriers | None) -> ColumnElement[bool]:
    return true() if carriers is None else col(TrainingRunRow.carrier_id).in_(carriers)


async def get_run(
    session: AsyncSession, run_id: UUID, carriers: Carriers | None, *, to_change: bool = False
) -> TrainingRunRow | None:
    """A run of the carriers, `to_change` kept for this writer, or None."""
    query = select(TrainingRunRow).where(TrainingRunRow.run_id == run_id, _within(carriers))
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def list_runs(session: AsyncSession, carriers: Carriers | None) -> Sequence[TrainingRunRow]:
    """Runs of the carriers in force, the next to begin last."""
    query = select(TrainingRunRow).where(_within(carriers), col(TrainingRunRow.withdrawn).is_(False))
    ordered = query.order_by(col(TrainingRunRow.starts_on).desc(), col(TrainingRunRow.run_id))
    return (await session.exec(ordered.limit(LISTED))).all()


async def running(session: AsyncSession, carriers: Carriers) -> Sequence[TrainingRunRow]:
    """Runs of the carriers that are neither cancelled nor completed, the first to begin first."""
    force = (col(TrainingRunRow.withdrawn).is_(False), col(TrainingRunRow.state).in_(RUNNING))
    query = select(TrainingRunRow).where(_within(carriers), *force).order_by(col(TrainingRunRow.starts_on))
    return (await session.exec(query.limit(LISTED))).all()


async def registered(session: AsyncSession, run_id: UUID) -> bool:
    """Whether somebody is registered for a run."""
    gone = (RegistrationState.WITHDRAWN.value, RegistrationState.REJECTED.value)
    query = select(RegistrationRow.registration_id).where(RegistrationRow.run_id == run_id)
    return (await session.exec(query.where(col(RegistrationRow.state).not_in(gone)))).first() is not None


async def run_of_token(session: AsyncSession, token: str) -> TrainingRunRow | None:
    """The run whose dates may be followed with a token, or None."""
    force = col(TrainingRunRow.withdrawn).is_(False)
    return (await session.exec(select(TrainingRunRow).where(TrainingRunRow.calendar_token == token, force))).first()


async def meetings_of(session: AsyncSession, run_id: UUID) -> Sequence[RunMeetingRow]:
    """All dates of a run, cancelled ones too, by time."""
    return await meetings_of_all(session, [run_id])


async def meetings_of_all(session: AsyncSession, run_ids: Sequence[UUID]) -> Sequence[RunMeetingRow]:
    """All dates of runs, cancelled ones too, by time."""
    query = select(RunMeetingRow).where(col(RunMeetingRow.run_id).in_(run_ids), col(RunMeetingRow.withdrawn).is_(False))
    return (await session.exec(query.order_by(col(RunMeetingRow.starts_at), col(RunMeetingRow.number)))).all()


async def get_meeting(session: AsyncSession, run_meeting_id: UUID) -> RunMeetingRow | None:
    """A date of any run, kept for this writer, or None; whose it is, its run says."""
    query = select(RunMeetingRow).where(RunMeetingRow.run_meeting_id == run_meeting_id).with_for_update()
    return (await session.exec(query)).first()


async def near(
    session: AsyncSession, carriers: Carriers, span: tuple[datetime, datetime]
) -> Sequence[tuple[RunMeetingRow, TrainingRunRow]]:
    """Dates of the carriers that are planned and lie in a span, with their runs, by time."""
    query: Any = select(RunMeetingRow, TrainingRunRow).join(
        TrainingRunRow, col(TrainingRunRow.run_id) == RunMeetingRow.run_id
    )
    planned = (RunMeetingRow.state == RunMeetingState.PLANNED.value, col(RunMeetingRow.withdrawn).is_(False))
    force = (_within(carriers), col(TrainingRunRow.withdrawn).is_(False))
    during = (col(RunMeetingRow.starts_at) >= span[0], col(RunMeetingRow.starts_at) < span[1])
    found = await session.exec(query.where(*planned, *force, *during).order_by(col(RunMeetingRow.starts_at)))
    return list(found.all())


async def teams_of(session: AsyncSession, run_id: UUID) -> Sequence[tuple[UUID, str | None]]:
    """Accepted registrations of a run with the name of their house, the earliest first."""
    query = select(RegistrationRow.registration_id, RegistrationRow.house).where(
        RegistrationRow.run_id == run_id,
        RegistrationRow.state == RegistrationState.ACCEPTED.value,
        col(RegistrationRow.withdrawn).is_(False),
    )
    return (await session.exec(query.order_by(col(RegistrationRow.submitted_at)))).all()


async def stages_of(session: AsyncSession, run_id: UUID) -> Sequence[str]:
    """How far those are who take part in a run."""
    query = select(ParticipantRow.stage).join(
        RegistrationRow, col(RegistrationRow.registration_id) == ParticipantRow.registration_id
    )
    accepted = (RegistrationRow.state == RegistrationState.ACCEPTED.value, col(ParticipantRow.withdrawn).is_(False))
    return (await session.exec(query.where(ParticipantRow.run_id == run_id, *accepted))).all()


async def carrier_names(session: AsyncSession) -> dict[UUID, str]:
    """Names of the network's carriers by id."""
    query = select(StructureRow.structure_id, StructureRow.name).where(
        StructureRow.kind == StructureKind.CARRIER.value, col(StructureRow.withdrawn).is_(False)
    )
    return dict((await session.exec(query)).all())


async def count_registered(session: AsyncSession, run_id: UUID) -> int:
    """How many registrations of a run wait for the decision."""
    return (await registered_of(session, [run_id])).get(run_id, 0)


async def registered_of(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many registrations of each run wait for the decision; a run without any is left out. Counts, no person."""
    of_runs = (col(RegistrationRow.run_id).in_(run_ids), col(RegistrationRow.withdrawn).is_(False))
    waiting = RegistrationRow.state == RegistrationState.SUBMITTED.value
    query = select(RegistrationRow.run_id, func.count()).where(*of_runs, waiting).group_by(col(RegistrationRow.run_id))
    return dict((await session.exec(query)).all())
