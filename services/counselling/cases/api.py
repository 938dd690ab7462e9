"""The HTTP API of cases; one case with its timeline is `services.counselling.timeline`."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlmodel import col
from starlette.responses import Response

from services.counselling.cases import handlers, store
from services.counselling.cases.commands import ChangeCase, Stand
from services.counselling.cases.tables import CaseRow
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require
from shared.vocabulary import ProgrammeLine
from shared.vocabulary.cases import CaseState

router = APIRouter(prefix="/api/v1/cases", route_class=readings.RefusingRoute)

ReadCases = Annotated[Principal, Depends(require("cases:read"))]
WriteCases = Annotated[Principal, Depends(require("cases:write"))]


class CaseItem(BaseModel):
    """A case as it is shown; `owner` and `deputy` are subjects of accounts."""

    model_config = ConfigDict(from_attributes=True)

    case_id: UUID
    person_id: UUID
    office_id: UUID | None
    programme_line: str
    state: str
    opened_on: dt.date
    closed_on: dt.date | None
    owner: str
    deputy: str | None
    method: str
    protected: bool
    revision: int


class ListedCase(CaseItem):
    """A case in a list, with its sessions in force."""

    sessions: int
    last_session_on: dt.date | None


class CasePage(BaseModel):
    """One page of a list."""

    items: list[ListedCase]
    total: int


@router.get("")
async def get_cases(
    request: Request,
    principal: ReadCases,
    scope: Literal["own", "carrier"] = "own",
    person_id: Annotated[list[UUID] | None, Query(max_length=200)] = None,
    state: CaseState | None = None,
    programme_line: ProgrammeLine | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> CasePage:
    """Cases one leads or stands in for (`own`), or all of the carrier one may see; open ones first."""
    filters = [store.own(principal)] if scope == "own" else []
    if person_id is not None:
        filters.append(col(CaseRow.person_id).in_(person_id))
    if state is not None:
        filters.append(CaseRow.state == state.value)
    if programme_line is not None:
        filters.append(CaseRow.programme_line == programme_line.value)
    async with request.app.state.sessions() as session, session.begin():
        found, total = await store.list_cases(session, principal, filters, limit, offset)
        await store.note_list(session, principal, [entry.row for entry in found])
    items = [
        ListedCase(**entry.row.model_dump(), sessions=entry.sessions, last_session_on=entry.last_session_on)
        for entry in found
    ]
    return CasePage(items=items, total=total)


@router.put("/{case_id}")
async def put_case(request: Request, case_id: UUID, command: ChangeCase, principal: WriteCases) -> CaseItem:
    """Choose method and deputy; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.change_case(session, case_id, command, actor)
    )
    return CaseItem.model_validate(row)


@router.post("/{case_id}/close")
async def close_case(request: Request, case_id: UUID, command: Stand, principal: WriteCases) -> CaseItem:
    """Close a case."""
    row = await commit(request, principal, lambda session, actor: handlers.close_case(session, case_id, command, actor))
    return CaseItem.model_validate(row)


@router.post("/{case_id}/reopen")
async def reopen_case(request: Request, case_id: UUID, command: Stand, principal: WriteCases) -> CaseItem:
    """Work on a closed case again."""
    row = await commit(
        request, principal, lambda session, actor: handlers.reopen_case(session, case_id, command, actor)
    )
    return CaseItem.model_validate(row)


@router.post("/{case_id}/folder", status_code=204)
async def note_sheet(request: Request, case_id: UUID, principal: ReadCases) -> Response:
    """Note that the person gets a sheet for MEIN ORDNER; what stands on it is hers and kept nowhere (CON-06)."""
    await commit(request, principal, lambda session, actor: handlers.note_sheet(session, case_id, actor))
    return Response(status_code=204)
