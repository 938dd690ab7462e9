"""Recording and withdrawing group information: a headcount, no persons (CNS-06)."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.commands import RecordGroup, Withdraw
from services.counselling.model import check_line, check_record, told_line
from services.counselling.tables import GroupRow
from shared.problems import Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import Origin


async def record_group(session: AsyncSession, group_id: UUID, command: RecordGroup, actor: Actor) -> GroupRow:
    """Record or correct group information. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    carriers = actor.principal.carriers
    stored = await store.get_row(session, GroupRow, group_id, carriers, to_change=True)
    offices = await store.offices(session, carriers) if command.office else {}
    problems = check_line(told_line(stored), command.programme_line)
    if problems := problems + check_record(command.model_dump(), offices, actor.today):
        raise invalid(*problems)
    content = command.model_dump(exclude={"office", "revision"})
    office = offices.get(command.office or "")
    content["office_id"] = office.office_id if office else None
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or GroupRow(
        group_id=group_id,
        carrier_id=actor.principal.carrier,
        origin=Origin.ENTERED.value,
        recorded_on=actor.today,
        revision=1,
        **content,
    )
    row.sqlmodel_update(content)
    row.revision, row.withdrawn = revision or 1, False
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "group.recorded")
    await revisions.write()
    return row


async def withdraw_group(session: AsyncSession, group_id: UUID, command: Withdraw, actor: Actor) -> None:
    """Withdraw a group record from today on. Repeatable. Raises Problem 404."""
    row = await store.get_row(session, GroupRow, group_id, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.withdrawn, row.withdrawn_reason = True, command.reason
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "group.withdrawn")
    await revisions.write()


async def restore_group(session: AsyncSession, group_id: UUID, actor: Actor) -> None:
    """Bring a withdrawn group record back as its next revision (contracts 3). Repeatable. Raises Problem 404."""
    row = await store.get_row(session, GroupRow, group_id, actor.principal.carriers, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if not row.withdrawn:
        return
    row.withdrawn, row.withdrawn_reason = False, None
    row.revision += 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = store.revisions(session, actor)
    revisions.add(row, "group.restored")
    await revisions.write()
