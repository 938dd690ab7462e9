"""Acts on cases: opened with a session, changed, closed, opened again; each audited, none ever told in an event."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.commands import ChangeCase, Stand
from services.counselling.cases.rules import check_deputy, check_revision
from services.counselling.cases.tables import CaseRow, HandoverRow
from services.counselling.order import merged_in, root
from services.counselling.tables import SessionRow
from shared.problems import Problem, invalid
from shared.recording import Actor
from shared.vocabulary.cases import CaseState, HandoverState

TWICE = (
    "Für diese Person gibt es in diesem Handlungsfeld schon einen offenen Fall. Bitte arbeiten Sie dort weiter oder "
    "schließen Sie ihn zuerst."
)


async def assign(session: AsyncSession, row: SessionRow, actor: Actor) -> None:
    """Give a session its case: the person's open one in that line, else a new one that the caller leads.

    Anonymous sessions have none. The caller holds the lock of the person's sessions in that line, so that two first
    sessions at once open one case.
    """
    if row.person_id is None or row.recorded_person_id is None:
        row.case_id = None
        return
    found = await store.open_case(session, row.carrier_id, row.person_id, row.programme_line)
    if found is None:
        found = CaseRow(
            case_id=uuid4(),
            carrier_id=row.carrier_id,
            office_id=row.office_id,
            person_id=row.person_id,
            recorded_person_id=row.recorded_person_id,
            programme_line=row.programme_line,
            opened_on=row.date,
            method_since=row.date,
            owner=actor.principal.subject,
        )
        session.add(found)
        await store.note(session, actor.principal, "case.opened", found)
    row.case_id = found.case_id


async def change_case(session: AsyncSession, case_id: UUID, command: ChangeCase, actor: Actor) -> CaseRow:
    """Set method and deputy. Repeating changes nothing. Raises Problem 404, 409 (stale), 422."""
    row = await store.case_for(session, actor.principal, case_id, to_change=True)
    if problems := check_deputy(row.owner, command.deputy):
        raise invalid(*problems)
    wanted: dict[str, Any] = {"method": command.method, "deputy": command.deputy}
    wanted["method_since"] = row.method_since if command.method == row.method else actor.today
    return await save(session, row, wanted, command, actor, "changed")


async def close_case(session: AsyncSession, case_id: UUID, command: Stand, actor: Actor) -> CaseRow:
    """Close a case as of today. Repeatable. Raises Problem 404, 409 (stale)."""
    row = await store.case_for(session, actor.principal, case_id, to_change=True)
    if row.state == CaseState.CLOSED:
        return row
    wanted = {"state": CaseState.CLOSED.value, "closed_on": max(actor.today, row.opened_on)}
    await end_offer(session, row, HandoverState.WITHDRAWN, actor)
    return await save(session, row, wanted, command, actor, "closed")


async def reopen_case(session: AsyncSession, case_id: UUID, command: Stand, actor: Actor) -> CaseRow:
    """Work on a closed case again. Repeatable. Raises Problem 404, 409 (stale, or another one is open)."""
    row = await store.case_for(session, actor.principal, case_id, to_change=True)
    if row.state == CaseState.OPEN:
        return row
    await store.lock_person(session, row)
    if await store.open_case(session, row.carrier_id, row.person_id, row.programme_line) is not None:
        raise Problem(409, TWICE)
    return await save(session, row, {"state": CaseState.OPEN.value, "closed_on": None}, command, actor, "reopened")


async def note_sheet(session: AsyncSession, case_id: UUID, actor: Actor) -> CaseRow:
    """Audit that a sheet for MEIN ORDNER was made (CON-06), by whoever may see the case. Raises Problem 404."""
    row = await store.case_for(session, actor.principal, case_id)
    await store.note(session, actor.principal, "case.printed", row)
    return row


async def save(
    session: AsyncSession, row: CaseRow, wanted: Mapping[str, Any], seen: Stand, actor: Actor, verb: str
) -> CaseRow:
    """Give a locked case new values as its next revision; none where nothing changes. Raises Problem 409 (stale)."""
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    check_revision(row.revision, seen.revision)
    row.sqlmodel_update(dict(wanted))
    row.revision += 1
    session.add(row)
    await session.flush()
    await store.note(session, actor.principal, f"case.{verb}", row)
    return row


async def end_offer(session: AsyncSession, case: CaseRow, state: HandoverState, actor: Actor) -> HandoverRow | None:
    """End the open offer of a locked case, if there is one."""
    row = await store.offered(session, case)
    if row is not None:
        row.state, row.decided_by, row.decided_at = state.value, actor.principal.subject, actor.instant
        session.add(row)
        await session.flush()
    return row


async def follow(session: AsyncSession, carrier: UUID, persons: Sequence[UUID], became: Mapping[UUID, UUID]) -> None:
    """Give cases to the persons that those they were opened for are now, after a merge or its end."""
    for row in await store.opened_for(session, carrier, sorted(merged_in(persons, became))):
        row.person_id = root(row.recorded_person_id, became)
        session.add(row)
