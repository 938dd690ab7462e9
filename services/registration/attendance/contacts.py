"""Contact persons (Ansprechpersonen): load, decide, save, count. The edge commits; who they are is in no message."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as of_service
from services.registration.attendance import store
from services.registration.attendance.commands import RecordContactPerson
from services.registration.attendance.contact_rules import DAYS, check_contact_person, counted, months
from services.registration.attendance.progress import update_stages_of
from services.registration.contact_tables import ContactPersonRow, ContactPersonsRow
from services.registration.model import search_name
from services.registration.run_tables import ParticipantRow, TrainingRunRow
from services.registration.store import Carriers
from shared import audit
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor, Revisions
from shared.revisions import next_revision
from shared.vocabulary import Programme

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('contact_persons', 0))")
"""Two carriers that change theirs at once are counted one after the other."""
LISTED = 500


async def contact_persons(session: AsyncSession, carriers: Carriers) -> Sequence[ContactPersonRow]:
    """Contact persons of the carriers, by house and name."""
    own = (col(ContactPersonRow.carrier_id).in_(carriers), col(ContactPersonRow.withdrawn).is_(False))
    ordered = select(ContactPersonRow).where(*own, ContactPersonRow.name != "")
    ordered = ordered.order_by(col(ContactPersonRow.house), col(ContactPersonRow.search_name))
    return (await session.exec(ordered.limit(LISTED))).all()


async def get_contact_person(
    session: AsyncSession, key: UUID, carriers: Carriers, *, to_change: bool = False
) -> ContactPersonRow | None:
    """A contact person of the carriers, or None."""
    query = select(ContactPersonRow).where(
        ContactPersonRow.contact_person_id == key, col(ContactPersonRow.carrier_id).in_(carriers)
    )
    return (await session.exec(query.with_for_update() if to_change else query)).first()


async def places(
    session: AsyncSession, carriers: Carriers, keys: Sequence[UUID] | None = None
) -> list[tuple[ParticipantRow, TrainingRunRow]]:
    """Places in runs of IKKE/MIB of the carriers, newest first: of these participants, or all."""
    query = select(ParticipantRow, TrainingRunRow).join(
        TrainingRunRow, col(TrainingRunRow.run_id) == ParticipantRow.run_id
    )
    own = (col(ParticipantRow.carrier_id).in_(carriers), col(ParticipantRow.withdrawn).is_(False))
    query = query.where(*own, TrainingRunRow.programme == Programme.IKKE_MIB.value)
    query = query if keys is None else query.where(col(ParticipantRow.participant_id).in_(keys))
    ordered = query.order_by(col(TrainingRunRow.starts_on).desc(), col(ParticipantRow.name))
    return [(person, run) for person, run in await session.exec(ordered.limit(LISTED))]


async def record_contact_person(
    session: AsyncSession, key: UUID, command: RecordContactPerson, actor: Actor
) -> ContactPersonRow:
    """Record or correct a contact person. Repeating changes nothing. Raises Problem 404, 409 and 422."""
    carriers = actor.principal.carriers
    stored = await get_contact_person(session, key, carriers, to_change=True)
    people = await _places(session, key, command, carriers)
    content = command.model_dump(exclude={"revision", "participants"})
    content["search_name"] = search_name(command.name)
    walked = await store.journeys_of(session, people)
    if problems := check_contact_person(content, [one[0] for one in walked.values()], actor.today):
        raise invalid(*problems)
    before = await linked_to(session, key)
    moved = before != set(command.participants)
    revision = next_revision(stored, content | ({"revision": 0} if moved else {}), command.revision)
    if revision is None and stored is not None:
        return stored
    since = _since(stored, content, actor.today)
    row = stored or ContactPersonRow(
        contact_person_id=key, carrier_id=actor.principal.carrier, recorded_on=actor.today, **content
    )
    row.sqlmodel_update(content | {"withdrawn": False, "revision": revision or 1})
    row.recorded_on = max(actor.today, row.recorded_on)
    session.add(row)
    await session.flush()
    await _link(session, key, command.participants)
    await update_stages_of(session, before | set(command.participants))
    await _counted(session, row, "contact_person.recorded", since, actor)
    return row


async def _places(
    session: AsyncSession, key: UUID, command: RecordContactPerson, carriers: Carriers
) -> list[ParticipantRow]:
    """Her places in runs. Raises Problem 422 for one that is unknown here, or another's."""
    found = [person for person, _ in await places(session, carriers, command.participants)]
    taken = [one for one in found if one.contact_person_id not in (None, key)]
    if len(found) < len(set(command.participants)) or taken:
        problem = "Eine der Teilnahmen gibt es nicht, oder sie gehört schon zu einer anderen Person."
        raise invalid(FieldProblem("participants", None, problem, "Bitte die Seite neu laden."))
    return found


async def linked_to(session: AsyncSession, key: UUID) -> set[UUID]:
    """Places in runs that are hers already."""
    query = select(ParticipantRow.participant_id).where(ParticipantRow.contact_person_id == key)
    return set(await session.exec(query))


async def _link(session: AsyncSession, key: UUID, participants: Sequence[UUID]) -> None:
    column, chosen = col(ParticipantRow.contact_person_id), col(ParticipantRow.participant_id).in_(participants)
    await session.exec(update(ParticipantRow).where(column == key, ~chosen).values(contact_person_id=None))
    await session.exec(update(ParticipantRow).where(chosen).values(contact_person_id=key))


def _since(stored: ContactPersonRow | None, content: dict[str, Any], today: date) -> date:
    """First day on which the network's number may be another."""
    days = [content.get(name) for name in DAYS] + [getattr(stored, name, None) for name in DAYS]
    return min((day for day in days if day is not None), default=today)


async def withdraw_contact_person(session: AsyncSession, key: UUID, actor: Actor) -> None:
    """Withdraw a contact person recorded by mistake: she counts in no month. Repeatable. Raises Problem 404."""
    row = await get_contact_person(session, key, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.withdrawn, row.revision = True, row.revision + 1
    session.add(row)
    await session.flush()
    before = await linked_to(session, key)
    await _link(session, key, [])
    await update_stages_of(session, before)
    await _counted(session, row, "contact_person.withdrawn", _since(row, {}, actor.today), actor)


async def _counted(session: AsyncSession, row: ContactPersonRow, action: str, since: date, actor: Actor) -> None:
    await count_months(session, of_service.revisions(session, actor), since, actor.today)
    entry = audit.entry(actor.instant, actor.principal.subject, row.owner, action, row.key, row.revision)
    await audit.write(session, [entry])


async def count_months(session: AsyncSession, revisions: Revisions, since: date, today: date) -> None:
    """Bring the network's numbers from a day's month to this one up to date, and tell those that changed.

    A number is the network's, of all its carriers together: the one query of this service over all of them, and
    nothing but two sums comes out of it.
    """
    await (await session.connection()).execute(ALONE)
    people = (await session.exec(select(ContactPersonRow).where(col(ContactPersonRow.withdrawn).is_(False)))).all()
    stored = {row.month: row for row in await session.exec(select(ContactPersonsRow))}
    for month in months(since, today):
        qualified, mandated = counted(people, month)
        row = stored.get(month)
        if (row is None and not qualified) or (row and (row.qualified, row.mandated) == (qualified, mandated)):
            continue
        numbers: dict[str, Any] = {"qualified": qualified, "mandated": mandated}
        if row is None:
            row = ContactPersonsRow(contact_persons_id=uuid4(), recorded_on=today, month=month, **numbers)
        else:
            row.sqlmodel_update(numbers | {"revision": row.revision + 1, "recorded_on": max(today, row.recorded_on)})
        revisions.add(row, "contact_persons.counted")
    await revisions.write()
