"""Reads of runs. Every query of staff takes the principal's carriers."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import RegistrationRow, RunMeetingRow, TrainingRunRow
from services.registration.store import Carriers
from shared.vocabulary.runs import RegistrationState

LISTED = 500


async def get_run(
    session: AsyncSession, run_id: UUID, carriers: Carriers, *, to_change: bool = False
) -> TrainingRunRow | None:
    """A run of the carriers, `to_change` kept for this writer, or None."""
    query = select(TrainingRunRow).where(TrainingRunRow.run_id == run_id, col(TrainingRunRow.carrier_id).in_(carriers))
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def list_runs(session: AsyncSession, carriers: Carriers) -> Sequence[TrainingRunRow]:
    """Runs of the carriers in force, the next to begin last."""
    own = (col(TrainingRunRow.carrier_id).in_(carriers), col(TrainingRunRow.withdrawn).is_(False))
    query = (
        select(TrainingRunRow).where(*own).order_by(col(TrainingRunRow.starts_on).desc(), col(TrainingRunRow.run_id))
    )
    return (await session.exec(query.limit(LISTED))).all()


async def registered(session: AsyncSession, run_id: UUID) -> bool:
    """Whether somebody is registered for a run."""
    gone = (RegistrationState.WITHDRAWN.value, RegistrationState.REJECTED.value)
    query = select(RegistrationRow.registration_id).where(RegistrationRow.run_id == run_id)
    return (await session.exec(query.where(col(RegistrationRow.state).not_in(gone)))).first() is not None


async def meetings_of(session: AsyncSession, run_id: UUID) -> Sequence[RunMeetingRow]:
    """All dates of a run, cancelled ones too, by time."""
    query = select(RunMeetingRow).where(RunMeetingRow.run_id == run_id, col(RunMeetingRow.withdrawn).is_(False))
    return (await session.exec(query.order_by(col(RunMeetingRow.starts_at), col(RunMeetingRow.number)))).all()
