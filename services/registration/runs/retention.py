"""How long people of runs are kept: registrations with their participants go some years after the run."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import RegistrationRow, RunMeetingRow, TrainingRunRow
from shared.rights.expiry import Expiry, deleting

END = func.coalesce(TrainingRunRow.ends_on, TrainingRunRow.starts_on)
FORGOTTEN: dict[str, Any] = {"speakers": [], "note": None}
"""What a date of a run loses: who spoke, and what was noted."""


def end_of(run_id: Any) -> Any:
    """Last day of a run, else its first, by the column that names it."""
    return select(END).where(TrainingRunRow.run_id == run_id).correlate_except(TrainingRunRow).scalar_subquery()


async def _forget(session: AsyncSession, keys: Sequence[Any]) -> None:
    await session.exec(update(RunMeetingRow).where(col(RunMeetingRow.run_meeting_id).in_(keys)).values(**FORGOTTEN))


EXPIRIES = (
    Expiry(
        "run_registrations",
        RegistrationRow.registration_id,
        end_of(RegistrationRow.run_id),
        deleting(RegistrationRow.registration_id),
        (),
        RegistrationRow.carrier_id,
        "registration.expired",
        timed=False,
    ),
    Expiry(
        "run_dates",
        RunMeetingRow.run_meeting_id,
        end_of(RunMeetingRow.run_id),
        _forget,
        ((func.jsonb_array_length(RunMeetingRow.speakers) > 0) | col(RunMeetingRow.note).is_not(None),),
        RunMeetingRow.carrier_id,
        "run_meeting.emptied",
        timed=False,
    ),
)
"""The registrations first: dates held in one house go with its registration."""
