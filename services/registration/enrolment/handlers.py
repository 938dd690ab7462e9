"""Acts on registrations and runs by staff and by ticket: load, decide, save. The edge commits."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment import mails, store
from services.registration.enrolment.deciding import decide_run, note, settle, turn
from services.registration.enrolment.registering import OVER
from services.registration.enrolment.rules import OPEN, state_at, to_be_decided
from services.registration.mailing.tickets import hash_of
from services.registration.run_tables import RegistrationRow, TrainingRunRow
from services.registration.runs import ends
from services.registration.runs.handlers import DECIDED, save
from services.registration.runs.store import get_run
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import RunState
from shared.vocabulary.runs import UNDECIDED, DecisionReason, RegistrationMail, RegistrationState

S = RegistrationState
NO_TICKET = "Diese Anmeldung gibt es nicht (mehr). Bitte prüfen Sie den Link."
NO_OFFER = "Dieser Platz wird Ihnen nicht (mehr) angeboten. Bitte sehen Sie nach, wie es um Ihre Anmeldung steht."
PLACED_ALREADY = "Diese Anmeldung hat schon einen Platz oder keinen Anspruch mehr; ihre Reihenfolge ändert nichts."
TOO_LATE = "Die Anmeldefrist ist schon abgelaufen. Bitte ändern Sie zuerst die Frist des Durchgangs."
STILL_OPEN = "Die Anmeldefrist läuft noch. Entschieden wird, wenn sie eine Minute vorbei ist."
NOT_OPENED = "Die Anmeldung zu diesem Durchgang war noch nicht geöffnet."


async def own_run(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """A run of the own carrier, kept for this writer. Raises Problem 404."""
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None or run.withdrawn:
        raise Problem(404, NOT_FOUND)
    return run


async def own(
    session: AsyncSession, run_id: UUID, registration_id: UUID, actor: Actor
) -> tuple[TrainingRunRow, RegistrationRow]:
    """A registration of the own carrier with its run, both kept for this writer. Raises Problem 404."""
    run = await own_run(session, run_id, actor)
    row = await store.get_registration(session, run_id, registration_id, actor.principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    return run, row


async def by_ticket(session: AsyncSession, token: str) -> tuple[TrainingRunRow, RegistrationRow]:
    """The registration of a link with its run, both kept for this writer: the run first, as everywhere.

    Raises Problem 404.
    """
    found = await store.of_ticket(session, hash_of(token))
    run = await store.locked_run(session, found.run_id) if found else None
    row = await store.of_ticket(session, hash_of(token), to_change=True) if run else None
    if run is None or row is None:
        raise Problem(404, NO_TICKET)
    return run, row


async def _told(session: AsyncSession, row: RegistrationRow, kind: RegistrationMail, action: str, actor: Actor) -> None:
    """Save a registration in its new state; what was still to be told of it gives way to that."""
    session.add(row)
    await mails.drop(session, row)
    mails.tell(session, row, kind, actor.instant)
    await session.flush()
    await note(session, actor, [row], action)


async def withdraw(
    session: AsyncSession, run: TrainingRunRow, row: RegistrationRow, actor: Actor, days: int
) -> RegistrationRow:
    """Withdraw a registration, or decline a place: the next is offered it. Repeatable. Raises Problem 409."""
    if row.state == S.WITHDRAWN:
        return row
    if RegistrationState(row.state) not in OPEN:
        raise Problem(409, OVER)
    turn(row, S.WITHDRAWN, None)
    await _told(session, row, RegistrationMail.WITHDRAWN, "registration.withdrawn", actor)
    await settle(session, run, actor, days)
    return row


async def accept(
    session: AsyncSession, run: TrainingRunRow, row: RegistrationRow, actor: Actor, days: int
) -> RegistrationRow:
    """Take an offered place. Repeatable. Raises Problem 409 when none is offered, or not any more."""
    if row.state == S.ACCEPTED:
        return row
    if row.state != S.OFFERED or row.offered_until is None or row.offered_until < actor.instant:
        raise Problem(409, NO_OFFER)
    turn(row, S.ACCEPTED, DecisionReason.PROMOTED)
    await _told(session, row, RegistrationMail.DECIDED, "registration.confirmed", actor)
    await settle(session, run, actor, days)
    return row


async def move(
    session: AsyncSession, run: TrainingRunRow, row: RegistrationRow, reason: str, actor: Actor, days: int
) -> RegistrationRow:
    """Put a registration before all others, with a reason that is kept. Repeatable. Raises Problem 409."""
    if row.moved == reason:
        return row
    if row.state not in (S.SUBMITTED, S.WAITING):
        raise Problem(409, PLACED_ALREADY)
    row.moved, row.revision = reason, row.revision + 1
    session.add(row)
    await note(session, actor, [row], "registration.moved")
    await settle(session, run, actor, days)
    return row


async def open_run(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """Open the registration before its day, or of a run without one. Repeatable. Raises Problem 404 and 409."""
    run = await own_run(session, run_id, actor)
    if run.deadline is not None and run.deadline < actor.instant:
        raise Problem(409, TOO_LATE)
    if RunState(run.state) is RunState.REGISTRATION_OPEN:
        return run
    if RunState(run.state) is not RunState.ANNOUNCED:
        raise Problem(409, DECIDED if RunState(run.state) not in UNDECIDED else TOO_LATE)
    run.state = RunState.REGISTRATION_OPEN.value
    await save(session, run, "run.opened", actor)
    return run


async def decide_by_hand(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """Decide a run after its deadline; one without a deadline at any time. Repeatable. Raises Problem 404 and 409."""
    run = await own_run(session, run_id, actor)
    if RunState(run.state) not in UNDECIDED:
        return run
    if state_at(run, actor.instant) is RunState.ANNOUNCED:
        raise Problem(409, NOT_OPENED)
    if run.deadline is not None and not to_be_decided(run, actor.instant):
        raise Problem(409, STILL_OPEN)
    await decide_run(session, run, actor)
    return run


async def cancel_run(session: AsyncSession, run_id: UUID, reason: str, actor: Actor) -> None:
    """Cancel a run with a reason; everybody who registered is told (IKO-10). Raises Problem 404 or 409."""
    for row in await ends.cancel_run(session, run_id, reason, actor):
        await mails.drop(session, row)
        mails.tell(session, row, RegistrationMail.DECIDED, actor.instant)
