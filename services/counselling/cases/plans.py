"""Help plan and document checklist of a case (CNS-11, CNS-12): aim, steps, documents. Only its writer changes them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases import store
from services.counselling.cases.commands import PutDocument, PutStep, SetAim
from services.counselling.cases.handlers import save
from services.counselling.cases.rules import check_revision
from services.counselling.cases.tables import CaseRow, DocumentRow, StepRow
from shared import audit
from shared.problems import Problem
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary.cases import CaseState, StepState

IS_CLOSED = "Dieser Fall ist geschlossen. Bitte öffnen Sie ihn wieder, bevor Sie ihn ändern."


async def open_one(session: AsyncSession, case_id: UUID, actor: Actor) -> CaseRow:
    """A case to write in. Raises Problem 403, 404, 409 (it is closed)."""
    case = await store.case_for(session, actor.principal, case_id, to_change=True)
    if case.state != CaseState.OPEN:
        raise Problem(409, IS_CLOSED)
    return case


async def set_aim(session: AsyncSession, case_id: UUID, command: SetAim, actor: Actor) -> CaseRow:
    """Say what the help plan is for. Raises Problem 403, 404, 409."""
    case = await open_one(session, case_id, actor)
    return await save(session, case, {"aim": command.aim}, command, actor, "planned")


async def put_step(session: AsyncSession, case_id: UUID, step_id: UUID, command: PutStep, actor: Actor) -> StepRow:
    """Add or change a step; repeating changes nothing. Raises Problem 403, 404, 409."""
    case = await open_one(session, case_id, actor)
    stored = await session.get(StepRow, step_id)
    values = command.model_dump(exclude={"revision"})
    done = command.state == StepState.DONE
    values["done_on"] = ((stored.done_on if stored else None) or actor.today) if done else None
    row = stored or StepRow(step_id=step_id, carrier_id=case.carrier_id, case_id=case_id, **values)
    await _put(session, case, row, values, command.revision, actor, "step", step_id, new=stored is None)
    return row


async def put_document(
    session: AsyncSession, case_id: UUID, document_id: UUID, command: PutDocument, actor: Actor
) -> DocumentRow:
    """Add or change a line of the checklist; repeating changes nothing. Raises Problem 403, 404, 409."""
    case = await open_one(session, case_id, actor)
    stored = await session.get(DocumentRow, document_id)
    values = command.model_dump(exclude={"revision"})
    row = stored or DocumentRow(document_id=document_id, carrier_id=case.carrier_id, case_id=case_id, **values)
    await _put(session, case, row, values, command.revision, actor, "document", document_id, new=stored is None)
    return row


async def _put(
    session: AsyncSession,
    case: CaseRow,
    row: StepRow | DocumentRow,
    values: Mapping[str, Any],
    given: int | None,
    actor: Actor,
    noun: str,
    key: UUID,
    *,
    new: bool,
) -> None:
    if row.case_id != case.case_id or row.carrier_id != case.carrier_id:
        raise Problem(404, NOT_FOUND)  # the id is another case's
    if not new:
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        check_revision(row.revision, given or 0)
        row.sqlmodel_update(dict(values))
        row.revision += 1
    session.add(row)
    await session.flush()
    verb = "recorded" if new else "corrected"
    entry = audit.entry(
        actor.instant, actor.principal.subject, case.carrier_id, f"{noun}.{verb}", key, row.revision, [case.case_id]
    )
    await audit.write(session, [entry])
