"""Pages of editions for those who make them: list, one edition, submitting, publishing, what has changed since."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.editions import FILES, METHODS, STATES, view
from services.gateway.languages import _
from services.gateway.pages import submissions
from services.gateway.pages.asking import catalogue, note_use
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.problems import Problem
from shared.security import allowed
from shared.vocabulary import Role

router = APIRouter(prefix="/veroeffentlichungen", include_in_schema=False)

Maker = Annotated[Visitor, Depends(SignedIn("editions:make"))]
Publisher = Annotated[Visitor, Depends(SignedIn("editions:publish"))]
Exact = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
API = "/api/v1/editions"
DONE = {
    "neu": "Der Entwurf ist gezählt, geschützt und geprüft.",
    "eingereicht": "Die Veröffentlichung ist eingereicht.",
}
DONE |= {"erschienen": "Die Veröffentlichung ist erschienen. Jetzt kann sie jeder unter „Daten“ lesen."}


async def listed(request: Request, visitor: Visitor) -> list[dict[str, Any]]:
    """All editions the visitor may see, newest Stichtag first, with their words."""
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", API)
    return [
        {**entry, "method": _(METHODS[entry["method"]]), "state_words": _(STATES[entry["state"]])} for entry in found
    ]


async def document(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """An edition. Raises Problem 404."""
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/{key}")
    return found


@router.get("")
async def list_editions(request: Request, visitor: Maker) -> Response:
    """All editions with their state; for the coordination also what networks submitted."""
    items, submitted = await listed(request, visitor), await submissions.submitted(request, visitor)
    lost = await submissions.lost(request, visitor)
    return render(request, "editions.html", visitor, items=items, submitted=submitted, lost=lost)


@router.get("/{key}")
async def show_edition(
    request: Request, visitor: Maker, key: UUID, getan: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One edition with its tables and what can be done with it."""
    return await edition_page(request, visitor, key, done=_(DONE.get(getan, "")))


async def edition_page(
    request: Request, visitor: Visitor, key: UUID, *, done: str = "", problem: Problem | None = None
) -> Response:
    """The page of an edition, with what was just done or refused."""
    settings, found = request.app.state.settings, await document(request, visitor, key)
    sheets = await catalogue(request, visitor)
    open_still = found["state"] != "published"
    context = {
        "edition": view(found, sheets, settings.network_name, centre=settings.is_centre),
        "files": [(title, f"{API}/{key}?file={form}") for form, title in FILES],
        "done": done,
        "problem": problem,
        "may_submit": found["state"] == "draft" and visitor.principal.role is Role.COORDINATOR,
        "may_publish": open_still and allowed(visitor.principal, "editions:publish"),
    }
    return render(request, "edition.html", visitor, problem.status if problem else 200, **context)


@router.post("/{key}/einreichen")
async def submit(request: Request, visitor: Maker, key: UUID) -> Response:
    """Submit a draft to the coordination."""
    return await act(request, visitor, key, "submit", "eingereicht")


@router.post("/{key}/veroeffentlichen")
async def publish(request: Request, visitor: Publisher, key: UUID) -> Response:
    """Publish it for everyone; checked again beside what was published since."""
    return await act(request, visitor, key, "publish", "erschienen")


async def act(request: Request, visitor: Visitor, key: UUID, action: str, done: str) -> Response:
    """Do what a button says; a refusal is shown above the edition."""
    await read_form(request, visitor)
    try:
        await upstreams(request).call(visitor.principal, "reporting", "POST", f"{API}/{key}/{action}")
    except Problem as problem:
        if problem.status != 409:
            raise
        return await edition_page(request, visitor, key, problem=problem)
    return RedirectResponse(f"/veroeffentlichungen/{key}?getan={done}", 303)


@router.get("/{key}/aenderungen")
async def changes(request: Request, visitor: Exact, key: UUID) -> Response:
    """What would be different today, by network and reason; exact, so never for readers (MON-03)."""
    await note_use(request, visitor)
    found = await document(request, visitor, key)
    told = await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/{key}/changes")
    return render(request, "edition_changes.html", visitor, title=found["title"], key=key, told=told)
