"""The HTTP API of structural work."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.counselling import untold
from services.counselling.structural import handlers
from services.counselling.structural.handlers import RecordWork
from services.counselling.structural.tables import StructuralRow
from shared.audit import readings
from shared.recording import MONTH, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/structural-work", route_class=readings.RefusingRoute)

ReadWork = Annotated[Principal, Depends(require("groups:read"))]
WriteWork = Annotated[Principal, Depends(require("groups:write"))]


class StructuralWork(BaseModel):
    """A piece of structural work; volunteers are counts."""

    model_config = ConfigDict(from_attributes=True)

    work_id: UUID
    revision: int
    withdrawn: bool
    date: dt.date
    kind: str
    target: str | None
    context: str | None
    note: str | None
    volunteers_with_background: int
    volunteers_without_background: int
    volunteer_tasks: list[str]


class WorkPage(BaseModel):
    """One page of a list."""

    items: list[StructuralWork]
    total: int


@router.put("/{work_id}")
async def put_work(request: Request, work_id: UUID, command: RecordWork, principal: WriteWork) -> StructuralWork:
    """Record or correct structural work; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_work(session, work_id, command, actor)
    )
    return StructuralWork.model_validate(row)


@router.post("/{work_id}/withdraw", status_code=204)
async def withdraw_work(request: Request, work_id: UUID, principal: WriteWork) -> Response:
    """Withdraw structural work."""
    await commit(request, principal, lambda session, actor: handlers.withdraw_work(session, work_id, actor))
    return Response(status_code=204)


@router.get("")
async def get_work(
    request: Request,
    principal: ReadWork,
    month: Annotated[str | None, Query(pattern=MONTH)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> WorkPage:
    """Structural work of the own carrier, newest first; about nobody in particular."""
    async with request.app.state.sessions() as session:
        rows, total = await untold.page_of(session, StructuralRow, principal.carriers, month, limit, offset)
    return WorkPage(items=[StructuralWork.model_validate(row) for row in rows], total=total)
