"""The API of editions: made, submitted, published, read by everyone, compared with what is known now (contracts §6)."""

from asyncio import to_thread
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from services.reporting import edition_store, open_tables
from services.reporting.edition_changes import changes
from services.reporting.edition_files import to_csv, to_xlsx
from services.reporting.editions import MOST_TABLES, UNKNOWN, EditionMethod, Editions, found
from services.reporting.tables import EditionRow
from shared import clock
from shared.contracts.base import Line
from shared.problems import Problem
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")
Maker = Annotated[Principal, Depends(require("editions:make"))]
Reader = Annotated[Principal, Depends(require("editions:read"))]
Exact = Annotated[Principal, Depends(require("figures:read"))]
Publisher = Annotated[Principal, Depends(require("editions:publish"))]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
CSV, PARQUET = "text/csv; charset=utf-8; header=present", "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class EditionIn(BaseModel):
    """An edition to make: each table names indicator, by, from, to, and any dimension as a filter."""

    title: Title
    as_of: date
    method: EditionMethod
    tables: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_TABLES)]


class EditionMade(BaseModel):
    """What was made."""

    edition_id: UUID
    hash: str


class RemarkOut(BaseModel):
    """Something to look at before publishing, in German."""

    table: int
    text: str


class PreviewOut(BaseModel):
    """An edition as readers would see it, and what to look at before."""

    tables: list[dict[str, Any]]
    remarks: list[RemarkOut]


class EditionOut(BaseModel):
    """An edition without its tables."""

    edition_id: UUID
    region: str
    title: str
    as_of: date
    method: str
    state: Literal["draft", "submitted", "published"]
    hash: str
    published_on: date | None


def makes(principal: Principal) -> bool:
    """Whether someone may see what is not published yet."""
    return principal.role in ("coordination", "coordinator")


@router.post("/editions", status_code=201)
async def make(request: Request, body: EditionIn, who: Maker) -> EditionMade:
    """Make an edition as a draft. Raises Problem 409 naming the cells that would give a 1 or 2 away, 422."""
    row = await _editions(request).make(body.title, body.as_of, body.method, body.tables, who.subject)
    return EditionMade(edition_id=row.edition_id, hash=row.hash)


@router.post("/editions/preview")
async def preview(request: Request, body: EditionIn, _who: Maker) -> PreviewOut:
    """An edition as readers would see it, with remarks; nothing is kept. Raises Problem as making it does."""
    tables, found = await _editions(request).preview(body.as_of, body.method, body.tables)
    return PreviewOut(tables=tables, remarks=[RemarkOut(table=entry.table, text=entry.text) for entry in found])


@router.get("/editions")
async def listed(request: Request, who: Reader) -> list[EditionOut]:
    """Editions, newest Stichtag first."""
    async with request.app.state.sessions() as session:
        rows = await edition_store.editions(session, drafts=makes(who))
    return [EditionOut.model_validate(row, from_attributes=True) for row in rows]


@router.get("/editions/{edition_id}")
async def read(
    request: Request, edition_id: UUID, who: Reader, file: Annotated[str, Query(pattern="^(json|csv|xlsx)?$")] = "json"
) -> Response:
    """An edition with its tables, as JSON, CSV or XLSX. Raises Problem 404 for a draft of others."""
    row = await _visible(request, edition_id, who)
    document = document_of(row)
    name = f"{row.as_of.isoformat()}_{row.hash[:8]}.{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if file == "csv":
        return Response(to_csv(document), media_type="text/csv; charset=utf-8", headers=headers)
    if file == "xlsx":
        return Response(to_xlsx(document), media_type=XLSX, headers=headers)
    return JSONResponse(document)


@router.get("/editions/{edition_id}/tables/{number}")
async def read_table(
    request: Request,
    edition_id: UUID,
    number: Annotated[int, Path(ge=1, le=MOST_TABLES)],
    who: Reader,
    file: Literal["json", "csv", "parquet"] = "json",
) -> Response:
    """One table of an edition for programs, as JSON, tidy CSV or Parquet. Raises Problem 404."""
    row = await _visible(request, edition_id, who)
    document = document_of(row)
    if number > len(document["tables"]):
        raise Problem(404, f"Diese Veröffentlichung hat {len(document['tables'])} Tabellen.")
    if file == "json":
        return JSONResponse(open_tables.to_json(document, number))
    made, kind = (open_tables.to_csv, CSV) if file == "csv" else (open_tables.to_parquet, PARQUET)
    name = f"{row.as_of.isoformat()}_{row.hash[:8]}_{number}.{file}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await to_thread(made, document, number), media_type=kind, headers=headers)


@router.post("/editions/{edition_id}/submit")
async def submit(request: Request, edition_id: UUID, _who: Maker) -> EditionOut:
    """Submit a draft to the coordination. Raises Problem 404, 409 when it was submitted before."""
    async with request.app.state.sessions() as session, session.begin():
        row = await found(session, edition_id)
        if row.state != "draft":
            raise Problem(409, "Diese Veröffentlichung ist schon eingereicht. Ein zweites Mal ist nicht nötig.")
        row.state = "submitted"
        session.add(row)
    return EditionOut.model_validate(row, from_attributes=True)


@router.post("/editions/{edition_id}/publish")
async def publish(request: Request, edition_id: UUID, _who: Publisher) -> EditionOut:
    """Publish an edition: from now on everyone may read it, and it never changes. Raises Problem 404, 409."""
    row = await _editions(request).publish(edition_id)
    return EditionOut.model_validate(row, from_attributes=True)


@router.get("/editions/{edition_id}/changes")
async def changed(request: Request, edition_id: UUID, who: Exact) -> dict[str, Any]:
    """What later events would change, by network and reason, in words. Exact: for staff, never for readers."""
    row = await _visible(request, edition_id, who)
    return await changes(request.app.state.sessions, row, request.app.state.settings.network, clock.today())


def document_of(row: EditionRow) -> dict[str, Any]:
    """The edition as everyone reads it."""
    return {
        "edition_id": str(row.edition_id),
        "title": row.title,
        "as_of": row.as_of.isoformat(),
        "method": row.method,
        "state": row.state,
        "hash": row.hash,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "region": row.region,
        "tables": row.shown,
    }


async def _visible(request: Request, edition_id: UUID, who: Principal) -> EditionRow:
    async with request.app.state.sessions() as session:
        row = await found(session, edition_id)
    if row.state != "published" and not makes(who):
        raise Problem(404, UNKNOWN)
    return row


def _editions(request: Request) -> Editions:
    editions: Editions = request.app.state.editions
    return editions
