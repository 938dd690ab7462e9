"""Attendance: load, decide, save; the records that count a run's dates follow from it. The edge commits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import completion, store
from services.registration.attendance.commands import RecordAttendance
from services.registration.attendance.counting import count_dates
from services.registration.attendance.progress import update_stages
from services.registration.run_tables import AttendanceRow, RunMeetingRow, TrainingRunRow
from services.registration.runs.store import get_run
from shared import audit
from shared.clock import BERLIN
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary.runs import Presence, RunMeetingState

CANCELLED = "Dieser Termin ist abgesagt; für ihn gibt es keine Anwesenheit. Bitte wählen Sie den Ersatztermin."
AHEAD = "Dieser Termin liegt noch vor Ihnen. Bitte tragen Sie die Anwesenheit am Tag selbst oder danach ein."
NOBODY = "Der Eintrag nennt jemanden, der bei diesem Termin keinen Platz hat."


async def run_and_date(
    session: AsyncSession, run_id: UUID, key: UUID, actor: Actor
) -> tuple[TrainingRunRow, RunMeetingRow]:
    """A run of the own carrier, kept for this writer, and one of its dates. Raises Problem 404."""
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    date = await store.get_date(session, run_id, key, actor.principal.carriers) if run is not None else None
    if run is None or date is None:
        raise Problem(404, NOT_FOUND)
    return run, date


async def record_attendance(
    session: AsyncSession, run_id: UUID, key: UUID, command: RecordAttendance, actor: Actor
) -> RunMeetingRow:
    """Say who was at a date; it was held with that. Repeating changes nothing. Raises Problem 404, 409 and 422."""
    run, date = await run_and_date(session, run_id, key, actor)
    if date.state == RunMeetingState.CANCELLED:
        raise Problem(409, CANCELLED)
    if date.starts_at.astimezone(BERLIN).date() > actor.today:
        raise Problem(409, AHEAD)
    await _check(session, date, command)
    content: dict[str, Any] = {"state": RunMeetingState.HELD.value, "guests": command.guests}
    content |= command.model_dump(include={"form", "note"} & command.model_fields_set)
    stored = (await store.presences(session, [key])).get(key, {})
    given = {one.participant_id: str(one.presence) for one in command.entries}
    if stored != given:
        content["revision"] = 0  # the row itself may be the same: its list is not
    revision = next_revision(date, content, command.revision)
    if revision is None:
        return date
    date.sqlmodel_update(content | {"revision": revision})
    session.add(date)
    await _keep(session, date, stored, given)
    await count_dates(session, run, actor)
    await update_stages(session, run)
    entry = audit.entry(
        actor.instant, actor.principal.subject, date.owner, "run_meeting.attended", key, revision, list(given)
    )
    await audit.write(session, [entry])
    return date


async def _keep(
    session: AsyncSession, date: RunMeetingRow, stored: Mapping[UUID, str], given: Mapping[UUID, str]
) -> None:
    key = date.run_meeting_id
    for participant, presence in given.items():
        entry = {"run_meeting_id": key, "participant_id": participant, "carrier_id": date.carrier_id}
        await session.merge(AttendanceRow(**entry, presence=presence))
    for gone in stored.keys() - given.keys():
        await session.delete(await session.get_one(AttendanceRow, (key, gone)))
    await session.flush()


async def _check(session: AsyncSession, date: RunMeetingRow, command: RecordAttendance) -> None:
    """Raises Problem 422 for somebody who has no place here, or who may not be at a coaching yet (IKKE-06)."""
    places = await store.participants_of(session, date.run_id)
    own = [person for person, registration in places if date.registration_id in (None, registration.registration_id)]
    people = {person.participant_id: person for person in own}
    problems = [
        FieldProblem(f"presence.{one.participant_id}", None, NOBODY, "Bitte die Seite neu laden.")
        for one in command.entries
        if one.participant_id not in people
    ]
    came = [one.participant_id for one in command.entries if one.presence == Presence.PRESENT]
    there = [people[key] for key in came if key in people]
    journeys = await store.journeys_of(session, there) if date.step == completion.COACHING else {}
    problems += [
        FieldProblem(f"presence.{key}", None, found.text, found.remedy)
        for key, walked in journeys.items()
        for found in completion.check_coaching(date.step, walked)
    ]
    if problems:
        raise invalid(*problems)
