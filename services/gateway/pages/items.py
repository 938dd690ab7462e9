"""Pages of items (Vorgänge): listed by kind, recorded, changed, withdrawn. What a kind asks, registration says."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form, read_id
from services.gateway.item_form import body_of, item_form
from services.gateway.pages.records import PAGE_SIZE, REASON, new_id, pages, save, upstreams, withdraw
from services.gateway.rendering import render
from shared.problems import Problem
from shared.vocabulary.items import Review
from shared.vocabulary.permissions import PERMISSIONS

router = APIRouter(prefix="/vorgaenge", include_in_schema=False)
Reader = Annotated[Visitor, Depends(SignedIn("items:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("items:write"))]
API = "/api/v1/items"
REVIEWS = {str(term): term.de for term in Review}
UNKNOWN = "Diese Art von Vorgang gibt es nicht."
Item = dict[str, Any]


async def kinds_of(request: Request, visitor: Visitor) -> dict[str, Item]:
    """What kinds there are, by code."""
    found = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/kinds")
    return {one["kind"]: one for one in found}


async def kind_of(request: Request, visitor: Visitor, code: str) -> Item:
    """A kind. Raises Problem 404."""
    found = await kinds_of(request, visitor)
    if code not in found:
        raise Problem(404, UNKNOWN)
    return found[code]


async def item_of(request: Request, visitor: Visitor, item_id: UUID) -> Item:
    """An item with all it says. Raises Problem 404."""
    found: Item = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/{item_id}")
    return found


def writes(visitor: Visitor) -> bool:
    """Whether somebody may write items."""
    return visitor.principal.role in PERMISSIONS["items:write"]


@router.get("")
async def list_items(
    request: Request,
    visitor: Reader,
    art: Annotated[str, Query(max_length=40)] = "",
    freigabe: Annotated[str, Query(max_length=40)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    gespeichert: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Items, last changed first; `art` and `freigabe` choose."""
    kinds = await kinds_of(request, visitor)
    art, freigabe = art if art in kinds else "", freigabe if freigabe in REVIEWS else ""
    params = {"limit": str(PAGE_SIZE), "offset": str(offset)}
    params |= {name: value for name, value in (("kind", art), ("review", freigabe)) if value}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    context: dict[str, Any] = {"items": found["items"], "pages": pages(found["total"], offset), "kinds": kinds}
    context |= {"art": art, "freigabe": freigabe, "reviews": REVIEWS, "saved": gespeichert, "writes": writes(visitor)}
    return render(request, "items.html", visitor, **context)


def page(request: Request, visitor: Visitor, kind: Item, form: Form, status: int = 200, **more: Any) -> Response:
    """The page of an item's form."""
    context = {"withdrawal": Form((REASON,))} | more
    return render(request, "item_form.html", visitor, status, kind=kind, form=form, **context)


@router.get("/neu")
async def new_item(request: Request, visitor: Writer, art: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The form of a kind, or which kinds there are."""
    kinds = await kinds_of(request, visitor)
    if art not in kinds:
        return render(request, "item_kinds.html", visitor, kinds=kinds)
    return page(request, visitor, kinds[art], item_form(kinds[art], new_id()))


@router.post("/neu")
async def record_item(request: Request, visitor: Writer, art: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Save a new item; a repeated save changes nothing."""
    data, kind = await read_form(request, visitor), await kind_of(request, visitor, art)
    return await saved(request, visitor, kind, item_form(kind, new_id()).filled(data))


async def saved(request: Request, visitor: Visitor, kind: Item, form: Form) -> Response:
    """Save what a form says, and show the item."""

    async def work(typed: Form) -> str:
        key = read_id(typed.hidden["key"])
        body = body_of(kind, typed)
        await upstreams(request).call(visitor.principal, "registration", "PUT", f"{API}/{key}", json=body)
        return f"/vorgaenge/{key}?gespeichert=1"

    return await save(request, visitor, form, "item_form.html", work, kind=kind, withdrawal=Form((REASON,)))


@router.get("/{item_id}/bearbeiten")
async def edit_item(request: Request, visitor: Writer, item_id: UUID) -> Response:
    """The form with the stored values."""
    item = await item_of(request, visitor, item_id)
    kind = await kind_of(request, visitor, item["item_kind"])
    return page(request, visitor, kind, item_form(kind, str(item_id), item))


@router.post("/{item_id}/bearbeiten")
async def change_item(request: Request, visitor: Writer, item_id: UUID) -> Response:
    """Save a change."""
    data, item = await read_form(request, visitor), await item_of(request, visitor, item_id)
    kind = await kind_of(request, visitor, item["item_kind"])
    return await saved(request, visitor, kind, item_form(kind, str(item_id), item).filled(data))


@router.post("/{item_id}/zurueckziehen")
async def withdraw_item(request: Request, visitor: Writer, item_id: UUID) -> Response:
    """Withdraw an item with a reason."""
    data = await read_form(request, visitor)
    if refused := await withdraw(request, visitor, "registration", f"{API}/{item_id}", data):
        item = await item_of(request, visitor, item_id)
        kind = await kind_of(request, visitor, item["item_kind"])
        return page(request, visitor, kind, item_form(kind, str(item_id), item), 422, withdrawal=refused)
    return RedirectResponse("/vorgaenge?gespeichert=2", 303)
