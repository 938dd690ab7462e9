"""Recording and withdrawing sessions; the system decides first or follow-up (contracts §4, CNS-01 to -04)."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.bodies.store import check_listed
from services.counselling.cases.handlers import assign
from services.counselling.cases.store import keep_circle
from services.counselling.commands import RecordSession, Withdraw
from services.counselling.model import Offices, check_line, check_session, told_line
from services.counselling.order import IN_ORDER, Place, derive, root, surplus_firsts
from services.counselling.referrals.one_entry import follow_session
from services.counselling.tables import ProfileRow, SessionRow
from shared.importing.rows import person_ref_key
from shared.nationalities import NOT_STATED
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor, Revisions
from shared.revisions import next_revision
from shared.vocabulary import Origin, SeenBefore, SessionType, age_group, funding_round

ERASED = (
    "Die Person dieser Beratung wurde gelöscht; die Beratung zählt weiter, kann aber nicht mehr geändert werden. "
    "Kommt die Person wieder, erfassen Sie bitte eine neue Beratung."
)
NOT_KEPT = {"office", "person_ref", "keep_person", "birth_year", "age_group", "session_type", "revision"}
"""What a command says that a row holds in another form."""
Lost = Mapping[store.Group, frozenset[str]]
"""Funding rounds of a group that have lost their `first`."""


async def record_session(session: AsyncSession, session_id: UUID, command: RecordSession, actor: Actor) -> SessionRow:
    """Record or correct a session; the system decides first or follow-up. Repeating changes nothing.

    Raises Problem 404 (id or person of another carrier), 409 (stale revision, erased), 422 (rules of `model`, CNS-02).
    """
    carriers = actor.principal.carriers
    await store.lock_persons(session, carriers)
    stored = _changeable(await _stored(session, session_id, actor))
    offices = await store.offices(session, carriers) if command.office else {}
    known = await _profile(session, command, carriers)
    problems = check_line(told_line(stored), command.programme_line) + await check_listed(
        session, "partner_id", command.partner_id, stored.partner_id if stored else None
    )
    if problems := problems + check_session(command.model_dump(), offices, actor.today):
        raise invalid(*problems)
    person = await _person(session, command, stored, actor)
    content = _content(command, offices, known) | person
    content |= _wanted_type(command, stored, content["person_key"])
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or SessionRow(
        session_id=session_id,
        carrier_id=actor.principal.carrier,
        origin=Origin.ENTERED.value,
        recorded_by=actor.principal.subject,
        first_recorded_on=actor.today,
        seen_before=SeenBefore.NOT_KNOWN.value,
        session_type=SessionType.FIRST.value,
        recorded_on=actor.today,
        **content_defaults(content),
    )
    left = _group(stored) if stored else None
    before = (stored.person_id, stored.programme_line) if stored else None
    lost = lost_rounds(stored, content) if stored else {}
    row.sqlmodel_update(content)
    row.revision, row.withdrawn = revision or 1, False
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    await settle(session, revisions, row, [left, _group(row)], lost)
    if before != (row.person_id, row.programme_line):
        await assign(session, row, actor)
    if command.session_type == SessionType.FIRST and row.session_type != SessionType.FIRST:
        raise _second_first(row.date)
    await follow_session(session, row, actor)
    revisions.add(row, "session.recorded" if row.revision == 1 else "session.corrected")
    await revisions.write()
    return row


async def _stored(session: AsyncSession, session_id: UUID, actor: Actor) -> SessionRow | None:
    """The session to change, if there is one. Raises Problem 404 for one of a closed circle that is not the actor's."""
    row = await store.get_row(session, SessionRow, session_id, actor.principal.carriers, to_change=True)
    await keep_circle(session, row, actor.principal)
    return row


def _changeable(stored: SessionRow | None) -> SessionRow | None:
    """What is stored. Raises Problem 409 where its person was erased (contracts 4)."""
    if stored is not None and stored.erased:
        raise Problem(409, ERASED)
    return stored


def content_defaults(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `content` a new row needs at once; type and revision follow."""
    return {name: value for name, value in content.items() if name not in ("session_type", "revision")} | {
        "revision": 1
    }


async def _profile(session: AsyncSession, command: RecordSession, carriers: store.Carriers) -> ProfileRow | None:
    if command.person_id is None:
        return None
    known = await store.profile(session, command.person_id)
    if known is not None and (known.carrier_id not in carriers or known.withdrawn):
        raise Problem(404, "Diese Person gibt es bei Ihrem Träger nicht. Bitte suchen Sie sie erneut.")
    return known


def _content(command: RecordSession, offices: Offices, known: ProfileRow | None) -> dict[str, Any]:
    """Values of the row that the command asks for; traits left out come from the profile, else not stated."""
    values = command.model_dump(exclude=NOT_KEPT)
    for trait in ("nationality", "refugee_background", "gender"):
        values[trait] = values[trait] or (getattr(known, trait) if known else NOT_STATED)
    office = offices.get(command.office or "")
    values["office_id"] = office.office_id if office else None
    values["project_id"] = office.project_id if office else None
    values["age_group"] = str(command.age_group or age_group(command.date, command.birth_year).value)
    values["occasions"] = sorted(set(values["occasions"]))
    return values


async def _person(
    session: AsyncSession, command: RecordSession, stored: SessionRow | None, actor: Actor
) -> dict[str, Any]:
    """Whose session it is: of the person asked for, or of whom she became by a merge; or of one known by a reference.

    Correcting a session for the person it has now does not change for whom it was recorded: a merge can be undone.
    """
    carrier, asked = actor.principal.carrier, command.person_id
    if asked is None and command.keep_person and not command.person_ref and stored is not None:
        return {name: getattr(stored, name) for name in ("recorded_person_id", "person_id", "person_key")}
    if asked is None:
        key = person_ref_key(carrier, command.person_ref, actor.key) if command.person_ref else None
        return {"recorded_person_id": None, "person_id": None, "person_key": key}
    same = stored is not None and asked == stored.person_id
    recorded = (stored.recorded_person_id if same and stored is not None else None) or asked
    person = root(recorded, await store.became(session, actor.principal.carriers))
    return {"recorded_person_id": recorded, "person_id": person, "person_key": f"p:{person}"}


def _wanted_type(command: RecordSession, stored: SessionRow | None, person_key: str | None) -> dict[str, str]:
    """The type as far as the caller decides it: outside the order, or of an anonymous person."""
    given = command.session_type
    if given is not None and (given not in IN_ORDER or person_key is None):
        return {"session_type": str(given)}
    if stored is not None and (person_key is None or stored.session_type in IN_ORDER):
        return {} if stored.session_type in IN_ORDER else {"session_type": SessionType.FIRST.value}
    return {"session_type": SessionType.FIRST.value}


def _group(row: SessionRow) -> store.Group | None:
    return (row.carrier_id, row.person_key, row.programme_line) if row.person_key else None


def lost_rounds(stored: SessionRow, content: Mapping[str, Any] | None) -> dict[store.Group, frozenset[str]]:
    """The round whose `first` goes when `stored` gets `content` (None: it is withdrawn)."""
    group = _group(stored)
    if group is None or stored.session_type != SessionType.FIRST or stored.withdrawn:
        return {}
    this = funding_round(stored.date)
    if content is not None:
        stays = (content["person_key"], content["programme_line"]) == group[1:]
        if stays and funding_round(content["date"]) == this:
            return {}
    return {group: frozenset({this})}


async def settle(
    session: AsyncSession,
    revisions: Revisions,
    cause: SessionRow,
    groups: list[store.Group | None],
    lost: Lost,
) -> None:
    """Put `cause` in order and give every session whose type or `seen_before` changes its next revision.

    A derived revision is recorded on the later of its own last day and that of its cause (contracts §4).
    """
    touched = list(dict.fromkeys(group for group in groups if group is not None))
    await store.lock(session, touched)
    cause.seen_before = SeenBefore.NOT_KNOWN.value
    for group, rows in (await store.person_sessions(session, touched)).items():
        present = [row for row in rows if row.session_id != cause.session_id and _group(row) == group]
        if _group(cause) == group and not cause.withdrawn:
            present.append(cause)
        reorder(present, cause.recorded_on, revisions, lost.get(group, frozenset()), {cause.session_id})


def place(row: SessionRow) -> Place:
    """A row as the order sees it."""
    return Place(row.session_id, row.date, row.first_recorded_on, row.session_type, row.type_given)


def reorder(
    rows: list[SessionRow],
    day: date,
    revisions: Revisions,
    lost: frozenset[str] = frozenset(),
    own: Collection[UUID] = (),
) -> None:
    """Apply the order to one person's sessions; those that change get a revision, recorded on `day` or later.

    The sessions of `own` get theirs from the caller, whatever else changes them.
    """
    verdicts = derive([place(row) for row in rows], lost)
    for row in rows:
        verdict = verdicts[row.session_id]
        if (row.session_type, row.seen_before) == verdict:
            continue
        row.session_type, row.seen_before = verdict
        if row.session_id not in own:
            row.revision += 1
            row.recorded_on = max(row.recorded_on, day)
            revisions.add(row, "session.reordered")


def _second_first(day: date) -> Problem:
    problem = f"In der Förderrunde {funding_round(day)} gibt es für diese Person schon eine Erstberatung."
    remedy = "Bitte die Beratungsart weglassen; das System wählt dann Folgeberatung."
    return invalid(FieldProblem("session_type", SessionType.FIRST.value, problem, remedy))


async def withdraw_session(session: AsyncSession, session_id: UUID, command: Withdraw, actor: Actor) -> None:
    """Withdraw a session from today on; the earliest remaining one of its round becomes first. Repeatable."""
    await store.lock_persons(session, actor.principal.carriers)
    row = await _stored(session, session_id, actor)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    lost = lost_rounds(row, None)
    row.withdrawn, row.withdrawn_reason = True, command.reason
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    seen = row.seen_before
    revisions = store.revisions(session, actor)
    await settle(session, revisions, row, [_group(row)], lost)
    row.seen_before = seen
    await follow_session(session, row, actor)
    revisions.add(row, "session.withdrawn")
    await revisions.write()


async def restore_session(session: AsyncSession, session_id: UUID, actor: Actor) -> None:
    """Bring a withdrawn session back as it was, as its next revision (contracts 3). Repeatable.

    Raises Problem 404, 409 where its person was erased: then no revision may follow but a withdrawal (contracts 4).
    """
    await store.lock_persons(session, actor.principal.carriers)
    row = await _stored(session, session_id, actor)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if not row.withdrawn:
        return
    _changeable(row)
    row.withdrawn, row.withdrawn_reason = False, None
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    await settle(session, revisions, row, [_group(row)], {})
    await _one_first(session, revisions, row)
    await follow_session(session, row, actor)
    revisions.add(row, "session.restored")
    await revisions.write()


async def _one_first(session: AsyncSession, revisions: Revisions, cause: SessionRow) -> None:
    """Take back what the withdrawal of `cause` had made first among imported types, which no order touches (CNS-02)."""
    group = _group(cause)
    if group is None:
        return
    rows = {row.session_id: row for row in (await store.person_sessions(session, [group]))[group]}
    rows[cause.session_id] = cause
    for key in surplus_firsts(place(row) for row in rows.values()):
        row = rows[key]
        row.session_type = SessionType.FOLLOW_UP.value
        if row is not cause:
            row.revision += 1
            row.recorded_on = max(row.recorded_on, cause.recorded_on)
            revisions.add(row, "session.reordered")
