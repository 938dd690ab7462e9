"""The HTTP API of a case's help plan and document checklist."""

import datetime as dt
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from services.counselling.cases import plans
from services.counselling.cases.api import CaseItem, WriteCases
from services.counselling.cases.commands import PutDocument, PutStep, SetAim
from shared.audit import readings
from shared.recording import commit

router = APIRouter(prefix="/api/v1/cases/{case_id}", route_class=readings.RefusingRoute)


class Step(BaseModel):
    """A step of the help plan."""

    model_config = ConfigDict(from_attributes=True)

    step_id: UUID
    title: str
    due: dt.date | None
    by: str
    state: str
    done_on: dt.date | None
    revision: int


class Document(BaseModel):
    """A line of the document checklist."""

    model_config = ConfigDict(from_attributes=True)

    document_id: UUID
    name: str
    state: str
    revision: int


@router.put("/plan")
async def put_plan(request: Request, case_id: UUID, command: SetAim, principal: WriteCases) -> CaseItem:
    """Say what the help plan is for."""
    row = await commit(request, principal, lambda session, actor: plans.set_aim(session, case_id, command, actor))
    return CaseItem.model_validate(row)


@router.put("/steps/{step_id}")
async def put_step(request: Request, case_id: UUID, step_id: UUID, command: PutStep, principal: WriteCases) -> Step:
    """Add or change a step; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: plans.put_step(session, case_id, step_id, command, actor)
    )
    return Step.model_validate(row)


@router.put("/documents/{document_id}")
async def put_document(
    request: Request, case_id: UUID, document_id: UUID, command: PutDocument, principal: WriteCases
) -> Document:
    """Add or change a line of the checklist; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: plans.put_document(session, case_id, document_id, command, actor)
    )
    return Document.model_validate(row)
