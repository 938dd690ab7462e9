"""The HTTP API of who keeps a case: its circle for owner and deputy, cases of who has left for the administration."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.counselling.cases import keeping
from services.counselling.cases.api import CaseItem, WriteCases
from services.counselling.cases.commands import AssignCases, ProtectCase, Stand
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

AssignOthers = Annotated[Principal, Depends(require("cases:assign"))]


class Owners(BaseModel):
    """Accounts that lead cases of the carrier, with numbers of cases."""

    items: list[dict[str, Any]]


class Assigned(BaseModel):
    """How many cases somebody else leads now."""

    assigned: int


@router.put("/cases/{case_id}/protection")
async def put_protection(request: Request, case_id: UUID, command: ProtectCase, principal: WriteCases) -> CaseItem:
    """Keep a case for owner and deputy, or open it to the colleagues again."""
    row = await commit(request, principal, lambda session, actor: keeping.protect(session, case_id, command, actor))
    return CaseItem.model_validate(row)


@router.post("/cases/{case_id}/take-over")
async def take_over_case(request: Request, case_id: UUID, command: Stand, principal: WriteCases) -> CaseItem:
    """Lead a case one stands in for."""
    row = await commit(request, principal, lambda session, actor: keeping.take_over(session, case_id, command, actor))
    return CaseItem.model_validate(row)


@router.get("/case-owners")
async def get_owners(request: Request, principal: AssignOthers) -> Owners:
    """Who leads how many cases of the own carrier."""
    async with request.app.state.sessions() as session:
        return Owners(items=[found._asdict() for found in await keeping.owners(session, principal)])


@router.post("/case-owners/assign")
async def assign_cases(request: Request, command: AssignCases, principal: AssignOthers) -> Assigned:
    """Give all cases of an account that has left to a colleague; the gateway lets through only such accounts."""
    number = await commit(request, principal, lambda session, actor: keeping.assign_cases(session, command, actor))
    return Assigned(assigned=number)
