"""Reads of procedures, their stages and the directory. Every query of a person's takes the carriers; nobody commits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.cases.store import own, visible
from services.counselling.cases.tables import CaseRow
from services.counselling.procedures.tables import AuthorityRow, StageRow
from services.counselling.tables import ProcedureRow
from shared import audit, clock
from shared.problems import Problem
from shared.recording import NOT_FOUND
from shared.security import Principal
from shared.vocabulary import StageKind, StageState
from shared.vocabulary.cases import CaseState


async def procedures_of(session: AsyncSession, case: CaseRow) -> Sequence[ProcedureRow]:
    """Procedures of a case, withdrawn ones too, the newest stand first."""
    query = select(ProcedureRow).where(ProcedureRow.case_id == case.case_id, ProcedureRow.carrier_id == case.carrier_id)
    return (await session.exec(query.order_by(col(ProcedureRow.since).desc(), col(ProcedureRow.procedure_id)))).all()


async def find_procedure(session: AsyncSession, case: CaseRow, procedure_id: UUID) -> ProcedureRow | None:
    """A procedure of a case, to change it; other writers wait. Raises Problem 404 for one of another case."""
    query = select(ProcedureRow).where(ProcedureRow.procedure_id == procedure_id).with_for_update()
    row = (await session.exec(query)).first()
    if row is not None and (row.carrier_id, row.case_id) != (case.carrier_id, case.case_id):
        raise Problem(404, NOT_FOUND)
    return row


async def stages_of(session: AsyncSession, procedures: Sequence[ProcedureRow]) -> dict[UUID, list[StageRow]]:
    """Stages in force by procedure, in the order of their days."""
    found: dict[UUID, list[StageRow]] = {row.procedure_id: [] for row in procedures}
    query = select(StageRow).where(col(StageRow.procedure_id).in_(found), col(StageRow.withdrawn).is_(False))
    for stage in await session.exec(query.order_by(col(StageRow.on), col(StageRow.stage_id))):
        found[stage.procedure_id].append(stage)
    return found


async def find_stage(session: AsyncSession, procedure: ProcedureRow, stage_id: UUID) -> StageRow | None:
    """A stage of a procedure, withdrawn or not. Raises Problem 404 for one of another procedure."""
    stage = await session.get(StageRow, stage_id)
    if stage is not None and stage.procedure_id != procedure.procedure_id:
        raise Problem(404, NOT_FOUND)
    return stage


async def is_licensed(session: AsyncSession, case: CaseRow) -> bool:
    """Whether an Approbation of the case's person is noted in any of her procedures at the carrier."""
    reached = select(StageRow.stage_id).join(CaseRow, col(CaseRow.case_id) == StageRow.case_id)
    reached = reached.where(CaseRow.carrier_id == case.carrier_id, CaseRow.person_id == case.person_id)
    reached = reached.where(StageRow.kind == StageKind.LICENCE.value, StageRow.state == StageState.REACHED.value)
    asked: Any = select(exists(reached.where(col(StageRow.withdrawn).is_(False))))
    return bool((await session.exec(asked)).one())


async def of_own_cases(session: AsyncSession, principal: Principal) -> Sequence[tuple[ProcedureRow, CaseRow]]:
    """Procedures in force of the open cases that the principal leads or stands in for."""
    query = select(ProcedureRow, CaseRow).join(CaseRow, col(CaseRow.case_id) == ProcedureRow.case_id)
    query = query.where(visible(principal), own(principal), CaseRow.state == CaseState.OPEN.value)
    return (await session.exec(query.where(col(ProcedureRow.withdrawn).is_(False)))).all()


async def authorities(session: AsyncSession) -> Sequence[AuthorityRow]:
    """The directory as it is in force."""
    query = select(AuthorityRow).where(col(AuthorityRow.withdrawn).is_(False)).order_by(col(AuthorityRow.name))
    return (await session.exec(query)).all()


async def authorities_by_id(session: AsyncSession, keys: Sequence[UUID | None]) -> dict[UUID, AuthorityRow]:
    """Entries by id, those out of force too: a procedure keeps the authority it went to."""
    query = select(AuthorityRow).where(col(AuthorityRow.authority_id).in_([key for key in keys if key is not None]))
    return {row.authority_id: row for row in await session.exec(query)}


async def directory_named(session: AsyncSession, external_ids: Sequence[str]) -> dict[str, AuthorityRow]:
    """Entries by the `external_id` of their file, to change them."""
    query = select(AuthorityRow).where(col(AuthorityRow.external_id).in_(external_ids)).with_for_update()
    return {row.external_id: row for row in await session.exec(query)}


async def note_stage(session: AsyncSession, principal: Principal, action: str, stage: StageRow) -> None:
    """Audit an act on a stage, in the caller's transaction."""
    entry = audit.entry(clock.now(), principal.subject, stage.carrier_id, action, stage.stage_id, stage.revision)
    await audit.write(session, [entry])
