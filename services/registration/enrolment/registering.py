"""Taking a registration, by the public link or by staff: load, check, save. The edge commits; no event is ever sent.

How many wait for a place, `advancing` counts: two thousand registrations within a minute are few events.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment import mails, store
from services.registration.enrolment.commands import Member, Participant, PublicRegistration, RecordRegistration
from services.registration.enrolment.deciding import note, places, settle, turn
from services.registration.enrolment.rules import (
    OPEN,
    PLACED,
    TEAM,
    WAITING_TO_BEGIN,
    definition_of,
    places_of,
    refusals,
)
from services.registration.mailing.tickets import hash_of, token_of
from services.registration.model import search_name
from services.registration.programmes import admission
from services.registration.run_tables import ParticipantRow, RegistrationRow, TrainingRunRow
from services.registration.runs.store import get_run
from services.registration.store import structure
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import RunState, StructureKind
from shared.vocabulary.runs import UNDECIDED, DecisionReason, RegistrationMail, RegistrationState

S = RegistrationState
KIND = "registration"
NO_RUN = "Zu diesem Durchgang kann man sich hier nicht anmelden. Bitte prüfen Sie den Link."
USED = "Dieses Formular wurde schon abgeschickt. Bitte öffnen Sie die Seite neu."
OVER = "Diese Anmeldung ist abgeschlossen und kann nicht mehr geändert werden."
NO_SPACE = "Über diesen Durchgang ist schon entschieden; die Zahl der Personen bleibt. Bitte melden Sie weitere neu an."
ENDED = "Dieser Durchgang ist abgesagt oder abgeschlossen. Bitte wählen Sie einen anderen."
KEPT = ("topic", "email", "phone")
OF_MEMBER = frozenset({"name", "email", "function", "graduate", "lead", "released"})
Command = PublicRegistration | RecordRegistration


def ticket_of(registration_id: UUID, key: str) -> str:
    """The token of a registration's link."""
    return token_of(KIND, registration_id, key)


async def request(
    session: AsyncSession, run_id: UUID, registration_id: UUID, command: PublicRegistration, actor: Actor
) -> tuple[RegistrationRow, str]:
    """Register by the public link; the registration and its token. Repeating changes nothing.

    Raises Problem 404 (no such run for everyone), 409 (the id is another's), 422 (a rule, too early, too late).
    """
    run, token = await store.public_run(session, run_id, shared=True), ticket_of(registration_id, actor.key)
    if run is None:
        raise Problem(404, NO_RUN)
    content = await content_of(session, run, command, actor)
    stored = await session.get(RegistrationRow, registration_id)
    if stored is not None:
        if stored.run_id != run_id or not await _same(session, stored, content, command.members):
            raise Problem(409, USED)
        return stored, token
    return await _add(session, run, registration_id, content | {"source": "public"}, command, actor), token


async def record(
    session: AsyncSession, run_id: UUID, registration_id: UUID, command: RecordRegistration, actor: Actor, days: int
) -> RegistrationRow:
    """Record a registration by staff, or change it. Repeating changes nothing.

    Raises Problem 404 (other carrier's), 409 (stale, over) or 422 (a rule; too late without an exception).
    """
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None or run.withdrawn:
        raise Problem(404, NOT_FOUND)
    content = await content_of(session, run, command, actor)
    stored = await session.get(RegistrationRow, registration_id, with_for_update=True)
    if stored is not None:
        if stored.run_id != run_id:
            raise Problem(404, NOT_FOUND)
        row = await _change(session, run, stored, content, command, actor)
        await settle(session, run, actor, days)  # who is released now may be next (IKBO-05)
        return row
    if RunState(run.state) in (RunState.CANCELLED, RunState.COMPLETED):
        raise Problem(409, ENDED)
    content |= {"source": "staff", "exception": command.exception}
    row = await _add(session, run, registration_id, content, command, actor)
    if RunState(run.state) not in UNDECIDED:
        await _after_decision(session, run, row, actor, days)
    return row


async def content_of(session: AsyncSession, run: TrainingRunRow, command: Command, actor: Actor) -> dict[str, Any]:
    """What a registration says, with its house as it is known. Raises Problem 422 for a unit that is no house."""
    units = await structure(session, StructureKind.HOUSE.value)
    houses = {one.structure_id: one for one in units if one.valid_to is None or one.valid_to >= actor.today}
    folded = search_name(command.house or "")
    unit = houses.get(command.house_id) if command.house_id else None
    if command.house_id and unit is None:
        problem = FieldProblem("house_id", None, "Dieses Haus steht nicht im Strukturregister.", "Bitte neu wählen.")
        raise invalid(problem)
    unit = unit or next((one for one in houses.values() if search_name(one.name) == folded), None)
    key = str(unit.structure_id) if unit else folded or None
    name = unit.name if unit else command.house
    # Houses register once; of persons several may come from one house.
    once = key if definition_of(run).unit == TEAM else None
    return {"house": name, "house_key": once} | command.model_dump(include=set(KEPT))


async def _check(
    session: AsyncSession,
    run: TrainingRunRow,
    key: UUID,
    content: Mapping[str, Any],
    command: Command,
    actor: Actor,
    *,
    late: bool,
) -> None:
    applicant = admission.Applicant(
        members=[admission.Member(one.graduate, one.lead) for one in command.members],
        topic=command.topic,
        binding=command.binding,
        submitted_at=actor.instant,
        house_registered=await store.has_house(session, run.run_id, content["house_key"], key),
    )
    if problems := refusals(run, applicant, content["house_key"], late=late):
        raise invalid(*problems)


async def _add(
    session: AsyncSession, run: TrainingRunRow, key: UUID, content: dict[str, Any], command: Command, actor: Actor
) -> RegistrationRow:
    await _check(session, run, key, content, command, actor, late=content.get("exception") is not None)
    row = RegistrationRow(
        registration_id=key,
        run_id=run.run_id,
        carrier_id=run.carrier_id,
        state=S.SUBMITTED.value,
        submitted_at=actor.instant,
        token_hash=hash_of(ticket_of(key, actor.key)),
        **content,
    )
    session.add(row)
    await session.flush()
    await _keep_members(session, row, command.members)
    await note(session, actor, [row], "registration.recorded")
    if RunState(run.state) in UNDECIDED:
        mails.tell(session, row, RegistrationMail.RECEIVED, actor.instant)
    return row


async def _after_decision(
    session: AsyncSession, run: TrainingRunRow, row: RegistrationRow, actor: Actor, days: int
) -> None:
    """A late exception: a place if one is free and nobody waits for it, else the end of the waiting list."""
    await session.flush()
    taken, mine = await places(session, run), (await store.sizes(session, run.run_id))[row.key]
    free = run.max_places - sum(taken[state.value] for state in PLACED)
    fits = places_of(definition_of(run), mine) <= free and not taken[S.WAITING.value]
    turn(row, *((S.ACCEPTED, DecisionReason.EXCEPTION) if fits else (S.WAITING, DecisionReason.LATER)))
    mails.tell(session, row, RegistrationMail.DECIDED, actor.instant)
    await note(session, actor, [row], "registration.decided")
    await settle(session, run, actor, days)


async def _change(
    session: AsyncSession,
    run: TrainingRunRow,
    row: RegistrationRow,
    content: dict[str, Any],
    command: RecordRegistration,
    actor: Actor,
) -> RegistrationRow:
    if await _same(session, row, content, command.members):
        return row
    # The members are no column: what has changed is said by a revision that no record has.
    revision = next_revision(row, {"revision": 0}, command.revision)
    if RegistrationState(row.state) not in OPEN:
        raise Problem(409, OVER)
    count = (await store.sizes(session, run.run_id)).get(row.key)
    changed = count is not None and definition_of(run).unit != TEAM and count != len(command.members)
    if changed and RunState(run.state) not in UNDECIDED:
        raise Problem(409, NO_SPACE)
    await _check(session, run, row.key, content, command, actor, late=True)
    row.sqlmodel_update(content | {"revision": revision})
    session.add(row)
    await _keep_members(session, row, command.members)
    await note(session, actor, [row], "registration.recorded")
    return row


def _keys(row_id: UUID, members: Sequence[Member]) -> list[UUID]:
    """Who each member is: as she was told, or by her place in the list."""
    named = (one.participant_id if isinstance(one, Participant) else None for one in members)
    return [key or uuid5(row_id, str(place)) for place, key in enumerate(named)]


def _values(member: Member) -> dict[str, Any]:
    return {"released": False} | member.model_dump(include=set(OF_MEMBER))


async def _same(
    session: AsyncSession, row: RegistrationRow, content: Mapping[str, Any], members: Sequence[Member]
) -> bool:
    """Whether a registration and its members are stored like this."""
    if any(getattr(row, name) != value for name, value in content.items()):
        return False
    stored = {one.key: one.model_dump(include=set(OF_MEMBER)) for one in await _members(session, row)}
    return stored == dict(zip(_keys(row.key, members), map(_values, members), strict=True))


async def _members(session: AsyncSession, row: RegistrationRow) -> list[ParticipantRow]:
    return (await store.members_of(session, [row.key]))[row.key]


async def _keep_members(session: AsyncSession, row: RegistrationRow, members: Sequence[Member]) -> None:
    """Have exactly these members; who stays keeps her record. Raises Problem 422 for somebody else's id."""
    stored = {one.key: one for one in await _members(session, row)}
    keys = _keys(row.key, members)
    named = {one.participant_id for one in members if isinstance(one, Participant)} - {None}
    if named - stored.keys() or len(set(keys)) < len(keys):
        text = "Eine der Personen gehört nicht zu dieser Anmeldung."
        raise invalid(FieldProblem("members", None, text, "Bitte laden Sie die Anmeldung neu."))
    for key, one in zip(keys, members, strict=True):
        member = stored.pop(key, None) or ParticipantRow(
            participant_id=key,
            run_id=row.run_id,
            registration_id=row.key,
            carrier_id=row.carrier_id,
            name="",
            stage=WAITING_TO_BEGIN,
            revision=0,
        )
        if member.revision == 0 or any(getattr(member, name) != value for name, value in _values(one).items()):
            member.sqlmodel_update(_values(one) | {"revision": member.revision + 1})
            session.add(member)
    for gone in stored.values():
        await session.delete(gone)
    await session.flush()
