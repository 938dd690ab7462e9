"""Proposals over HTTP, for the trainers of the carrier they are made to; who is shown is audited."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.registration.proposals import handlers, store
from services.registration.proposals.handlers import AnswerProposal
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/proposals", route_class=readings.RefusingRoute)

Reader = Annotated[Principal, Depends(require("proposals:read"))]
Writer = Annotated[Principal, Depends(require("proposals:write"))]
CONTACT = ("name", "phone", "email", "contact_way", "german_level")


class Proposals(BaseModel):
    """One page of proposals."""

    items: list[dict[str, Any]]
    total: int


@router.get("")
async def get_proposals(
    request: Request,
    principal: Reader,
    proposal_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Proposals:
    """Persons proposed to the own carrier, newest first, or one of them, and how to reach them."""
    async with request.app.state.sessions() as session, session.begin():
        rows, total = await store.to_carriers(session, principal.carriers, (limit, offset), proposal_id)
        persons = [one.person for one in rows if one.person is not None]
        await readings.listed(session, principal, "person", persons)
        taken_up = await store.entered(session, principal.carriers, rows)
    items = [item(one) | {"entered": one.proposal.person_id in taken_up} for one in rows]
    return Proposals(items=items, total=total)


def item(one: store.Shown) -> dict[str, Any]:
    """A proposal as the list shows it, with its answer."""
    reach = {name: getattr(one.person, name) if one.person is not None else None for name in CONTACT}
    said: dict[str, Any] = {"answer": None, "reason": None, "answered_on": None}
    if one.answer is not None:
        said = {"answer": one.answer.answer, "reason": one.answer.reason, "answered_on": one.answer.recorded_on}
    return one.proposal.model_dump(exclude={"revision", "withdrawn", "to_carrier_id"}) | reach | said


@router.put("/{proposal_id}/answer")
async def put_answer(
    request: Request, proposal_id: UUID, command: AnswerProposal, principal: Writer
) -> dict[str, str | None]:
    """Accept a proposal, or decline it with a reason; repeating changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: handlers.answer_proposal(session, proposal_id, command, actor)
    )
    return {"answer": row.answer, "reason": row.reason}
