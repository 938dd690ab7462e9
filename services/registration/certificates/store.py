"""Reads of certificates and of whom they can be for. Every query of staff takes the principal's carriers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.certificates.rules import Attended, Held, Holder, attended
from services.registration.certificates.tables import CertificateRow
from services.registration.run_tables import (
    AttendanceRow,
    ParticipantRow,
    RegistrationRow,
    RunMeetingRow,
    TrainingRunRow,
)
from services.registration.runs.store import meetings_of
from services.registration.store import Carriers
from shared.vocabulary.runs import Presence, RunMeetingState


async def get_certificate(
    session: AsyncSession, certificate_id: UUID, run_id: UUID, carriers: Carriers
) -> CertificateRow | None:
    """A certificate of a run of the carriers, kept for this writer, or None."""
    query = select(CertificateRow).where(
        CertificateRow.certificate_id == certificate_id,
        CertificateRow.run_id == run_id,
        col(CertificateRow.carrier_id).in_(carriers),
    )
    return (await session.exec(query.with_for_update())).first()


async def certificates_of(session: AsyncSession, run_id: UUID, carriers: Carriers) -> Sequence[CertificateRow]:
    """All certificates of a run, withdrawn ones too, by kind and name."""
    query = select(CertificateRow).where(CertificateRow.run_id == run_id, col(CertificateRow.carrier_id).in_(carriers))
    order = (col(CertificateRow.kind), col(CertificateRow.name), col(CertificateRow.certificate_id))
    return (await session.exec(query.order_by(*order))).all()


async def of_code(session: AsyncSession, code_hash: str) -> bool | None:
    """Whether the certificate of a code is withdrawn, of any carrier; None: there is none."""
    query = select(CertificateRow.withdrawn).where(CertificateRow.code_hash == code_hash)
    return (await session.exec(query)).first()


async def holders(session: AsyncSession, run: TrainingRunRow, now: datetime) -> list[Holder]:
    """Whom certificates of a run can be for: registrations in the order they came, each followed by its people."""
    meetings = [one for one in await meetings_of(session, run.run_id) if _held(one, now)]
    present = await _presences(session, run.run_id)
    query = select(RegistrationRow).where(
        RegistrationRow.run_id == run.run_id, col(RegistrationRow.withdrawn).is_(False)
    )
    registrations = (
        await session.exec(query.order_by(col(RegistrationRow.submitted_at), col(RegistrationRow.registration_id)))
    ).all()
    people: dict[UUID, list[ParticipantRow]] = defaultdict(list)
    for person in await participants_of(session, run.run_id):
        people[person.registration_id].append(person)
    found = []
    for one in registrations:
        dates = [_date(date) for date in meetings if date.registration_id in (None, one.registration_id)]
        team = people[one.registration_id]
        there = {key: attended(dates, present[key]) for key in (member.participant_id for member in team)}
        together = set[UUID]().union(*(present[member.participant_id] for member in team))
        found.append(_of_registration(one, team, attended(dates, together)))
        found += [_of_participant(member, one, there[member.participant_id]) for member in team]
    return [one for one in found if one.name and one.kinds]


def _held(meeting: RunMeetingRow, now: datetime) -> bool:
    """A date that was held, or that is over and was not cancelled: nobody need have said so."""
    return meeting.state == RunMeetingState.HELD or (
        meeting.state != RunMeetingState.CANCELLED and meeting.ends_at <= now
    )


def _date(meeting: RunMeetingRow) -> Held:
    return Held(meeting.run_meeting_id, meeting.step, meeting.starts_at, meeting.ends_at)


def _of_registration(row: RegistrationRow, team: Sequence[ParticipantRow], together: Attended) -> Holder:
    """A house, or the one person who registered; without a name, nobody a certificate could be for."""
    alone = team[0] if len(team) == 1 and not row.house else None
    name, person = (alone.name, alone.person_id) if alone else (row.house or "", None)
    return Holder(row.registration_id, name, row.state, together, person_id=person, house=bool(row.house))


def _of_participant(row: ParticipantRow, registration: RegistrationRow, there: Attended) -> Holder:
    key, person = row.participant_id, row.person_id
    return Holder(row.registration_id, row.name, registration.state, there, key, person, row.stage)


async def participants_of(session: AsyncSession, run_id: UUID) -> Sequence[ParticipantRow]:
    """Who takes part in a run, by name."""
    mine = select(ParticipantRow).where(ParticipantRow.run_id == run_id, col(ParticipantRow.withdrawn).is_(False))
    return (await session.exec(mine.order_by(ParticipantRow.name, col(ParticipantRow.participant_id)))).all()


async def _presences(session: AsyncSession, run_id: UUID) -> defaultdict[UUID, set[UUID]]:
    """The dates at which each participant of a run was present."""
    query = select(AttendanceRow.participant_id, AttendanceRow.run_meeting_id).join(
        RunMeetingRow, col(RunMeetingRow.run_meeting_id) == AttendanceRow.run_meeting_id
    )
    there = query.where(RunMeetingRow.run_id == run_id, AttendanceRow.presence == Presence.PRESENT.value)
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for participant, meeting in await session.exec(there):
        found[participant].add(meeting)
    return found
