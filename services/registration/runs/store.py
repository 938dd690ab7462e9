"""Reads of runs. Every query of staff takes the principal's carriers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
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


async def meetings_of(session: AsyncSession, run_id: UUID) -> Sequence[RunMeetingRow]:
    """All dates of a run, cancelled ones too, by time."""
    query = select(RunMeetingRow).where(RunMeetingRow.run_id == run_id, col(RunMeetingRow.withdrawn).is_(False))
    return (await session.exec(query.order_by(col(RunMeetingRow.starts_at), col(RunMeetingRow.number)))).all()


async def count_registered(session: AsyncSession, run_id: UUID) -> int:
    """How many registrations of a run wait for the decision."""
    return (await registered_of(session, [run_id])).get(run_id, 0)


async def registered_of(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many registrations of each run wait for the decision; a run without any is left out. Counts, no person."""
    of_runs = (col(RegistrationRow.run_id).in_(run_ids), col(RegistrationRow.withdrawn).is_(False))
    waiting = RegistrationRow.state == RegistrationState.SUBMITTED.value
    query = select(RegistrationRow.run_id, func.count()).where(*of_runs, waiting).group_by(col(RegistrationRow.run_id))
    return dict((await session.exec(query)).all())
