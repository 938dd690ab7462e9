"""Consents and transfers of a case over HTTP; withdrawing one also withdraws proposals (`referrals.api`)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.counselling.bodies.store import bodies_of
from services.counselling.cases.store import case_for
from services.counselling.consents import handlers, store
from services.counselling.consents.commands import HandOver, RecordConsent
from services.counselling.consents.rules import covers
from services.counselling.consents.tables import ConsentRow, TransferRow
from shared import clock
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/cases/{case_id}", route_class=readings.RefusingRoute)

Reader = Annotated[Principal, Depends(require("cases:read"))]
Writer = Annotated[Principal, Depends(require("cases:write"))]


class Found(BaseModel):
    """Everything of one kind in a case."""

    items: list[dict[str, Any]]
    total: int


def shown(row: ConsentRow) -> dict[str, Any]:
    """A consent; `in_force`: it covers its purposes today."""
    asked = (row.body_id, row.purposes[0], clock.today())
    return row.model_dump(exclude={"carrier_id"}) | {"in_force": covers([store.release_of(row)], *asked) is not None}


def shown_transfer(row: TransferRow) -> dict[str, Any]:
    """A transfer."""
    return row.model_dump(exclude={"carrier_id"})


@router.get("/consents")
async def get_consents(request: Request, case_id: UUID, principal: Reader) -> Found:
    """Consents of a case, newest first, with the names of the bodies as they are now."""
    async with request.app.state.sessions() as session, session.begin():
        rows = await store.consents_of(session, await case_for(session, principal, case_id))
        await readings.listed(session, principal, "consent", rows)
        bodies = await bodies_of(session, [row.body_id for row in rows])
    items = [shown(row) | {"recipient": bodies[row.body_id].name} for row in rows]
    return Found(items=items, total=len(items))


@router.put("/consents/{consent_id}")
async def put_consent(
    request: Request, case_id: UUID, consent_id: UUID, command: RecordConsent, principal: Writer
) -> dict[str, Any]:
    """Note a consent; repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_consent(session, case_id, consent_id, command, actor),
    )
    return shown(row)


@router.get("/transfers")
async def get_transfers(request: Request, case_id: UUID, principal: Reader) -> Found:
    """What was handed over in a case, newest first."""
    async with request.app.state.sessions() as session, session.begin():
        rows = await store.transfers_of(session, await case_for(session, principal, case_id))
        await readings.listed(session, principal, "transfer", rows)
    return Found(items=[shown_transfer(row) for row in rows], total=len(rows))


@router.put("/transfers/{transfer_id}")
async def put_transfer(
    request: Request, case_id: UUID, transfer_id: UUID, command: HandOver, principal: Writer
) -> dict[str, Any]:
    """Log a transfer if a consent covers it; repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_transfer(session, case_id, transfer_id, command, actor),
    )
    return shown_transfer(row)
