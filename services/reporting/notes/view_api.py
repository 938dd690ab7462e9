"""The API of saved views (Ansichten): pages of our own site with their parameters, under a name."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from services.reporting.notes import views
from services.reporting.notes.rules import ASKING, local_page
from services.reporting.notes.tables import ViewRow
from services.reporting.question import read_query
from shared import clock
from shared.contracts.base import Line
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require

router = APIRouter(prefix="/api/v1/views")
Keeper = Annotated[Principal, Depends(require("views:keep"))]
NO_PAGE = "Das ist keine Seite dieser Anwendung."


class ViewIn(BaseModel):
    """A view to save: its name, the address of the page, who sees it, whether one begins with it.

    `revision`: of the view that is changed; without it the view is new.
    """

    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    path: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    shared: bool = False
    start: bool = False
    revision: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class ViewOut(BaseModel):
    """A saved view; `own` says whether the asker saved it, `start` whether she begins with it."""

    view_id: UUID
    name: str
    path: str
    shared: bool
    start: bool
    revision: int
    saved_on: date
    own: bool


@router.get("")
async def saved(request: Request, who: Keeper) -> list[ViewOut]:
    """Own views and those that colleagues share."""
    async with request.app.state.sessions() as session:
        return [_told(row, who) for row in await views.views(session, who.subject)]


@router.get("/{view_id}")
async def one(request: Request, view_id: UUID, who: Keeper) -> ViewOut:
    """An own view or one that a colleague shares. Raises Problem 404."""
    async with request.app.state.sessions() as session:
        return _told(await views.view(session, view_id, who.subject), who)


@router.put("/{view_id}")
async def save(request: Request, view_id: UUID, body: ViewIn, who: Keeper) -> ViewOut:
    """Save a view or change an own one; an address that stays is not asked about again.

    Raises Problem 404, 409 for what was changed meanwhile, 422 for an address that is none or cannot be asked.
    """
    values = body.model_dump(exclude={"revision"})
    async with request.app.state.sessions() as session, session.begin():
        before = await session.get(ViewRow, view_id)
        if before is None or before.path != body.path:
            _check(body.path, request.app.state.settings.network)
        row = await views.save(session, view_id, who.subject, values, body.revision, clock.now())
        return _told(row, who)


@router.delete("/{view_id}", status_code=204)
async def forget(request: Request, view_id: UUID, who: Keeper) -> Response:
    """Delete an own view. Raises Problem 404."""
    async with request.app.state.sessions() as session, session.begin():
        await views.forget(session, view_id, who.subject)
    return Response(status_code=204)


def _check(path: str, network: str) -> None:
    if not local_page(path):
        raise invalid(FieldProblem("path", path[:80], NO_PAGE, "Bitte eine Seite nehmen, die mit „/“ beginnt."))
    if path.startswith(ASKING):
        read_query(path, network, clock.today())


def _told(row: ViewRow, who: Principal) -> ViewOut:
    own = row.owner == who.subject
    same: dict[str, Any] = {name: getattr(row, name) for name in ViewOut.model_fields.keys() - {"own", "start"}}
    return ViewOut(**same, own=own, start=own and row.start)
