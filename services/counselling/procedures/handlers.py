"""Acts on procedures: recorded, led on, corrected, withdrawn; each revision is told as it stands (contracts §4)."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store as records
from services.counselling.cases.store import case_for
from services.counselling.cases.tables import CaseRow
from services.counselling.commands import Withdraw
from services.counselling.procedures import store
from services.counselling.procedures.authorities import check_authority, competent
from services.counselling.procedures.commands import RecordProcedure, RecordStage
from services.counselling.procedures.rules import advanced, check_specialist, check_stand, outcome_of
from services.counselling.procedures.stages import check_kept, check_stage
from services.counselling.procedures.tables import StageRow
from services.counselling.tables import ProcedureRow
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary.cases import CaseState

CLOSED = "Dieser Fall ist geschlossen. Bitte öffnen Sie ihn wieder, bevor Sie am Verfahren etwas ändern."


async def record_procedure(
    session: AsyncSession, case_id: UUID, procedure_id: UUID, command: RecordProcedure, actor: Actor
) -> ProcedureRow:
    """Record a procedure of a case, lead it on or correct it. Repeating changes nothing.

    Raises Problem 403 (somebody else leads the case), 404 (case or procedure of others), 409 (stale, or the case is
    closed) or 422 (rules).
    """
    case = await _open_case(session, case_id, actor)
    stored = await store.find_procedure(session, case, procedure_id)
    values = command.model_dump()
    content = values | {"outcome": outcome_of(values, stored)}
    content = {name: value for name, value in content.items() if name not in ("correction", "revision")}
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    await _check(session, case, stored, values, actor)
    reached = advanced(values, stored)
    row = stored or ProcedureRow(
        procedure_id=procedure_id,
        carrier_id=case.carrier_id,
        case_id=case.case_id,
        programme_line=case.programme_line,
        recorded_on=actor.today,
        revision=1,
        **content,
    )
    verb = "recorded" if stored is None else "corrected" if stored.state == content["state"] else "advanced"
    row.sqlmodel_update(content | {"reached": reached, "office_id": case.office_id})
    await _save(session, row, revision or 1, "corrected" if command.correction else verb, actor, withdrawn=False)
    return row


async def _check(
    session: AsyncSession, case: CaseRow, stored: ProcedureRow | None, values: dict[str, Any], actor: Actor
) -> None:
    problems = check_stand(values, stored, case.programme_line, actor.today)
    problems += check_specialist(values, licensed=await store.is_licensed(session, case))
    asked = ("authority_id", "reference_occupation", "land")
    same = stored is not None and all(getattr(stored, name) == values[name] for name in asked)
    if values["authority_id"] is not None and not same:
        fitting = competent(await store.authorities(session), values["reference_occupation"], values["land"])
        problems += check_authority(listed=values["authority_id"] in {entry.authority_id for entry in fitting})
    if stored is not None and not problems:
        stages = (await store.stages_of(session, [stored]))[stored.procedure_id]
        problems += check_kept(ProcedureRow(**stored.model_dump() | _shape(values)), stages)
    if problems:
        raise invalid(*problems)


def _shape(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("kind", "reference_occupation", "specialized")}


async def withdraw_procedure(
    session: AsyncSession, case_id: UUID, procedure_id: UUID, command: Withdraw, actor: Actor
) -> None:
    """Withdraw a procedure from today on. Repeatable. Raises Problem 404, 409 (the case is closed)."""
    row = await _existing(session, case_id, procedure_id, actor)
    if not row.withdrawn:
        row.withdrawn_reason = command.reason
        await _save(session, row, row.revision + 1, "withdrawn", actor, withdrawn=True)


async def restore_procedure(session: AsyncSession, case_id: UUID, procedure_id: UUID, actor: Actor) -> None:
    """Bring a withdrawn procedure back as its next revision. Repeatable. Raises Problem 404, 409 (closed case)."""
    row = await _existing(session, case_id, procedure_id, actor)
    if row.withdrawn:
        row.withdrawn_reason = None
        await _save(session, row, row.revision + 1, "restored", actor, withdrawn=False)


async def record_stage(
    session: AsyncSession, case_id: UUID, procedure_id: UUID, stage_id: UUID, command: RecordStage, actor: Actor
) -> StageRow:
    """Record or correct a stage. Repeating changes nothing. Raises Problem 404, 409, 422 (REC-05, REC-06)."""
    procedure = await _existing(session, case_id, procedure_id, actor)
    if procedure.withdrawn:
        raise Problem(409, "Dieses Verfahren ist zurückgezogen. Bitte holen Sie es zuerst zurück.")
    stored = await store.find_stage(session, procedure, stage_id)
    content = command.model_dump(exclude={"revision"})
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    all_stages = (await store.stages_of(session, [procedure]))[procedure_id]
    others = [stage for stage in all_stages if stage.stage_id != stage_id]
    known: dict[str, Any] = {"procedure_id": procedure_id, "case_id": case_id, "carrier_id": procedure.carrier_id}
    wanted = StageRow(stage_id=stage_id, revision=revision or 1, **known, **content)
    problems = check_stage(wanted, procedure, others, actor.today) or _lost(procedure, [*others, wanted])
    if problems:
        raise invalid(*problems)
    row = await session.merge(wanted)
    await session.flush()
    await store.note_stage(session, actor.principal, f"procedure_stage.{'corrected' if stored else 'recorded'}", row)
    return row


async def withdraw_stage(
    session: AsyncSession, case_id: UUID, procedure_id: UUID, stage_id: UUID, actor: Actor
) -> None:
    """Take a stage back that was a mistake. Repeatable. Raises Problem 404, 409, 422 (a later stage needs it)."""
    procedure = await _existing(session, case_id, procedure_id, actor)
    row = await store.find_stage(session, procedure, stage_id)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    all_stages = (await store.stages_of(session, [procedure]))[procedure_id]
    if problems := _lost(procedure, [stage for stage in all_stages if stage.stage_id != stage_id]):
        raise invalid(*problems)
    row.withdrawn, row.revision = True, row.revision + 1
    await session.flush()
    await store.note_stage(session, actor.principal, "procedure_stage.withdrawn", row)


def _lost(procedure: ProcedureRow, stages: list[StageRow]) -> list[FieldProblem]:
    """Problems of the stages that would be left."""
    return [FieldProblem("kind", p.value, p.problem, p.remedy) for p in check_kept(procedure, stages)]


async def _open_case(session: AsyncSession, case_id: UUID, actor: Actor) -> CaseRow:
    case = await case_for(session, actor.principal, case_id, to_change=True)
    if case.state == CaseState.CLOSED:
        raise Problem(409, CLOSED)
    return case


async def _existing(session: AsyncSession, case_id: UUID, procedure_id: UUID, actor: Actor) -> ProcedureRow:
    case = await _open_case(session, case_id, actor)
    row = await store.find_procedure(session, case, procedure_id)
    if row is None:
        raise Problem(404, NOT_FOUND)
    return row


async def _save(
    session: AsyncSession, row: ProcedureRow, revision: int, verb: str, actor: Actor, *, withdrawn: bool
) -> None:
    row.revision, row.withdrawn = revision, withdrawn
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = records.revisions(session, actor)
    revisions.add(row, f"procedure.{verb}")
    await revisions.write()
