"""Pages of saved views (Ansichten): named, shared, opened again; what is gone says so and leads to the nearest."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from services.gateway.access import MAX_TARGET, SignedIn, Visitor, read_form
from services.gateway.forms import Form, read_id
from services.gateway.languages import _
from services.gateway.navigation import section
from services.gateway.pages.asking import catalogue, desk
from services.gateway.pages.conflict import conflict_page, settled, wants_stored
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.rendering import render
from services.gateway.saved_views import NO_PAGE, Sheets, described, lost, stand_of, view_body, view_form
from shared.problems import Problem

router = APIRouter(include_in_schema=False)

Keeper = Annotated[Visitor, Depends(SignedIn("views:keep"))]
API = "/api/v1/views"
HOME = "/ansichten"


def there(request: Request, page: str) -> bool:
    """Whether this gateway has a page at a path."""
    scope = {"type": "http", "method": "GET", "path": page, "root_path": "", "headers": [], "app": request.app}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in request.app.router.routes)


@router.get("/anfragen")
async def formerly(_visitor: Keeper) -> Response:
    """Where saved requests stood before they became views."""
    return RedirectResponse(HOME, 303)


@router.get(HOME)
async def list_views(
    request: Request, visitor: Keeper, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """All views this account may open, the start first."""
    sheets = await catalogue(request, visitor)
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", API)
    items = [shown(request, item, sheets) for item in found]
    start = next((item for item in items if item["start"]), None)
    return render(request, "views.html", visitor, items=items, start=start, saved=bool(gespeichert))


def shown(request: Request, item: dict[str, Any], sheets: Sheets) -> dict[str, Any]:
    """A view in words."""
    path = item["path"]
    words = {"subject": described(path, sheets), "stand": stand_of(path, desk(request).today)}
    return {**item, **words, "lost": lost(path, sheets, lambda page: there(request, page)) is not None}


@router.get(f"{HOME}/neu")
async def name_view(request: Request, visitor: Keeper, seite: Annotated[str, Query(max_length=MAX_TARGET)]) -> Response:
    """The form that gives a name to a page. Raises Problem 422 for an address that is no page of figures."""
    if section(seite) is None:
        raise Problem(422, _(NO_PAGE))
    return await form_page(request, visitor, view_form(new_id(), seite))


@router.post(f"{HOME}/neu")
async def save_view(request: Request, visitor: Keeper) -> Response:
    """Save it under its name."""
    form = view_form(new_id(), "").filled(await read_form(request, visitor))
    return await saved(request, visitor, form, f"{HOME}/neu")


@router.get(f"{HOME}/{{key}}")
async def open_view(request: Request, visitor: Keeper, key: UUID) -> Response:
    """Go to the page of a view, or say what of it is gone and offer the nearest. Raises Problem 404."""
    item = await one(request, visitor, key)
    gone = lost(item["path"], await catalogue(request, visitor), lambda page: there(request, page))
    if gone is None:
        return RedirectResponse(item["path"], 303)
    return render(request, "view_lost.html", visitor, 410, item=item, gone=gone)


@router.get(f"{HOME}/{{key}}/bearbeiten")
async def edit_view(request: Request, visitor: Keeper, key: UUID) -> Response:
    """The form with the stored values."""
    item = await own(request, visitor, key)
    return await form_page(request, visitor, view_form(str(key), item["path"], item))


@router.post(f"{HOME}/{{key}}/bearbeiten")
async def change_view(request: Request, visitor: Keeper, key: UUID) -> Response:
    """Save a change; what was changed meanwhile is shown beside what was typed."""
    data, item = await read_form(request, visitor), await own(request, visitor, key)
    stored = view_form(str(key), item["path"], item)
    form = view_form(str(key), item["path"], item).filled(data)
    form = settled(form, stored, wants_stored(data))
    return await saved(request, visitor, form, f"{HOME}/{key}/bearbeiten", stored)


async def saved(request: Request, visitor: Visitor, form: Form, action: str, stored: Form | None = None) -> Response:
    """Save what a form says and show the list."""

    async def work(typed: Form) -> str:
        path = f"{API}/{read_id(typed.hidden['key'])}"
        body = view_body(typed, desk(request).today)
        await upstreams(request).call(visitor.principal, "reporting", "PUT", path, json=body)
        return f"{HOME}?gespeichert=1"

    async def clash(typed: Form) -> Response | None:
        if stored is None:
            return None
        words = {"action": action, "back": HOME, "title": _("Ansicht ändern")}
        return conflict_page(request, visitor, typed, stored, "", **words)

    context = await form_context(request, visitor, form)
    return await save(request, visitor, form, "view_form.html", work, on_conflict=clash, **context)


async def form_page(request: Request, visitor: Visitor, form: Form) -> Response:
    """The page of a view's form."""
    return render(request, "view_form.html", visitor, form=form, **await form_context(request, visitor, form))


async def form_context(request: Request, visitor: Visitor, form: Form) -> dict[str, Any]:
    """What the form shows beside its fields."""
    path = form.hidden["page"]
    subject = described(path, await catalogue(request, visitor))
    new = "revision" not in form.hidden
    action = f"{HOME}/neu" if new else f"{HOME}/{form.hidden['key']}/bearbeiten"
    back = path if new and section(path) else HOME
    return {"action": action, "link": back, "subject": subject, "new": new}


@router.post(f"{HOME}/{{key}}/loeschen")
async def delete_view(request: Request, visitor: Keeper, key: UUID) -> Response:
    """Delete an own view."""
    await read_form(request, visitor)
    await upstreams(request).call(visitor.principal, "reporting", "DELETE", f"{API}/{key}")
    return RedirectResponse(HOME, 303)


async def one(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """A view that this account may open. Raises Problem 404."""
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/{key}")
    return found


async def own(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """An own view. Raises Problem 404, also for one that a colleague shares."""
    item = await one(request, visitor, key)
    if not item["own"]:
        raise Problem(404, _("Nur wer eine Ansicht gespeichert hat, kann sie ändern."))
    return item
