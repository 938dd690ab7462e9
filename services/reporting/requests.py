"""Special requests someone saved (Sonderanfragen), and the questions a network was asked."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from services.reporting import store
from services.reporting.question import read_query
from shared import clock
from shared.contracts.base import Line
from shared.problems import Problem
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1")
Reader = Annotated[Principal, Depends(require("figures:read"))]
Keeper = Annotated[Principal, Depends(require("requests:keep"))]
UNKNOWN = "Diese gespeicherte Anfrage gibt es nicht."
Name = Annotated[Line, StringConstraints(min_length=1, max_length=120)]


class RequestIn(BaseModel):
    """A request to save: its name, the query string of its figures, and whether colleagues see it."""

    name: Name
    query: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    shared: bool = False


class RequestOut(RequestIn):
    """A saved request; `own` says whether the asker saved it."""

    request_id: UUID
    saved_on: date
    own: bool


class AskedOut(BaseModel):
    """A question the centre asked this network."""

    asked_at: datetime
    indicator: str
    version: int
    by: list[str]
    filters: dict[str, list[str]]
    first: str | None
    last: str | None
    as_of: date
    known_at: date
    answered: bool


class AskedPage(BaseModel):
    """Questions, newest first."""

    items: list[AskedOut]
    total: int


@router.get("/questions")
async def questions(
    request: Request,
    _who: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> AskedPage:
    """Questions the centre asked this network, newest first; nobody else can ask."""
    async with request.app.state.sessions() as session:
        items, total = await store.asked_questions(session, limit, offset)
    return AskedPage(items=[AskedOut.model_validate(item) for item in items], total=total)


@router.get("/requests")
async def saved(request: Request, who: Keeper) -> list[RequestOut]:
    """Own saved requests and those that colleagues share."""
    async with request.app.state.sessions() as session:
        rows = await store.saved_requests(session, who.subject)
    return [RequestOut(**_fields(row), own=row.owner == who.subject) for row in rows]


@router.put("/requests/{request_id}")
async def save(request: Request, request_id: UUID, body: RequestIn, who: Keeper) -> RequestOut:
    """Save a request or change an own one. Raises Problem 404 for another's, 422 for a query that cannot be asked."""
    today = clock.today()
    read_query(body.query, request.app.state.settings.network, today)
    async with request.app.state.sessions() as session, session.begin():
        row = await store.save_request(session, request_id, who.subject, body.model_dump(), today)
    if row is None:
        raise Problem(404, UNKNOWN)
    return RequestOut(**_fields(row), own=True)


@router.delete("/requests/{request_id}", status_code=204)
async def forget(request: Request, request_id: UUID, who: Keeper) -> Response:
    """Delete an own saved request. Raises Problem 404."""
    async with request.app.state.sessions() as session, session.begin():
        if not await store.forget_request(session, request_id, who.subject):
            raise Problem(404, UNKNOWN)
    return Response(status_code=204)


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("request_id", "name", "query", "shared", "saved_on")}
