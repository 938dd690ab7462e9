"""One function per command: load, decide, save. The edge commits."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store
from services.registration.commands import RecordMeeting, RecordStructure, Withdraw
from services.registration.hierarchy import check_structure
from services.registration.model import check_meeting, meeting_values
from services.registration.tables import MeetingRow, StructureRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import Origin


async def record_structure(
    session: AsyncSession, structure_id: UUID, command: RecordStructure, actor: Actor
) -> StructureRow:
    """Record or change a unit of the structure register. Raises Problem 409 or 422."""
    stored = await session.get(StructureRow, structure_id, with_for_update=True)
    parent = await session.get(StructureRow, command.parent_id) if command.parent_id else None
    content = command.model_dump(exclude={"revision"})
    problems = check_structure(content, parent.kind if parent else None)
    clash = [unit for unit in await store.structure(session, command.kind) if unit.code == command.code]
    if any(unit.structure_id != structure_id for unit in clash):
        text = f"Die Kennung „{command.code}“ ist schon vergeben."
        problems.append(FieldProblem("code", command.code, text, "Bitte eine andere wählen."))
    if problems:
        raise invalid(*problems)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or StructureRow(structure_id=structure_id, recorded_on=actor.today, revision=1, **content)
    row.sqlmodel_update(content)
    row.revision, row.recorded_on = revision or 1, max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "structure.recorded")
    await revisions.write()
    return row


async def record_meeting(session: AsyncSession, meeting_id: UUID, command: RecordMeeting, actor: Actor) -> MeetingRow:
    """Record or correct a meeting. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    stored = await store.get_meeting(session, meeting_id, actor.principal.carriers)
    offices = await store.offices(session, actor.principal.carriers) if command.office else {}
    values = meeting_values(command.model_dump(exclude={"revision"}))
    if problems := check_meeting(values, offices, actor.today):
        raise invalid(*problems)
    values["office_id"] = offices.get(values.pop("office") or "")
    revision = next_revision(stored, values, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or MeetingRow(
        meeting_id=meeting_id,
        carrier_id=actor.principal.carrier,
        origin=Origin.ENTERED.value,
        recorded_on=actor.today,
        revision=1,
        **values,
    )
    row.sqlmodel_update(values)
    row.revision, row.withdrawn, row.recorded_on = revision or 1, False, max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "meeting.recorded")
    await revisions.write()
    return row


async def withdraw_meeting(session: AsyncSession, meeting_id: UUID, command: Withdraw, actor: Actor) -> None:
    """Withdraw a meeting from today on. Repeatable. Raises Problem 404."""
    row = await store.get_meeting(session, meeting_id, actor.principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.withdrawn, row.withdrawn_reason = True, command.reason
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "meeting.withdrawn")
    await revisions.write()


async def restore_meeting(session: AsyncSession, meeting_id: UUID, actor: Actor) -> None:
    """Bring a withdrawn meeting back as its next revision (contracts 3). Repeatable. Raises Problem 404."""
    row = await store.get_meeting(session, meeting_id, actor.principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if not row.withdrawn:
        return
    row.withdrawn, row.withdrawn_reason = False, None
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "meeting.restored")
    await revisions.write()
