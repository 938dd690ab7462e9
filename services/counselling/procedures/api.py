"""The HTTP API of recognition procedures, below the case they belong to, and of the directory of authorities."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.counselling.cases.api import ReadCases, WriteCases
from services.counselling.cases.store import case_for
from services.counselling.commands import Withdraw
from services.counselling.procedures import handlers, store
from services.counselling.procedures.authorities import competent, is_stale
from services.counselling.procedures.commands import RecordProcedure, RecordStage
from services.counselling.procedures.deadlines import deadlines
from services.counselling.procedures.occupations import is_health
from services.counselling.procedures.rules import next_states
from services.counselling.procedures.stages import offered, qualification_proposed
from services.counselling.procedures.tables import AuthorityRow, StageRow
from services.counselling.tables import ProcedureRow
from shared import clock
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require
from shared.vocabulary import Land

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)
OF_CASE = "/cases/{case_id}/procedures"
ONE = f"{OF_CASE}/{{procedure_id}}"

ReadDirectory = Annotated[Principal, Depends(require("structure:read"))]


class AuthorityItem(BaseModel):
    """An entry of the directory; `stale`: not checked for a year."""

    model_config = ConfigDict(from_attributes=True)

    authority_id: UUID
    name: str
    occupations: list[str]
    land: str | None
    address: str | None
    phone: str | None
    email: str | None
    website: str | None
    last_checked: dt.date
    stale: bool = False


class StageItem(BaseModel):
    """A stage of a procedure."""

    model_config = ConfigDict(from_attributes=True)

    stage_id: UUID
    kind: str
    state: str
    on: dt.date
    revision: int


class DeadlineItem(BaseModel):
    """A day to look at; a `hint` is ours and binds nobody."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    title: str
    due: dt.date
    hint: bool


class ReachedItem(BaseModel):
    """A state that was reached, and when."""

    state: str
    outcome: str | None
    since: dt.date


class ProcedureItem(BaseModel):
    """A procedure with what belongs to it, and what may follow."""

    model_config = ConfigDict(from_attributes=True)

    procedure_id: UUID
    revision: int
    withdrawn: bool
    recorded_on: dt.date
    kind: str
    reference_occupation: str | None
    land: str | None
    authority_id: UUID | None
    specialized: bool
    state: str
    outcome: str | None
    since: dt.date
    reached: list[ReachedItem]
    announced_on: dt.date | None
    authority: AuthorityItem | None = None
    stages: list[StageItem] = []
    deadlines: list[DeadlineItem] = []
    offered_stages: list[str] = []
    next_states: list[str] = []
    qualification_proposed: bool = False


class Saved(BaseModel):
    """What a saved procedure or stage became."""

    revision: int


class Procedures(BaseModel):
    """Procedures of a case."""

    items: list[ProcedureItem]


class Directory(BaseModel):
    """Authorities found; `by_land`: the occupation needs the Land of intended work (REC-02)."""

    items: list[AuthorityItem]
    by_land: bool


@router.get(OF_CASE)
async def get_procedures(request: Request, case_id: UUID, principal: ReadCases) -> Procedures:
    """Procedures of a case one may see, the newest stand first."""
    async with request.app.state.sessions() as session, session.begin():
        rows = await store.procedures_of(session, await case_for(session, principal, case_id))
        await readings.listed(session, principal, "procedure", rows)
        stages = await store.stages_of(session, rows)
        directory = await store.authorities_by_id(session, [row.authority_id for row in rows])
    return Procedures(items=[item(row, stages[row.procedure_id], directory) for row in rows])


@router.put(ONE)
async def put_procedure(
    request: Request, case_id: UUID, procedure_id: UUID, command: RecordProcedure, principal: WriteCases
) -> Saved:
    """Record a procedure, lead it on or correct it; repeating the request changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_procedure(session, case_id, procedure_id, command, actor),
    )
    return Saved(revision=row.revision)


@router.post(f"{ONE}/withdraw", status_code=204)
async def withdraw_procedure(
    request: Request, case_id: UUID, procedure_id: UUID, command: Withdraw, principal: WriteCases
) -> Response:
    """Withdraw a procedure."""
    await commit(
        request,
        principal,
        lambda session, actor: handlers.withdraw_procedure(session, case_id, procedure_id, command, actor),
    )
    return Response(status_code=204)


@router.post(f"{ONE}/restore", status_code=204)
async def restore_procedure(request: Request, case_id: UUID, procedure_id: UUID, principal: WriteCases) -> Response:
    """Bring a withdrawn procedure back."""
    await commit(
        request, principal, lambda session, actor: handlers.restore_procedure(session, case_id, procedure_id, actor)
    )
    return Response(status_code=204)


@router.put(f"{ONE}/stages/{{stage_id}}")
async def put_stage(
    request: Request, case_id: UUID, procedure_id: UUID, stage_id: UUID, command: RecordStage, principal: WriteCases
) -> Saved:
    """Record or correct a stage."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_stage(session, case_id, procedure_id, stage_id, command, actor),
    )
    return Saved(revision=row.revision)


@router.post(f"{ONE}/stages/{{stage_id}}/withdraw", status_code=204)
async def withdraw_stage(
    request: Request, case_id: UUID, procedure_id: UUID, stage_id: UUID, principal: WriteCases
) -> Response:
    """Take a stage back."""
    await commit(
        request,
        principal,
        lambda session, actor: handlers.withdraw_stage(session, case_id, procedure_id, stage_id, actor),
    )
    return Response(status_code=204)


@router.get("/authorities")
async def get_authorities(
    request: Request,
    _principal: ReadDirectory,
    occupation: Annotated[str | None, Query(pattern=r"^\d{2,5}$")] = None,
    land: Land | None = None,
) -> Directory:
    """Competent authorities by occupation and Land of intended work; without an occupation the whole directory."""
    async with request.app.state.sessions() as session:
        found = await store.authorities(session)
    if occupation is not None:
        found = competent(found, occupation, land.value if land else None)
    return Directory(items=[authority(entry) for entry in found], by_land=is_health(occupation))


def authority(row: AuthorityRow) -> AuthorityItem:
    """An entry as it is shown."""
    return AuthorityItem(**AuthorityItem.model_validate(row).model_dump() | {"stale": is_stale(row, clock.today())})


def item(row: ProcedureRow, stages: Sequence[StageRow], directory: dict[UUID, AuthorityRow]) -> ProcedureItem:
    """A procedure as it is shown; a withdrawn one has no deadlines."""
    shown = ProcedureItem.model_validate(row)
    entry = directory.get(row.authority_id) if row.authority_id else None
    shown.authority = authority(entry) if entry else None
    shown.stages = [StageItem.model_validate(stage) for stage in stages]
    if not row.withdrawn:
        shown.deadlines = [DeadlineItem.model_validate(one) for one in deadlines(row, stages)]
        shown.offered_stages = [kind.value for kind in offered(row.kind, row.reference_occupation)]
        shown.next_states = next_states(row)
        shown.qualification_proposed = qualification_proposed(row, stages)
    return shown
