"""The HTTP API of outreach."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.counselling import untold
from services.counselling.outreach import handlers
from services.counselling.outreach.handlers import RecordOutreach
from services.counselling.outreach.tables import OutreachRow
from shared.audit import readings
from shared.recording import MONTH, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/outreach", route_class=readings.RefusingRoute)

ReadOutreach = Annotated[Principal, Depends(require("groups:read"))]
WriteOutreach = Annotated[Principal, Depends(require("groups:write"))]


class Outreach(BaseModel):
    """Contacts of a day in a channel."""

    model_config = ConfigDict(from_attributes=True)

    outreach_id: UUID
    revision: int
    withdrawn: bool
    date: dt.date
    programme_line: str
    channel: str
    contacts: int


class OutreachPage(BaseModel):
    """One page of a list."""

    items: list[Outreach]
    total: int


@router.put("/{outreach_id}")
async def put_outreach(
    request: Request, outreach_id: UUID, command: RecordOutreach, principal: WriteOutreach
) -> Outreach:
    """Record or correct outreach; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_outreach(session, outreach_id, command, actor)
    )
    return Outreach.model_validate(row)


@router.post("/{outreach_id}/withdraw", status_code=204)
async def withdraw_outreach(request: Request, outreach_id: UUID, principal: WriteOutreach) -> Response:
    """Withdraw outreach."""
    await commit(request, principal, lambda session, actor: handlers.withdraw_outreach(session, outreach_id, actor))
    return Response(status_code=204)


@router.get("")
async def get_outreach(
    request: Request,
    principal: ReadOutreach,
    month: Annotated[str | None, Query(pattern=MONTH)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> OutreachPage:
    """Outreach of the own carrier, newest first; headcounts of nobody in particular."""
    async with request.app.state.sessions() as session:
        rows, total = await untold.page_of(session, OutreachRow, principal.carriers, month, limit, offset)
    return OutreachPage(items=[Outreach.model_validate(row) for row in rows], total=total)
