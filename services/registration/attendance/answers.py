"""What the API of attendance answers: a date with who belongs to it, and how far each is."""

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance import completion, store
from services.registration.attendance.progress import stages_of
from services.registration.programmes.definition import Finding, definitions
from services.registration.run_tables import ParticipantRow, RegistrationRow, RunMeetingRow, TrainingRunRow
from shared.vocabulary import Programme


class Attendee(BaseModel):
    """Somebody who has a place at a date: was she there, how far is she, what does she lack."""

    participant_id: UUID
    name: str
    house: str | None
    function: str | None
    presence: str | None
    stage: str
    findings: list[str]
    tasks: list[int]
    contact_person_id: UUID | None


class Attendance(BaseModel):
    """A date of a run and who belongs to it; `counted` says whether the figures have it."""

    run_id: UUID
    run_meeting_id: UUID
    revision: int
    programme: str
    public_title: str
    step: str
    step_title: str
    number: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str | None
    state: str
    guests: int
    per_team: bool
    form: str | None
    note: str | None
    counted: bool
    participants: list[Attendee]


async def attendance_of(
    session: AsyncSession, run: TrainingRunRow, date: RunMeetingRow
) -> tuple[Attendance, list[ParticipantRow]]:
    """A date with its list, and the rows that it shows."""
    places = await store.participants_of(session, run.run_id)
    own = [one for one in places if date.registration_id in (None, one[1].registration_id)]
    people = [person for person, _ in places]
    stages, tasks = await stages_of(session, run, people), await store.tasks_of(session, _keys(people))
    journeys = await store.journeys_of(session, people)
    there = (await store.presences(session, [date.run_meeting_id])).get(date.run_meeting_id, {})
    listed = [
        _attendee(
            one,
            presence=there.get(one[0].participant_id),
            stage=stages[one[0].participant_id].value,
            tasks=sorted(tasks[one[0].participant_id]),
            findings=[found.text for found in _findings(run, date, journeys[one[0].participant_id],
                                                        list(tasks[one[0].participant_id]))],
        )
        for one in own
    ]  # fmt: skip
    known = definitions().get(Programme(run.programme))
    step = known.step(date.step) if known is not None else None
    shown = date.model_dump() | {
        "programme": run.programme,
        "public_title": run.public_title,
        "step_title": step.title if step is not None else "Termin",
        "per_team": step is not None and step.per_team,
        "counted": date.meeting_id is not None,
        "participants": listed,
    }
    return Attendance.model_validate(shown), [person for person, _ in own]


def _keys(people: list[ParticipantRow]) -> list[UUID]:
    return [one.participant_id for one in people]


def _attendee(one: tuple[ParticipantRow, RegistrationRow], **more: Any) -> Attendee:
    person, registration = one
    kept = person.model_dump(include={"participant_id", "name", "function", "contact_person_id"})
    return Attendee.model_validate(kept | {"house": registration.house} | more)


def _findings(
    run: TrainingRunRow, date: RunMeetingRow, journeys: list[completion.Journey], tasks: list[int]
) -> list[Finding]:
    """What somebody lacks for this date: told, and of a coaching without seminar refused on saving."""
    if run.programme == Programme.IKBO:
        return completion.before_module(date.step, journeys[0], tasks)
    return completion.check_coaching(date.step, journeys) if run.programme == Programme.IKKE_MIB else []
