"""Persons of whom registration has nothing younger than the retention period, and their erasure by its own path.

Whether counselling has something younger the gateway asks there; what is erased is what both have found quiet.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import person_store
from services.registration.appointments.tables import AppointmentRow
from services.registration.attendance.tables import TaskRow
from services.registration.certificates.tables import CertificateRow
from services.registration.contact_tables import ContactPersonRow
from services.registration.proposals.tables import AnswerRow, ProposalRow
from services.registration.rights.commands import Erase
from services.registration.rights.erasure import erase_person, one_person
from services.registration.run_tables import ParticipantRow, RegistrationRow, TrainingRunRow
from services.registration.tables import ParticipationRow, PersonMergeRow, PersonRow
from shared.recording import Actor
from shared.rights.expiry import Figures, note
from shared.rights.traces import Trace, berlin, last_days

RULE = "persons"
TRACES = (
    Trace(PersonRow, PersonRow.person_id, (PersonRow.recorded_on,)),
    Trace(PersonMergeRow, PersonMergeRow.person_id, (PersonMergeRow.recorded_on,)),
    Trace(PersonMergeRow, PersonMergeRow.merged_into, (PersonMergeRow.recorded_on,)),
    Trace(ProposalRow, ProposalRow.person_id, (ProposalRow.proposed_on,)),
    Trace(AnswerRow, AnswerRow.person_id, (AnswerRow.recorded_on,)),
    Trace(
        ParticipationRow,
        ParticipationRow.person_id,
        (ParticipationRow.entered_on, ParticipationRow.ended_on, ParticipationRow.recorded_on),
    ),
    Trace(
        AppointmentRow,
        AppointmentRow.person_id,
        (berlin(AppointmentRow.requested_at), berlin(AppointmentRow.starts_at)),
    ),
    Trace(
        TrainingRunRow,
        ParticipantRow.person_id,
        (TrainingRunRow.starts_on, TrainingRunRow.ends_on),
        (ParticipantRow.run_id == TrainingRunRow.run_id,),
    ),
    Trace(
        RegistrationRow,
        ParticipantRow.person_id,
        (berlin(RegistrationRow.submitted_at), berlin(RegistrationRow.offered_until)),
        (ParticipantRow.registration_id == RegistrationRow.registration_id,),
    ),
    Trace(CertificateRow, CertificateRow.person_id, (CertificateRow.issued_on, CertificateRow.withdrawn_on)),
    Trace(
        ContactPersonRow,
        ParticipantRow.person_id,
        (
            ContactPersonRow.recorded_on,
            ContactPersonRow.selected_on,
            ContactPersonRow.qualified_on,
            ContactPersonRow.mandated_on,
            ContactPersonRow.inactive_on,
        ),
        (ParticipantRow.contact_person_id == ContactPersonRow.contact_person_id,),
    ),
    Trace(
        TaskRow,
        ParticipantRow.person_id,
        (TaskRow.handed_in_on,),
        (ParticipantRow.participant_id == TaskRow.participant_id,),
    ),
)
"""Where registration sees that something of a person happened."""


class Group(BaseModel):
    """Somebody with all ids she is recorded under, and the last day of which something of her is kept."""

    carrier_id: UUID
    persons: list[UUID]
    last_day: date


async def quiet(
    session: AsyncSession, before: date, after: UUID | None, limit: int, carriers: Sequence[UUID]
) -> tuple[list[Group], UUID | None]:
    """Who is quiet since before a day, among some persons in the order of their ids; where to go on, if there are more.

    Of all carriers where none is named. Who was recorded twice is found under her first id.
    """
    query = select(PersonRow.person_id, PersonRow.carrier_id).where(PersonRow.recorded_on < before)
    query = query if after is None else query.where(PersonRow.person_id > after)
    query = query.where(col(PersonRow.carrier_id).in_(carriers)) if carriers else query
    rows = (await session.exec(query.order_by(col(PersonRow.person_id)).limit(limit))).all()
    merged = await _merged(session, [person for person, _ in rows])
    found = []
    for person, carrier in rows:
        persons = await one_person(session, person, (carrier,)) if person in merged else [person]
        if persons[0] == person:
            found.append((carrier, persons))
    days = await last_days(session, TRACES, [person for _, persons in found for person in persons])
    groups = [Group(carrier_id=carrier, persons=persons, last_day=_last(days, persons)) for carrier, persons in found]
    return [group for group in groups if group.last_day < before], rows[-1][0] if len(rows) == limit else None


async def _merged(session: AsyncSession, persons: Sequence[UUID]) -> set[UUID]:
    query = select(PersonMergeRow.person_id, PersonMergeRow.merged_into).where(
        col(PersonMergeRow.person_id).in_(persons) | col(PersonMergeRow.merged_into).in_(persons)
    )
    return {person for pair in await session.exec(query) for person in pair} if persons else set()


def _last(days: dict[UUID, date], persons: Sequence[UUID]) -> date:
    return max((days.get(person, date.min) for person in persons), default=date.min)


async def erase_group(session: AsyncSession, actor: Actor, *, group: Group, before: date, run_id: UUID) -> int:
    """Erase somebody if she is still quiet and still recorded as she was found; how many of her ids went."""
    carriers = (group.carrier_id,)
    persons = await one_person(session, group.persons[0], carriers)
    if persons != sorted(group.persons):
        return 0  # merged or parted meanwhile: the next run looks anew
    for person in persons:
        if await person_store.get_person(session, person, carriers, to_change=True) is None:
            return 0
    if _last(await last_days(session, TRACES, persons), persons) >= before:
        return 0
    gone = await erase_person(session, persons[0], Erase(reason="retention"), actor)
    await note(session, run_id, RULE, Figures(len(gone), group.last_day, group.last_day))
    return len(gone)
