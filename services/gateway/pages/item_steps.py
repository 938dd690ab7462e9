"""One item: what it says, its state, and how its public texts become public; shown as public before that (PDB-01)."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form
from services.gateway.item_form import act_body, back_form, release_form, step_form, submit_form
from services.gateway.pages.items import API, REVIEWS, item_of, kind_of, writes
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.sheet_paper import SECTIONS
from shared.problems import Problem
from shared.vocabulary import Programme, ProgrammeLine, Topic
from shared.vocabulary.permissions import PERMISSIONS

router = APIRouter(prefix="/vorgaenge", include_in_schema=False)
Reader = Annotated[Visitor, Depends(SignedIn("items:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("items:write"))]
Releaser = Annotated[Visitor, Depends(SignedIn("items:release"))]
Item = dict[str, Any]
WORDS = {str(term): term.de for kind in (Topic, Programme, ProgrammeLine) for term in kind}
FORMS: dict[str, Callable[[Item], Form]] = {
    "state": step_form,
    "submit": submit_form,
    "release": release_form,
    "return": back_form,
    "unpublish": back_form,
}
"""What registration calls an act, and the form it is asked with."""
ON_PAGE = {"state": "item.html"}
"""Everything else is done where the public version is shown."""


async def show(
    request: Request,
    visitor: Visitor,
    item: Item,
    template: str,
    *,
    saved: str = "",
    status: int = 200,
    refused: dict[str, Form] | None = None,
) -> Response:
    """The page of an item, with the form that was refused."""
    kind = await kind_of(request, visitor, item["item_kind"])
    forms = {act: make(item) for act, make in FORMS.items()} | (refused or {})
    may = {"write": writes(visitor), "release": visitor.principal.role in PERMISSIONS["items:release"]}
    options = {one["name"]: dict(one["options"] or ()) for one in kind["fields"]}
    context: dict[str, Any] = {
        "item": item,
        "saved": saved,
        "words": WORDS,
        "kind": kind,
        "forms": forms,
        "may": may,
        "reviews": REVIEWS,
        "options": options,
        "sections": SECTIONS,
    }
    errors = next(iter((refused or {}).values()), Form(()))
    return render(request, template, visitor, status, errors=errors, **context)


@router.get("/{item_id}")
async def show_item(
    request: Request, visitor: Reader, item_id: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """What an item says."""
    return await show(request, visitor, await item_of(request, visitor, item_id), "item.html", saved=gespeichert)


@router.get("/{item_id}/vorschau")
async def show_preview(
    request: Request, visitor: Reader, item_id: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """The public version as everybody would see it, and what may be done with it."""
    return await show(
        request, visitor, await item_of(request, visitor, item_id), "item_preview.html", saved=gespeichert
    )


async def act(request: Request, visitor: Visitor, item_id: UUID, name: str) -> Response:
    """Do something with an item; a refusal shows its page again with what was typed."""
    data, item = await read_form(request, visitor), await item_of(request, visitor, item_id)
    form = FORMS[name](item).filled(data)
    back = "" if name in ON_PAGE else "/vorschau"
    try:
        path, body = f"{API}/{item_id}/{name}", act_body(form)
        await upstreams(request).call(visitor.principal, "registration", "POST", path, json=body)
    except Problem as problem:
        if problem.status not in (409, 422, 503):
            raise
        again, template = {name: form.refused(problem)}, ON_PAGE.get(name, "item_preview.html")
        return await show(request, visitor, item, template, status=problem.status, refused=again)
    return RedirectResponse(f"/vorgaenge/{item_id}{back}?gespeichert=1", 303)


@router.post("/{item_id}/stand")
async def change_state(request: Request, visitor: Writer, item_id: UUID) -> Response:
    """Go to another state."""
    return await act(request, visitor, item_id, "state")


@router.post("/{item_id}/vorlegen")
async def submit(request: Request, visitor: Writer, item_id: UUID) -> Response:
    """Hand the public texts in."""
    return await act(request, visitor, item_id, "submit")


@router.post("/{item_id}/freigeben")
async def release(request: Request, visitor: Releaser, item_id: UUID) -> Response:
    """Make them public."""
    return await act(request, visitor, item_id, "release")


@router.post("/{item_id}/zurueckgeben")
async def give_back(request: Request, visitor: Releaser, item_id: UUID) -> Response:
    """Give them back."""
    return await act(request, visitor, item_id, "return")


@router.post("/{item_id}/nicht-oeffentlich")
async def take_back(request: Request, visitor: Releaser, item_id: UUID) -> Response:
    """Take them from the public."""
    return await act(request, visitor, item_id, "unpublish")
