"""The HTTP API of handovers: offers of a case, and the answers to them."""

import datetime as dt
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.counselling.cases import handovers, store
from services.counselling.cases.api import WriteCases
from services.counselling.cases.commands import OfferCase
from services.counselling.cases.rules import handover_state
from services.counselling.cases.tables import HandoverRow
from shared import clock
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal
from shared.vocabulary.cases import HandoverState

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)


class Handover(BaseModel):
    """An offer and what became of it; accounts by subject."""

    handover_id: UUID
    case_id: UUID
    from_subject: str
    to_subject: str | None
    to_office: UUID | None
    note: str | None
    state: str
    offered_at: dt.datetime
    expires_on: dt.date
    decided_by: str | None
    decided_at: dt.datetime | None


class OfferedCase(Handover):
    """An offer as the one sees it who may accept: whose case in which line."""

    person_id: UUID
    programme_line: str


class Offers(BaseModel):
    """What waits for an answer."""

    items: list[OfferedCase]


def shown(row: HandoverRow, today: dt.date) -> Handover:
    """An offer as of today."""
    values = row.model_dump(exclude={"carrier_id"})
    return Handover(**values | {"state": handover_state(row.state, row.expires_on, today).value})


@router.put("/cases/{case_id}/handovers/{handover_id}")
async def put_handover(
    request: Request, case_id: UUID, handover_id: UUID, command: OfferCase, principal: WriteCases
) -> Handover:
    """Offer a case to a colleague or an office of the carrier, for 14 days."""
    row = await commit(
        request, principal, lambda session, actor: handovers.offer(session, case_id, handover_id, command, actor)
    )
    return shown(row, clock.today())


@router.get("/handovers")
async def get_handovers(request: Request, principal: WriteCases) -> Offers:
    """Cases that are offered to the account or its office."""
    today = clock.today()
    async with request.app.state.sessions() as session, session.begin():
        found = await handovers.offers_to(session, principal, today)
        await store.note_list(session, principal, [case for _, case in found])
    items = [
        OfferedCase(**shown(row, today).model_dump(), person_id=case.person_id, programme_line=case.programme_line)
        for row, case in found
    ]
    return Offers(items=items)


async def decided(request: Request, principal: Principal, handover_id: UUID, wanted: HandoverState) -> Handover:
    """The offer after a decision."""
    row = await commit(request, principal, lambda session, actor: handovers.decide(session, handover_id, wanted, actor))
    return shown(row, clock.today())


@router.post("/handovers/{handover_id}/accept")
async def accept_handover(request: Request, handover_id: UUID, principal: WriteCases) -> Handover:
    """Take a case over; from now on one leads it."""
    return await decided(request, principal, handover_id, HandoverState.ACCEPTED)


@router.post("/handovers/{handover_id}/reject")
async def reject_handover(request: Request, handover_id: UUID, principal: WriteCases) -> Handover:
    """Leave a case with the one who offers it."""
    return await decided(request, principal, handover_id, HandoverState.REJECTED)


@router.post("/handovers/{handover_id}/withdraw")
async def withdraw_handover(request: Request, handover_id: UUID, principal: WriteCases) -> Handover:
    """Keep a case that one has offered."""
    return await decided(request, principal, handover_id, HandoverState.WITHDRAWN)
