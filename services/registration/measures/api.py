"""The HTTP API of measures and participations; names are shown to those who keep them, and that is noted."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.registration import person_store
from services.registration import store as records
from services.registration.commands import Withdraw
from services.registration.measures import handlers, offerings, store
from services.registration.measures.commands import (
    EndParticipation,
    FindPerson,
    RecordOffering,
    RecordParticipation,
)
from services.registration.measures.showing import HIDDEN, looked_at, page
from services.registration.tables import ParticipationRow
from shared.audit import readings
from shared.problems import Problem
from shared.recording import NOT_FOUND, commit, tried
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

Reader = Annotated[Principal, Depends(require("participations:read"))]
Writer = Annotated[Principal, Depends(require("participations:write"))]
OfferingReader = Annotated[Principal, Depends(require("offerings:read"))]
Describer = Annotated[Principal, Depends(require("offerings:write"))]
FOUND = 10
PERSON = {"person_id", "name", "birth_year"}


@router.get("/offerings/{offering_id}")
async def get_offering(request: Request, offering_id: UUID, principal: OfferingReader) -> dict[str, Any]:
    """One offering of the own carrier."""
    async with request.app.state.sessions() as session:
        row = await store.get_offering(session, offering_id, principal.carriers)
        offices = await records.offices(session, principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    office = next((code for code, key in offices.items() if key == row.office_id), None)
    return row.model_dump(exclude=HIDDEN) | {"office": office}


@router.put("/offerings/{offering_id}")
async def put_offering(
    request: Request, offering_id: UUID, command: RecordOffering, principal: Describer
) -> dict[str, Any]:
    """Create an offering or describe it anew."""
    row = await commit(
        request, principal, lambda session, actor: offerings.record_offering(session, offering_id, command, actor)
    )
    return {"offering_id": row.offering_id, "revision": row.revision}


@router.post("/offerings/{offering_id}/check", status_code=204)
async def check_offering(
    request: Request, offering_id: UUID, command: RecordOffering, principal: Describer
) -> Response:
    """Try to create or describe an offering and keep nothing. Raises Problem as saving would."""
    await tried(
        request, principal, lambda session, actor: offerings.record_offering(session, offering_id, command, actor)
    )
    return Response(status_code=204)


@router.put("/participations/{participation_id}")
async def put_participation(
    request: Request, participation_id: UUID, command: RecordParticipation, principal: Writer
) -> dict[str, Any]:
    """Record or correct a participation; what to look at comes back with it."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_participation(session, participation_id, command, actor),
    )
    return await told(request, row)


@router.post("/participations/{participation_id}/check", status_code=204)
async def check_participation(
    request: Request, participation_id: UUID, command: RecordParticipation, principal: Writer
) -> Response:
    """Try to record or correct a participation and keep nothing. Raises Problem as saving would."""
    await tried(
        request,
        principal,
        lambda session, actor: handlers.record_participation(session, participation_id, command, actor),
    )
    return Response(status_code=204)


@router.post("/participations/{participation_id}/end")
async def end_participation(
    request: Request, participation_id: UUID, command: EndParticipation, principal: Writer
) -> dict[str, Any]:
    """End a participation: finished or dropped out, with or without success."""
    row = await commit(
        request,
        principal,
        lambda session, actor: handlers.end_participation(session, participation_id, command, actor),
    )
    return await told(request, row)


@router.post("/participations/{participation_id}/withdraw", status_code=204)
async def withdraw_participation(
    request: Request, participation_id: UUID, command: Withdraw, principal: Writer
) -> Response:
    """Withdraw a participation."""
    await commit(
        request,
        principal,
        lambda session, actor: handlers.withdraw_participation(session, participation_id, command.reason, actor),
    )
    return Response(status_code=204)


@router.post("/participations/{participation_id}/restore", status_code=204)
async def restore_participation(request: Request, participation_id: UUID, principal: Writer) -> Response:
    """Bring a withdrawn participation back."""
    await commit(
        request, principal, lambda session, actor: handlers.restore_participation(session, participation_id, actor)
    )
    return Response(status_code=204)


@router.post("/participations/persons")
async def find_persons(request: Request, command: FindPerson, principal: Writer) -> dict[str, Any]:
    """Persons of the own register by name and birth year: only whom one knows is found, nobody browses."""
    async with request.app.state.sessions() as session, session.begin():
        asked = (command.name, command.birth_year, None, FOUND)
        rows = await person_store.similar_persons(session, principal.carriers, *asked)
        rows = [row for row in rows if row.birth_year == command.birth_year]
        await readings.listed(session, principal, "person", rows)
    return {"items": [row.model_dump(include=PERSON) for row in rows], "total": len(rows)}


@router.get("/participations")
async def get_participations(
    request: Request,
    principal: Reader,
    offering: Annotated[str | None, Query(max_length=40)] = None,
    state: Literal["running", "ended"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Participations of the own carrier, the latest entry first."""
    wanted = store.Wanted(offering, state, None, limit, offset)
    async with request.app.state.sessions() as session, session.begin():
        items, total = await page(session, principal, wanted, "listed")
    return {"items": items, "total": total}


@router.get("/participations/{participation_id}")
async def get_participation(request: Request, participation_id: UUID, principal: Reader) -> dict[str, Any]:
    """One participation of the own carrier."""
    async with request.app.state.sessions() as session, session.begin():
        items, _ = await page(session, principal, store.Wanted(key=participation_id), "read")
        if not items:
            raise Problem(404, NOT_FOUND)
    return items[0]


async def told(request: Request, row: ParticipationRow) -> dict[str, Any]:
    """What saving answers: which revision, and what to look at."""
    async with request.app.state.sessions() as session:
        offering = await store.offering_of(session, row)
    return row.model_dump(include={"participation_id", "revision"}) | {"notices": looked_at(row, offering)}
