"""The HTTP API of counselling: request → command → handler; this edge commits and wakes the relay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling import store
from services.counselling.cases.store import begins_before_case, session_visible
from services.counselling.commands import RecordCompany, RecordGroup, RecordSession, Withdraw
from services.counselling.handlers import companies, groups, sessions
from services.counselling.model import Office
from services.counselling.tables import CompanyRow, GroupRow, SessionRow
from shared.audit import readings
from shared.problems import Problem
from shared.recording import MONTH, NOT_FOUND, Actor, commit, month_days
from shared.security import Principal, require
from shared.vocabulary import ProgrammeLine

router = APIRouter(prefix="/api/v1", route_class=readings.RefusingRoute)
Row = TypeVar("Row", SessionRow, GroupRow, CompanyRow)

ReadSessions = Annotated[Principal, Depends(require("sessions:read"))]
WriteSessions = Annotated[Principal, Depends(require("sessions:write"))]
ReadGroups = Annotated[Principal, Depends(require("groups:read"))]
WriteGroups = Annotated[Principal, Depends(require("groups:write"))]
ReadCompanies = Annotated[Principal, Depends(require("companies:read"))]
WriteCompanies = Annotated[Principal, Depends(require("companies:write"))]
Month = Annotated[str | None, Query(pattern=MONTH)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class Saved(BaseModel):
    """What a saved session became; `before_case`: it lies before its case was opened, which may be a slip."""

    session_id: UUID
    revision: int
    session_type: str
    seen_before: str
    before_case: bool = False


class SavedGroup(BaseModel):
    """What a saved group record became."""

    group_id: UUID
    revision: int


class SavedCompany(BaseModel):
    """What a saved counselling of a company became."""

    company_id: UUID
    revision: int
    company_is_new: bool


class Page(BaseModel):
    """One page of a list."""

    items: list[dict[str, Any]]
    total: int


@router.put("/sessions/{session_id}")
async def put_session(request: Request, session_id: UUID, command: RecordSession, principal: WriteSessions) -> Saved:
    """Record or correct a session; repeating the request changes nothing."""

    async def record(session: AsyncSession, actor: Actor) -> Saved:
        row = await sessions.record_session(session, session_id, command, actor)
        early = await begins_before_case(session, row)
        return Saved(**row.model_dump(include=set(Saved.model_fields)), before_case=early)

    return await commit(request, principal, record)


@router.post("/sessions/{session_id}/withdraw", status_code=204)
async def withdraw_session(request: Request, session_id: UUID, command: Withdraw, principal: WriteSessions) -> Response:
    """Withdraw a session."""
    await commit(
        request, principal, lambda session, actor: sessions.withdraw_session(session, session_id, command, actor)
    )
    return Response(status_code=204)


@router.post("/sessions/{session_id}/restore", status_code=204)
async def restore_session(request: Request, session_id: UUID, principal: WriteSessions) -> Response:
    """Bring a withdrawn session back."""
    await commit(request, principal, lambda session, actor: sessions.restore_session(session, session_id, actor))
    return Response(status_code=204)


@router.get("/sessions")
async def get_sessions(
    request: Request,
    principal: ReadSessions,
    person_id: Annotated[list[UUID] | None, Query(max_length=200)] = None,
    month: Month = None,
    programme_line: ProgrammeLine | None = None,
    waiting: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page:
    """Sessions of the own carrier, newest first; `waiting`: only those that have not arrived at the nation."""
    filters = [session_visible(principal), *month_filters(SessionRow, month)]
    if waiting:
        filters.append(col(SessionRow.session_id).in_(store.waiting("up")))
    if person_id is not None:
        filters.append(col(SessionRow.person_id).in_(person_id))
    if programme_line:
        filters.append(col(SessionRow.programme_line) == programme_line.value)
    return await list_page(request, SessionRow, principal, filters, limit, offset)


@router.get("/sessions/{session_id}")
async def get_session(request: Request, session_id: UUID, principal: ReadSessions) -> dict[str, Any]:
    """One session of the own carrier."""
    one = [session_visible(principal), SessionRow.session_id == session_id]
    return only(await list_page(request, SessionRow, principal, one, 1, 0, one=True))


@router.put("/groups/{group_id}")
async def put_group(request: Request, group_id: UUID, command: RecordGroup, principal: WriteGroups) -> SavedGroup:
    """Record or correct group information."""
    row = await commit(
        request, principal, lambda session, actor: groups.record_group(session, group_id, command, actor)
    )
    return SavedGroup(group_id=row.group_id, revision=row.revision)


@router.post("/groups/{group_id}/withdraw", status_code=204)
async def withdraw_group(request: Request, group_id: UUID, command: Withdraw, principal: WriteGroups) -> Response:
    """Withdraw a group record."""
    await commit(request, principal, lambda session, actor: groups.withdraw_group(session, group_id, command, actor))
    return Response(status_code=204)


@router.post("/groups/{group_id}/restore", status_code=204)
async def restore_group(request: Request, group_id: UUID, principal: WriteGroups) -> Response:
    """Bring a withdrawn group record back."""
    await commit(request, principal, lambda session, actor: groups.restore_group(session, group_id, actor))
    return Response(status_code=204)


@router.get("/groups")
async def get_groups(
    request: Request, principal: ReadGroups, month: Month = None, limit: Limit = 50, offset: Offset = 0
) -> Page:
    """Group records of the own carrier, newest first."""
    return await list_page(request, GroupRow, principal, month_filters(GroupRow, month), limit, offset)


@router.get("/groups/{group_id}")
async def get_group(request: Request, group_id: UUID, principal: ReadGroups) -> dict[str, Any]:
    """One group record of the own carrier."""
    return only(await list_page(request, GroupRow, principal, [GroupRow.group_id == group_id], 1, 0))


@router.put("/companies/{company_id}")
async def put_company(
    request: Request, company_id: UUID, command: RecordCompany, principal: WriteCompanies
) -> SavedCompany:
    """Record or correct a counselling of a company; repeating the request changes nothing."""
    row = await commit(
        request, principal, lambda session, actor: companies.record_company(session, company_id, command, actor)
    )
    return SavedCompany(company_id=row.company_id, revision=row.revision, company_is_new=row.company_is_new)


@router.post("/companies/{company_id}/withdraw", status_code=204)
async def withdraw_company(
    request: Request, company_id: UUID, command: Withdraw, principal: WriteCompanies
) -> Response:
    """Withdraw a counselling of a company."""
    await commit(
        request, principal, lambda session, actor: companies.withdraw_company(session, company_id, command, actor)
    )
    return Response(status_code=204)


@router.get("/companies")
async def get_companies(
    request: Request, principal: ReadCompanies, month: Month = None, limit: Limit = 50, offset: Offset = 0
) -> Page:
    """Counsellings of companies of the own carrier, newest first."""
    return await list_page(request, CompanyRow, principal, month_filters(CompanyRow, month), limit, offset)


@router.get("/companies/{company_id}")
async def get_company(request: Request, company_id: UUID, principal: ReadCompanies) -> dict[str, Any]:
    """One counselling of a company of the own carrier."""
    return only(await list_page(request, CompanyRow, principal, [CompanyRow.company_id == company_id], 1, 0))


def month_filters(table: type[Row], month: str | None) -> list[Any]:
    """Conditions that keep the records of a month."""
    if month is None:
        return []
    first, after = month_days(month)
    return [col(table.date) >= first, col(table.date) < after]


async def list_page(
    request: Request,
    table: type[Row],
    principal: Principal,
    filters: Sequence[Any],
    limit: int,
    offset: int,
    *,
    one: bool = False,
) -> Page:
    """One page of records of the principal's carriers, or `one` of them; whoever reads cases leaves an audit row."""
    async with request.app.state.sessions() as session, session.begin():
        rows, total = await store.list_rows(session, table, principal.carriers, filters, limit, offset)
        await note_reading(session, principal, [row for row, _ in rows], one=one)
        offices = {office.office_id: office for office in (await store.offices(session, principal.carriers)).values()}
        unreported = await store.unreported(session, [row.key for row, at in rows if at is None])
    return Page(items=[item(row, at, offices, row.key in unreported) for row, at in rows], total=total)


async def note_reading(
    session: AsyncSession, principal: Principal, rows: Sequence[SessionRow | GroupRow | CompanyRow], *, one: bool
) -> None:
    """Audit that sessions were read; groups and companies are headcounts of nobody in particular."""
    cases = [row for row in rows if isinstance(row, SessionRow)]
    if one and cases:
        await readings.read(session, principal, "session", cases[0])
    else:
        await readings.listed(session, principal, "session", cases)


def item(
    row: SessionRow | GroupRow | CompanyRow,
    arrived_at: datetime | None,
    offices: dict[UUID, Office],
    unreported: bool,  # noqa: FBT001 - a fact about the row, beside the others
) -> dict[str, Any]:
    """A record as lists show it; `reported` once the network's own broker has it (a whole line is never told)."""
    hidden = {"carrier_id", "person_key", "company_key", "row_hash", "row_recorded_on", "type_given", "project_id"}
    hidden |= {"first_recorded_on", "recorded_person_id", "recorded_by"}
    office = offices.get(row.office_id) if row.office_id else None
    return row.model_dump(exclude=hidden) | {
        "office": office.code if office else None,
        "office_name": office.name if office else None,
        "arrived_at": arrived_at,
        "reported": not unreported and row.programme_line != ProgrammeLine.MIGRATION_SERVICE,
    }


def only(page: Page) -> dict[str, Any]:
    """The one record of a page. Raises Problem 404 when there is none."""
    if not page.items:
        raise Problem(404, NOT_FOUND)
    return page.items[0]
