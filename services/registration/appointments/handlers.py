"""One function per command on appointments: load, decide, save, audit. The edge commits; no event is ever sent."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import mails, rules, store
from services.registration.appointments.commands import Held, PublicRequest, RecordAppointment, RecordOffice
from services.registration.appointments.tables import AppointmentRow, IntakeOfficeRow
from services.registration.appointments.tickets import hash_of, token_of
from services.registration.store import offices
from shared import audit
from shared.problems import Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import AppointmentState, MailKind

S = AppointmentState
NO_OFFICE = "Bei dieser Beratungsstelle kann gerade nicht gebucht werden. Bitte wählen Sie eine andere."
NO_HOURS = "Für diese Beratungsstelle sind noch keine Öffnungszeiten hinterlegt. Bitte wählen Sie eine andere."
USED = "Dieses Formular wurde schon abgeschickt. Bitte öffnen Sie die Seite neu."
OVER = "Dieser Termin ist schon abgeschlossen und kann nicht mehr geändert werden."
NOT_YET = "Dieser Termin hat noch nicht begonnen."
NO_TICKET = "Diesen Termin gibt es nicht (mehr). Bitte prüfen Sie den Link."
KEPT = ("starts_at", "name", "email", "phone", "wish", "language", "channel", "page_language")


async def note(session: AsyncSession, actor: Actor, row: AppointmentRow | IntakeOfficeRow, action: str) -> None:
    """Write the act into the audit."""
    entry = audit.entry(actor.instant, actor.principal.subject, row.owner, action, row.key, row.revision)
    await audit.write(session, [entry])


async def record_office(session: AsyncSession, office_id: UUID, command: RecordOffice, actor: Actor) -> IntakeOfficeRow:
    """Say when an office of the own carrier counsels. Raises Problem 404, 409 (stale), 422 (opening times)."""
    carriers = actor.principal.carriers
    if office_id not in (await offices(session, carriers)).values():
        raise Problem(404, NOT_FOUND)
    spans = [rules.Opening(one.weekday, one.starts, one.ends) for one in command.openings]
    if problems := rules.check_openings(spans, command.minutes):
        raise invalid(*problems)
    content = command.model_dump(mode="json", exclude={"revision"})
    stored = await session.get(IntakeOfficeRow, office_id, with_for_update=True)
    revision = next_revision(stored, content, command.revision)
    if stored is not None and revision is None:
        return stored
    row = stored or IntakeOfficeRow(office_id=office_id, carrier_id=actor.principal.carrier, revision=1, **content)
    row.sqlmodel_update(content | {"revision": revision or 1})
    session.add(row)
    await note(session, actor, row, "office.recorded")
    return row


async def request(
    session: AsyncSession, appointment_id: UUID, command: PublicRequest, actor: Actor
) -> tuple[AppointmentRow, str]:
    """Book a time, or put somebody on the intake list of an office; the appointment and its token. Repeatable.

    Raises Problem 409 (the time is taken, or the id is another's) or 422 (closed, past, no such office).
    """
    office = await store.get_office(session, command.office_id, published=True)
    unit = (await store.units(session)).get(command.office_id)
    if office is None or unit is None or not store.is_open(unit, actor.today):
        raise Problem(422, NO_OFFICE)
    content = command.model_dump(include=set(KEPT))
    if (stored := await session.get(AppointmentRow, appointment_id)) is not None:
        return repeated(stored, office, content), token_of(appointment_id, actor.key)
    problems = rules.check_choice(office.languages, office.channels, command.language, command.channel)
    if command.starts_at is not None:
        problems += rules.check_time(store.plan_of(office), command.starts_at, actor.instant, staff=False)
    if problems:
        raise invalid(*problems)
    row = await booked(session, appointment_id, office, content | {"source": "public"}, actor)
    if row is None:  # somebody was quicker: another person, or the same form sent twice at once
        if (stored := await session.get(AppointmentRow, appointment_id)) is None:
            raise Problem(409, rules.TAKEN)
        return repeated(stored, office, content), token_of(appointment_id, actor.key)
    await note(session, actor, row, "appointment.recorded")
    await mails.tell(session, row, MailKind.CONFIRMATION, actor.instant)
    return row, token_of(appointment_id, actor.key)


def repeated(stored: AppointmentRow, office: IntakeOfficeRow, content: dict[str, Any]) -> AppointmentRow:
    """The appointment that the same form has made before. Raises Problem 409 for any other."""
    same = stored.office_id == office.office_id and stored.model_dump(include=set(KEPT)) == content
    if not same:
        raise Problem(409, USED)
    return stored


async def booked(
    session: AsyncSession, appointment_id: UUID, office: IntakeOfficeRow | None, content: dict[str, Any], actor: Actor
) -> AppointmentRow | None:
    """A new appointment on the first free place; None when there is none. The database decides, not a look before."""
    values = content | {
        "appointment_id": appointment_id,
        "carrier_id": office.carrier_id if office else actor.principal.carrier,
        "office_id": office.office_id if office else None,
        "revision": 1,
        "state": S.WAITING.value,
        "requested_at": actor.instant,
        "token_hash": hash_of(token_of(appointment_id, actor.key)),
    }
    if office is None or content["starts_at"] is None:
        return await session.get(AppointmentRow, appointment_id) if await store.add(session, values) else None
    for times in places(office, content["starts_at"]):
        if await store.add(session, values | times):
            return await session.get(AppointmentRow, appointment_id)
    return None


def places(office: IntakeOfficeRow, starts_at: Any) -> list[dict[str, Any]]:
    """What a booking at a time would be, for each place of the office."""
    slot = rules.slot_at(store.plan_of(office), starts_at)
    if slot is None:
        return []
    times = {"state": S.BOOKED.value, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    return [times | {"place": place} for place in range(1, office.places + 1)]


async def record_appointment(
    session: AsyncSession, appointment_id: UUID, command: RecordAppointment, actor: Actor
) -> AppointmentRow:
    """Record an appointment for somebody, give her a time from the intake list, or another one. Repeatable.

    Raises Problem 404 (other carrier's), 409 (stale, taken, over), 422 (closed, past).
    """
    carriers = actor.principal.carriers
    office = await store.get_office(session, command.office_id) if command.office_id else None
    if command.office_id and (office is None or office.carrier_id not in carriers):
        raise Problem(422, NO_HOURS)
    stored = await store.get_appointment(session, appointment_id, carriers, to_change=True)
    content = command.model_dump(include={*KEPT, "office_id"})
    revision = next_revision(stored, content, command.revision)
    if stored is not None and revision is None:
        return stored
    if stored is not None and stored.state not in (S.WAITING, S.BOOKED):
        raise Problem(409, OVER)
    moved = stored is None or (stored.starts_at, stored.office_id) != (command.starts_at, command.office_id)
    if office and command.starts_at and moved:
        plan = store.plan_of(office)
        if problems := rules.check_time(plan, command.starts_at, actor.instant, staff=True):
            raise invalid(*problems)
    if stored is None:
        row = await new_row(session, appointment_id, office, content, actor)
    else:
        row = await changed(session, stored, office, content, moved=moved)
    await note(session, actor, row, "appointment.recorded")
    if moved:
        await mails.drop(session, row)
        await mails.tell(session, row, MailKind.CONFIRMATION, actor.instant)
    return row


async def new_row(
    session: AsyncSession, appointment_id: UUID, office: IntakeOfficeRow | None, content: dict[str, Any], actor: Actor
) -> AppointmentRow:
    """A new appointment by staff. Raises Problem 404 for an id in use elsewhere, 409 for a time that is taken."""
    row = await booked(session, appointment_id, office, content | {"source": "staff"}, actor)
    if row is None:
        foreign = await session.get(AppointmentRow, appointment_id) is not None
        raise Problem(404, NOT_FOUND) if foreign else Problem(409, rules.TAKEN)
    return row


async def changed(
    session: AsyncSession, row: AppointmentRow, office: IntakeOfficeRow | None, content: dict[str, Any], *, moved: bool
) -> AppointmentRow:
    """A stored appointment with new content. Raises Problem 409 when the time it moves to is taken."""
    values = content | {"revision": row.revision + 1}
    times = [{"state": S.WAITING.value, "ends_at": None, "place": None}]
    if not moved:
        times = [{}]
    elif office and content["starts_at"]:
        times = places(office, content["starts_at"])
    for one in times:
        if await store.move(session, row, values | one):
            return row
    raise Problem(409, rules.TAKEN)


async def end(session: AsyncSession, row: AppointmentRow, state: AppointmentState, actor: Actor) -> None:
    """Say how an appointment ended; what would still be told of it is not. Repeatable. Raises Problem 409."""
    if row.state == state:
        return
    if row.state not in (S.WAITING, S.BOOKED):
        raise Problem(409, OVER)
    if state is S.NO_SHOW and (row.starts_at is None or row.starts_at > actor.instant):
        raise Problem(409, NOT_YET)
    was_booked, row.state, row.revision = row.state == S.BOOKED, state.value, row.revision + 1
    session.add(row)
    await note(session, actor, row, f"appointment.{state.value}")
    await mails.drop(session, row)
    if state is S.CANCELLED and was_booked:
        await mails.tell(session, row, MailKind.CANCELLATION, actor.instant)


async def end_own(session: AsyncSession, appointment_id: UUID, state: AppointmentState, actor: Actor) -> None:
    """`end` by staff. Raises Problem 404 for another carrier's."""
    row = await store.get_appointment(session, appointment_id, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    await end(session, row, state, actor)


async def cancel_by_ticket(session: AsyncSession, token: str, actor: Actor) -> AppointmentRow:
    """Cancel by link. Twice is once. Raises Problem 404 for a link that leads nowhere, 409 when it is over."""
    row = await store.of_ticket(session, hash_of(token), to_change=True)
    if row is None:
        raise Problem(404, NO_TICKET)
    if row.starts_at is not None and row.starts_at <= actor.instant and row.state == S.BOOKED:
        raise Problem(409, OVER)
    await end(session, row, S.CANCELLED, actor)
    return row


async def hold(session: AsyncSession, appointment_id: UUID, command: Held, actor: Actor) -> AppointmentRow:
    """Say that an appointment became a session. Repeatable. Raises Problem 404 and 409."""
    row = await store.get_appointment(session, appointment_id, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.state == S.NO_SHOW:  # she came after all, later
        row.state = S.BOOKED.value
    row.session_id, row.person_id = command.session_id, command.person_id or row.person_id
    await end(session, row, S.HELD, actor)
    return row
