"""Rights of a person over HTTP: everything held of her here, and what should be settled before her erasure."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from services.counselling.rights.disclosure import everything, obstacles, subject_for
from services.counselling.rights.references import EraseReference, erase_reference
from services.counselling.sensitive.seal import sealing_keys
from shared import audit, clock
from shared.audit import readings
from shared.recording import commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/persons", route_class=readings.RefusingRoute)
references = APIRouter(prefix="/api/v1/references", route_class=readings.RefusingRoute)

ReadPersons = Annotated[Principal, Depends(require("persons:read"))]
WritePersons = Annotated[Principal, Depends(require("persons:write"))]
EraseReferences = Annotated[Principal, Depends(require("references:erase"))]


class Everything(BaseModel):
    """A person's disclosure: sections with their entries, who was told something, and how many cases are withheld."""

    sections: list[dict[str, Any]]
    given_to: list[str]
    withheld: int


class Unlinked(BaseModel):
    """How many sessions nothing leads from any more."""

    erased: int


class Obstacles(BaseModel):
    """What should be settled before a person is erased; empty: nothing."""

    obstacles: list[str]


@router.get("/{person_id}/everything")
async def get_everything(request: Request, person_id: UUID, principal: ReadPersons) -> Everything:
    """Everything held of a person of the own carrier; a closed circle's cases to owner and deputy only.

    Raises Problem 404.
    """
    async with request.app.state.sessions() as session, session.begin():
        keys = sealing_keys(request.app.state.settings.signing_key.get_secret_value())
        found = await everything(session, principal, person_id, keys)
        carrier = found.subject.carrier
        entry = audit.entry(clock.now(), principal.subject, carrier, "person.disclosed", person_id, None)
        await audit.write(session, [entry])
    return Everything(sections=found.sections, given_to=found.given_to, withheld=found.withheld)


@router.get("/{person_id}/obstacles")
async def get_obstacles(request: Request, person_id: UUID, principal: WritePersons) -> Obstacles:
    """What should be settled before a person of the own carrier is erased. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        subject = await subject_for(session, principal, person_id)
        return Obstacles(obstacles=await obstacles(session, subject))


@references.post("/erase")
async def erase_by_reference(request: Request, command: EraseReference, principal: EraseReferences) -> Unlinked:
    """Erase a person whom only a carrier's reference knows, from her sessions. Repeatable."""
    gone = await commit(request, principal, lambda session, actor: erase_reference(session, command, actor))
    return Unlinked(erased=gone)
