"""Proposals over HTTP, for the trainers of the carrier they are made to; who is shown is audited."""

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.registration.proposals import store
from services.registration.proposals.tables import ProposalRow
from services.registration.tables import PersonRow
from shared.audit import readings
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/proposals")

Reader = Annotated[Principal, Depends(require("proposals:read"))]
CONTACT = ("name", "phone", "email", "contact_way", "german_level")


class Proposals(BaseModel):
    """One page of proposals."""

    items: list[dict[str, Any]]
    total: int


@router.get("")
async def get_proposals(
    request: Request,
    principal: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Proposals:
    """Persons proposed to the own carrier, newest first, and how to reach them."""
    async with request.app.state.sessions() as session, session.begin():
        rows, total = await store.to_carriers(session, principal.carriers, limit, offset)
        shown = sorted((person for _, person in rows if person is not None), key=lambda one: str(one.carrier_id))
        for _, persons in groupby(shown, key=lambda one: one.carrier_id):
            await readings.listed(session, principal, "person", list(persons))
    return Proposals(items=[item(proposal, person) for proposal, person in rows], total=total)


def item(proposal: ProposalRow, person: PersonRow | None) -> dict[str, Any]:
    """A proposal as the list shows it."""
    reach = {name: getattr(person, name) if person is not None else None for name in CONTACT}
    return proposal.model_dump(exclude={"revision", "withdrawn", "to_carrier_id"}) | reach
