"""Reads of attendance. Every query of staff takes the principal's carriers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.attendance.completion import Journey, journey
from services.registration.attendance.tables import TaskRow
from services.registration.contact_tables import ContactPersonRow
from services.registration.run_tables import (
    AttendanceRow,
    ParticipantRow,
    RegistrationRow,
    RunMeetingRow,
    TrainingRunRow,
)
from services.registration.store import Carriers
from shared.vocabulary.runs import Presence, RegistrationState, RunMeetingState

Presences = dict[UUID, dict[UUID, str]]
"""Presence of participants by date."""


async def get_date(session: AsyncSession, run_id: UUID, key: UUID, carriers: Carriers) -> RunMeetingRow | None:
    """A date of a run of the carriers, or None."""
    query = select(RunMeetingRow).where(RunMeetingRow.run_meeting_id == key, RunMeetingRow.run_id == run_id)
    own = (col(RunMeetingRow.carrier_id).in_(carriers), col(RunMeetingRow.withdrawn).is_(False))
    return (await session.exec(query.where(*own))).first()


async def participants_of(session: AsyncSession, run_id: UUID) -> list[tuple[ParticipantRow, RegistrationRow]]:
    """Who has a place in a run, by house and name."""
    query = select(ParticipantRow, RegistrationRow).join(
        RegistrationRow, col(RegistrationRow.registration_id) == ParticipantRow.registration_id
    )
    has = (
        ParticipantRow.run_id == run_id,
        col(ParticipantRow.withdrawn).is_(False),
        col(RegistrationRow.withdrawn).is_(False),
        RegistrationRow.state == RegistrationState.ACCEPTED.value,
    )
    ordered = query.where(*has).order_by(col(RegistrationRow.house), col(ParticipantRow.name))
    return [(person, registration) for person, registration in await session.exec(ordered)]


async def runs_around(session: AsyncSession, participants: Collection[UUID]) -> Sequence[TrainingRunRow]:
    """Runs of participants, and the others of their profiles."""
    own = col(ParticipantRow.participant_id).in_(participants)
    profiles = select(ParticipantRow.contact_person_id).where(own, col(ParticipantRow.contact_person_id).is_not(None))
    places = select(ParticipantRow.run_id).where(or_(own, col(ParticipantRow.contact_person_id).in_(profiles)))
    return (await session.exec(select(TrainingRunRow).where(col(TrainingRunRow.run_id).in_(places)))).all()


async def dates_of(session: AsyncSession, runs: Collection[UUID]) -> Sequence[RunMeetingRow]:
    """Dates of runs that were not cancelled, by time."""
    there = (col(RunMeetingRow.withdrawn).is_(False), RunMeetingRow.state != RunMeetingState.CANCELLED.value)
    query = select(RunMeetingRow).where(col(RunMeetingRow.run_id).in_(runs), *there)
    return (await session.exec(query.order_by(col(RunMeetingRow.starts_at)))).all()


async def presences(session: AsyncSession, dates: Collection[UUID]) -> Presences:
    """Who was at these dates, as far as somebody has said so."""
    found: Presences = defaultdict(dict)
    query = select(AttendanceRow).where(col(AttendanceRow.run_meeting_id).in_(dates))
    for row in await session.exec(query):
        found[row.run_meeting_id][row.participant_id] = row.presence
    return found


async def tasks_of(session: AsyncSession, participants: Collection[UUID]) -> dict[UUID, dict[int, TaskRow]]:
    """Practice tasks handed in, by participant and module."""
    found: dict[UUID, dict[int, TaskRow]] = defaultdict(dict)
    for row in await session.exec(select(TaskRow).where(col(TaskRow.participant_id).in_(participants))):
        found[row.participant_id][row.module] = row
    return found


async def profiles_of(session: AsyncSession, people: Sequence[ParticipantRow]) -> dict[UUID, ContactPersonRow]:
    """Profiles over several runs of participants that have one, by the profile's id."""
    keys = {one.contact_person_id for one in people if one.contact_person_id is not None}
    rows = await session.exec(select(ContactPersonRow).where(col(ContactPersonRow.contact_person_id).in_(keys)))
    return {row.contact_person_id: row for row in rows}


async def journeys_of(session: AsyncSession, people: Sequence[ParticipantRow]) -> dict[UUID, list[Journey]]:
    """What each participant did: in her own run first, then in the others of her profile and the same programme."""
    keys = {one.contact_person_id for one in people if one.contact_person_id is not None}
    query = select(ParticipantRow, TrainingRunRow.programme).join(
        TrainingRunRow, col(TrainingRunRow.run_id) == ParticipantRow.run_id
    )
    own = col(ParticipantRow.participant_id).in_([one.participant_id for one in people])
    query = query.where(or_(own, col(ParticipantRow.contact_person_id).in_(keys)))
    places = [(one, programme) for one, programme in await session.exec(query) if not one.withdrawn]
    dates = await dates_of(session, {one.run_id for one, _ in places})
    there = await presences(session, [date.run_meeting_id for date in dates])
    walked = {one.participant_id: _journey(one, dates, there) for one, _ in places}
    programmes = {one.participant_id: programme for one, programme in places}
    return {
        person.participant_id: [walked[person.participant_id]]
        + [
            walked[other.participant_id]
            for other, programme in places
            if other.participant_id != person.participant_id
            and person.contact_person_id is not None
            and other.contact_person_id == person.contact_person_id
            and programme == programmes[person.participant_id]
        ]
        for person in people
        if person.participant_id in walked
    }


def _journey(person: ParticipantRow, dates: Sequence[RunMeetingRow], there: Mapping[UUID, dict[UUID, str]]) -> Journey:
    return journey(
        (
            date.step,
            date.state == RunMeetingState.HELD,
            there.get(date.run_meeting_id, {}).get(person.participant_id) == Presence.PRESENT,
        )
        for date in dates
        if date.run_id == person.run_id and date.registration_id in (None, person.registration_id)
    )
