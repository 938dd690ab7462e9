"""A run is cancelled: its dates that are to come, and its registrations, with it."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import RegistrationRow, TrainingRunRow
from services.registration.runs import dates, handlers, store
from shared import audit
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import RunState
from shared.vocabulary.runs import RegistrationState, RunMeetingState

IN_FORCE = [
    state.value
    for state in (
        RegistrationState.SUBMITTED,
        RegistrationState.ACCEPTED,
        RegistrationState.WAITING,
        RegistrationState.OFFERED,
    )
]


async def cancel_run(session: AsyncSession, run_id: UUID, reason: str, actor: Actor) -> TrainingRunRow:
    """Cancel a run with a reason. Twice is once. Raises Problem 404 or 409."""
    row = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    if row is None or row.withdrawn:
        raise Problem(404, NOT_FOUND)
    if row.state == RunState.CANCELLED:
        return row
    if row.state == RunState.COMPLETED:
        raise Problem(409, "Dieser Durchgang ist abgeschlossen und lässt sich nicht mehr absagen.")
    row.state, row.reason, row.accepted, row.waiting = RunState.CANCELLED.value, reason, 0, 0
    for meeting in await store.meetings_of(session, run_id):
        if meeting.state == RunMeetingState.PLANNED:
            meeting.state, meeting.reason = RunMeetingState.CANCELLED.value, reason
            meeting.revision += 1
            await dates.save(session, meeting, "run_meeting.cancelled", actor)
    await _cancel_registrations(session, run_id, actor)
    await handlers.save(session, row, "run.cancelled", actor)
    return row


async def _cancel_registrations(session: AsyncSession, run_id: UUID, actor: Actor) -> None:
    query = select(RegistrationRow).where(RegistrationRow.run_id == run_id, col(RegistrationRow.state).in_(IN_FORCE))
    entries = []
    for one in (await session.exec(query.with_for_update())).all():
        one.state, one.revision = RegistrationState.CANCELLED.value, one.revision + 1
        session.add(one)
        who = (actor.principal.subject, one.carrier_id)
        entries.append(audit.entry(actor.instant, *who, "registration.cancelled", one.key, one.revision))
    await audit.write(session, entries)
