"""Rights of a person over HTTP: everything held of her here, and her erasure."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import select

from services.registration import person_store
from services.registration.person_handlers import NO_PERSON
from services.registration.rights.commands import Erase, EraseReference
from services.registration.rights.erasure import erase_person, one_person
from services.registration.rights.journal import try_write
from services.registration.rights.references import erase_reference
from services.registration.rights.registry import REGISTRY
from services.registration.tables import StructureRow
from shared import audit, clock
from shared.audit import readings
from shared.problems import Problem
from shared.recording import commit
from shared.rights import Subject, disclose
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/persons", route_class=readings.RefusingRoute)
references = APIRouter(prefix="/api/v1/references", route_class=readings.RefusingRoute)

ReadPersons = Annotated[Principal, Depends(require("persons:read"))]
WritePersons = Annotated[Principal, Depends(require("persons:write"))]
EraseReferences = Annotated[Principal, Depends(require("references:erase"))]


class Everything(BaseModel):
    """A person's disclosure: sections with their entries."""

    sections: list[dict[str, Any]]


class Erased(BaseModel):
    """How many records of the person are gone; she may have been recorded more than once."""

    erased: int


@router.get("/{person_id}/everything")
async def get_everything(request: Request, person_id: UUID, principal: ReadPersons) -> Everything:
    """Everything held of a person of the own carrier, also of those she was merged with. Raises Problem 404."""
    async with request.app.state.sessions() as session, session.begin():
        row = await person_store.get_person(session, person_id, principal.carriers)
        if row is None:
            raise Problem(404, NO_PERSON)
        persons = await one_person(session, person_id, principal.carriers)
        names = dict((await session.exec(select(StructureRow.structure_id, StructureRow.name))).all())
        sections = await disclose(session, REGISTRY, Subject(row.carrier_id, tuple(persons)), names)
        entry = audit.entry(clock.now(), principal.subject, row.carrier_id, "person.disclosed", person_id, row.revision)
        await audit.write(session, [entry])
    return Everything(sections=sections)


@router.post("/{person_id}/erase")
async def erase(request: Request, person_id: UUID, command: Erase, principal: WritePersons) -> Erased:
    """Erase a person of the own carrier for good. Repeating changes nothing. Raises Problem 404."""
    gone = await commit(request, principal, lambda session, actor: erase_person(session, person_id, command, actor))
    await try_write(request.app.state.sessions)
    return Erased(erased=len(gone))


@references.post("/erase")
async def erase_by_reference(request: Request, command: EraseReference, principal: EraseReferences) -> Erased:
    """Erase a person whom only a carrier's reference knows; a coordinator types it. Repeatable. Raises Problem 422."""
    gone = await commit(request, principal, lambda session, actor: erase_reference(session, command, actor))
    await try_write(request.app.state.sessions)
    return Erased(erased=gone)
