"""The HTTP API of the person register beyond reading and recording one: hints of duplicates, merging, occupations."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.registration import occupations, person_handlers, person_store
from services.registration.api import Page, ReadPersons, ReadStructure, WritePersons, shown_person
from services.registration.commands import Merge
from shared.audit import readings
from shared.problems import Problem
from shared.recording import commit

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

HINTS = 10


@router.get("/persons/similar")
async def get_similar(
    request: Request,
    principal: ReadPersons,
    name: Annotated[str, Query(min_length=1, max_length=400)],
    birth_year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
    without: UUID | None = None,
) -> Page:
    """Persons of the own carrier who may be this one, nearest first: a hint, never a refusal."""
    async with request.app.state.sessions() as session, session.begin():
        rows = await person_store.similar_persons(session, principal.carriers, name, birth_year, without, HINTS)
        await readings.listed(session, principal, "person", rows)
    return Page(items=[shown_person(row) for row in rows], total=len(rows))


@router.get("/persons/{person_id}/merges")
async def get_merges(request: Request, person_id: UUID, principal: ReadPersons) -> Page:
    """Merges of a person in force: who became her, or whom she became. Raises Problem 404 without such a person."""
    async with request.app.state.sessions() as session:
        if await person_store.get_person(session, person_id, principal.carriers) is None:
            raise Problem(404, person_handlers.NO_PERSON)
        rows = await person_store.merges_of(session, principal.carriers, [person_id])
    items = [{"person_id": row.person_id, "merged_into": row.merged_into} for row in rows if not row.withdrawn]
    return Page(items=items, total=len(items))


@router.post("/persons/{person_id}/merge")
async def merge(request: Request, person_id: UUID, command: Merge, principal: WritePersons) -> dict[str, Any]:
    """Say that `other` is this person; her sessions become this person's. Repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: person_handlers.merge_persons(session, person_id, command.other, actor),
    )
    return {"person_id": row.merged_into, "other": row.person_id, "merged": True, "revision": row.revision}


@router.post("/persons/{person_id}/unmerge")
async def unmerge(request: Request, person_id: UUID, command: Merge, principal: WritePersons) -> dict[str, Any]:
    """Undo a merge: `other` is herself again, with her own sessions. Repeating changes nothing."""
    row = await commit(
        request,
        principal,
        lambda session, actor: person_handlers.part_persons(session, person_id, command.other, actor),
    )
    revision = row.revision if row else 0
    return {"person_id": person_id, "other": command.other, "merged": False, "revision": revision}


@router.get("/occupations")
async def get_occupations(
    request: Request,
    _principal: ReadStructure,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page:
    """Occupations of the KldB 2010 by words or key."""
    async with request.app.state.sessions() as session:
        items = await occupations.find_occupations(session, q, limit)
    return Page(items=items, total=len(items))
