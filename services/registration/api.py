"""The HTTP API of registration: request → command → handler; this edge commits and wakes the relay."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import handlers, person_handlers, person_store, store
from services.registration.commands import RecordMeeting, RecordPerson, RecordStructure, Withdraw
from services.registration.tables import PersonRow, StructureRow
from shared.audit import readings
from shared.problems import Problem
from shared.recording import MONTH, NOT_FOUND, commit, month_days
from shared.security import Principal, require
from shared.vocabulary import ProgrammeLine, StructureKind

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)

ReadPersons = Annotated[Principal, Depends(require("persons:read"))]
WritePersons = Annotated[Principal, Depends(require("persons:write"))]
ReadOfferings = Annotated[Principal, Depends(require("offerings:read"))]
ReadMeetings = Annotated[Principal, Depends(require("meetings:read"))]
WriteMeetings = Annotated[Principal, Depends(require("meetings:write"))]
ReadStructure = Annotated[Principal, Depends(require("structure:read"))]
WriteStructure = Annotated[Principal, Depends(require("structure:write"))]
HIDDEN = {"carrier_id", "row_hash", "row_recorded_on"}
PERSON = {"person_id", "revision", "name", "birth_year", "nationality", "refugee_background", "gender"}
UNSEEN = {"carrier_id", "search_name", "keys_version", "withdrawn"}


class Page(BaseModel):
    """One page of a list."""

    items: list[dict[str, Any]]
    total: int


@router.put("/persons/{person_id}")
async def put_person(
    request: Request, person_id: UUID, command: RecordPerson, principal: WritePersons
) -> dict[str, Any]:
    """Record or correct a person of the own carrier; what is left out stays as it is."""
    row = await commit(
        request, principal, lambda session, actor: person_handlers.record_person(session, person_id, command, actor)
    )
    return shown_person(row)


@router.get("/persons")
async def get_persons(
    request: Request,
    principal: ReadPersons,
    q: Annotated[str, Query(max_length=200)] = "",
    ids: Annotated[list[UUID] | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Page:
    """Persons of the own carrier by words of the name, in any spelling, and birth year, or by ids."""
    async with request.app.state.sessions() as session, session.begin():
        rows, total = await person_store.find_persons(session, principal.carriers, q, ids or [], limit)
        await readings.listed(session, principal, "person", rows)
    return Page(items=[shown_person(row) for row in rows], total=total)


@router.get("/persons/{person_id}")
async def get_person(request: Request, person_id: UUID, principal: ReadPersons) -> dict[str, Any]:
    """One person of the own carrier, with all that is recorded; `merged_into` says whom she became."""
    async with request.app.state.sessions() as session, session.begin():
        row = await person_store.get_person(session, person_id, principal.carriers)
        merges = await person_store.merges_of(session, principal.carriers, [person_id])
        if row is None:
            raise Problem(404, person_handlers.NO_PERSON)
        await readings.read(session, principal, "person", row)
    became = [merge.merged_into for merge in merges if merge.person_id == person_id and not merge.withdrawn]
    return row.model_dump(exclude=UNSEEN) | {"merged_into": became[0] if became else None}


def shown_person(row: PersonRow) -> dict[str, Any]:
    """A person as lists show her."""
    return row.model_dump(include=PERSON)


@router.get("/structure")
async def get_structure(request: Request, _principal: ReadStructure, kind: StructureKind | None = None) -> Page:
    """Units of the structure register."""
    async with request.app.state.sessions() as session:
        rows = await store.structure(session, kind.value if kind else None)
    return Page(items=[row.model_dump(exclude={"withdrawn", "recorded_on"}) for row in rows], total=len(rows))


@router.put("/structure/{structure_id}")
async def put_structure(
    request: Request, structure_id: UUID, command: RecordStructure, principal: WriteStructure
) -> dict[str, Any]:
    """Record or change a unit of the structure register."""
    row: StructureRow = await commit(
        request,
        principal,
        lambda session, actor: handlers.record_structure(session, structure_id, command, actor),
    )
    return {"structure_id": row.structure_id, "revision": row.revision}


@router.get("/offerings")
async def get_offerings(
    request: Request,
    principal: ReadOfferings,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page:
    """Offerings of the own carrier, by code (`external_id`)."""
    async with request.app.state.sessions() as session:
        rows, total = await store.list_offerings(session, principal.carriers, limit, offset)
        codes = await office_codes(session, principal)
    items = [row.model_dump(exclude=HIDDEN) | {"office": codes.get(row.office_id)} for row in rows]
    return Page(items=items, total=total)


@router.put("/meetings/{meeting_id}")
async def put_meeting(
    request: Request, meeting_id: UUID, command: RecordMeeting, principal: WriteMeetings
) -> dict[str, Any]:
    """Record or correct a training, event or counselling process."""
    row = await commit(
        request, principal, lambda session, actor: handlers.record_meeting(session, meeting_id, command, actor)
    )
    return {"meeting_id": row.meeting_id, "revision": row.revision}


@router.post("/meetings/{meeting_id}/withdraw", status_code=204)
async def withdraw_meeting(request: Request, meeting_id: UUID, command: Withdraw, principal: WriteMeetings) -> Response:
    """Withdraw a meeting."""
    await commit(
        request, principal, lambda session, actor: handlers.withdraw_meeting(session, meeting_id, command, actor)
    )
    return Response(status_code=204)


@router.post("/meetings/{meeting_id}/restore", status_code=204)
async def restore_meeting(request: Request, meeting_id: UUID, principal: WriteMeetings) -> Response:
    """Bring a withdrawn meeting back."""
    await commit(request, principal, lambda session, actor: handlers.restore_meeting(session, meeting_id, actor))
    return Response(status_code=204)


@router.get("/meetings")
async def get_meetings(
    request: Request,
    principal: ReadMeetings,
    month: Annotated[str | None, Query(pattern=MONTH)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page:
    """Meetings of the own carrier, newest first."""
    days = month_days(month) if month else None
    return await meeting_page(request, principal, days, None, (limit, offset))


@router.get("/meetings/{meeting_id}")
async def get_meeting(request: Request, meeting_id: UUID, principal: ReadMeetings) -> dict[str, Any]:
    """One meeting of the own carrier."""
    page = await meeting_page(request, principal, None, meeting_id, (1, 0))
    if not page.items:
        raise Problem(404, NOT_FOUND)
    return page.items[0]


async def meeting_page(
    request: Request,
    principal: Principal,
    days: tuple[date, date] | None,
    key: UUID | None,
    page: tuple[int, int],
) -> Page:
    """One page of meetings of the principal's carriers."""
    async with request.app.state.sessions() as session:
        rows, total = await store.list_meetings(session, principal.carriers, days, key, page)
        codes = await office_codes(session, principal)
        unreported = await store.unreported(session, [row.key for row, at in rows if at is None])
    items = [
        row.model_dump(exclude=HIDDEN)
        | {"office": codes.get(row.office_id), "arrived_at": at}
        | {"reported": row.key not in unreported and row.programme_line != ProgrammeLine.MIGRATION_SERVICE}
        for row, at in rows
    ]
    return Page(items=items, total=total)


async def office_codes(session: AsyncSession, principal: Principal) -> dict[UUID | None, str]:
    """Codes of the offices of the principal's carriers."""
    return {office: code for code, office in (await store.offices(session, principal.carriers)).items()}
