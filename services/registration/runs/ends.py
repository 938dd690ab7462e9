"""How a run ends: completed, or cancelled with its dates that are to come and its registrations."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.run_tables import RegistrationRow, TrainingRunRow
from services.registration.runs import dates, handlers, store
from services.registration.runs.planning import refuse_unsound
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


NOT_CONFIRMED = (
    "Nur ein bestätigter Durchgang lässt sich abschließen. Bitte entscheiden Sie zuerst über die Anmeldungen."
)
STILL_PLANNED = (
    "Von diesem Durchgang sind noch Termine offen. Bitte tragen Sie die Anwesenheit ein oder sagen Sie sie ab."
)


async def own_run(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """A run of the own carrier, kept for this writer. Raises Problem 404."""
    row = await store.get_run(session, run_id, actor.principal.carriers, to_change=True)
    if row is None or row.withdrawn:
        raise Problem(404, NOT_FOUND)
    return row


async def complete_run(session: AsyncSession, run_id: UUID, actor: Actor) -> None:
    """Complete a run whose dates were held as its programme asks. Twice is once. Raises Problem 404 or 409."""
    row = await own_run(session, run_id, actor)
    if row.state == RunState.COMPLETED:
        return
    if row.state != RunState.CONFIRMED:
        raise Problem(409, NOT_CONFIRMED)
    if any(one.state == RunMeetingState.PLANNED for one in await store.meetings_of(session, run_id)):
        raise Problem(409, STILL_PLANNED)
    await refuse_unsound(session, row)
    row.state = RunState.COMPLETED.value
    await handlers.save(session, row, "run.completed", actor)


async def cancel_run(session: AsyncSession, run_id: UUID, reason: str, actor: Actor) -> Sequence[RegistrationRow]:
    """Cancel a run with a reason; the registrations that end with it. Twice is once. Raises Problem 404 or 409."""
    row = await own_run(session, run_id, actor)
    if row.state == RunState.CANCELLED:
        return []
    if row.state == RunState.COMPLETED:
        raise Problem(409, "Dieser Durchgang ist abgeschlossen und lässt sich nicht mehr absagen.")
    row.state, row.reason, row.accepted, row.waiting = RunState.CANCELLED.value, reason, 0, 0
    for meeting in await store.meetings_of(session, run_id):
        if meeting.state == RunMeetingState.PLANNED:
            meeting.state, meeting.reason = RunMeetingState.CANCELLED.value, reason
            meeting.revision += 1
            await dates.save(session, meeting, "run_meeting.cancelled", actor)
    registrations = await _cancel_registrations(session, run_id, actor)
    await handlers.save(session, row, "run.cancelled", actor)
    return registrations


async def _cancel_registrations(session: AsyncSession, run_id: UUID, actor: Actor) -> Sequence[RegistrationRow]:
    query = select(RegistrationRow).where(RegistrationRow.run_id == run_id, col(RegistrationRow.state).in_(IN_FORCE))
    entries, rows = [], (await session.exec(query.with_for_update())).all()
    for one in rows:
        one.state, one.revision = RegistrationState.CANCELLED.value, one.revision + 1
        session.add(one)
        who = (actor.principal.subject, one.carrier_id)
        entries.append(audit.entry(actor.instant, *who, "registration.cancelled", one.key, one.revision))
    await audit.write(session, entries)
    return rows
