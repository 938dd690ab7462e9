"""The HTTP API of contact persons, for staff of the own carrier; who is shown is audited."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.registration.attendance import contacts
from services.registration.attendance.commands import RecordContactPerson
from services.registration.attendance.contact_rules import invitations
from services.registration.contact_tables import ContactPersonRow
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/contact-persons", route_class=readings.RefusingRoute)

ReadRuns = Annotated[Principal, Depends(require("runs:read"))]
WriteRuns = Annotated[Principal, Depends(require("runs:write"))]
UNSEEN = {"carrier_id", "search_name", "withdrawn"}
NOUN = "contact_person"


@router.get("")
async def get_contact_persons(request: Request, principal: ReadRuns) -> dict[str, list[dict[str, Any]]]:
    """Contact persons of the own carrier, and those who are trained to become one."""
    rows = await _listed(request, principal)
    return {"items": [row.model_dump(exclude=UNSEEN) for row in rows]}


@router.get("/invitations")
async def get_invitations(request: Request, principal: ReadRuns) -> dict[str, list[dict[str, Any]]]:
    """Who is invited to phase three, each once (ACT-02, IKKE-21)."""
    found = invitations(await _listed(request, principal))
    return {"items": [vars(one) for one in found]}


@router.get("/places")
async def get_places(request: Request, principal: ReadRuns) -> dict[str, list[dict[str, Any]]]:
    """Places in runs of IKKE/MIB, to say whose they are; the newest first."""
    async with request.app.state.sessions() as session, session.begin():
        found = await contacts.places(session, principal.carriers)
        await readings.listed(session, principal, "participant", [person for person, _ in found])
    kept = {"participant_id", "name", "email", "stage", "contact_person_id"}
    return {
        "items": [
            person.model_dump(include=kept) | {"run_title": run.public_title, "starts_on": run.starts_on}
            for person, run in found
        ]
    }


@router.get("/{contact_person_id}")
async def get_contact_person(request: Request, contact_person_id: UUID, principal: ReadRuns) -> dict[str, Any]:
    """One contact person of the own carrier, with her places in runs."""
    async with request.app.state.sessions() as session, session.begin():
        row = await contacts.get_contact_person(session, contact_person_id, principal.carriers)
        if row is None or row.withdrawn:
            raise Problem(404, NOT_FOUND)
        await readings.read(session, principal, NOUN, row)
        linked = await contacts.linked_to(session, contact_person_id)
    return row.model_dump(exclude=UNSEEN) | {"participants": sorted(map(str, linked))}


@router.put("/{contact_person_id}")
async def put_contact_person(
    request: Request, contact_person_id: UUID, command: RecordContactPerson, principal: WriteRuns
) -> dict[str, Any]:
    """Record or correct a contact person; repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: contacts.record_contact_person(session, contact_person_id, command, actor),
    )
    return {"contact_person_id": row.contact_person_id, "revision": row.revision}


@router.post("/{contact_person_id}/withdraw", status_code=204)
async def withdraw_contact_person(request: Request, contact_person_id: UUID, principal: WriteRuns) -> Response:
    """Withdraw a contact person recorded by mistake."""
    await commit(
        request, principal, lambda session, actor: contacts.withdraw_contact_person(session, contact_person_id, actor)
    )
    return Response(status_code=204)


async def _listed(request: Request, principal: Principal) -> Sequence[ContactPersonRow]:
    async with request.app.state.sessions() as session, session.begin():
        rows: Sequence[ContactPersonRow] = await contacts.contact_persons(session, principal.carriers)
        await readings.listed(session, principal, NOUN, rows)
    return rows
