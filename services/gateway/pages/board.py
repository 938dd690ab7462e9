"""The Good Practice board (`/gremium`): proposals by state, sittings, who is missing, the protocol (GP-01 to GP-08)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.board_form import key_of, sitting_body, sitting_form, with_revision
from services.gateway.forms import Form
from services.gateway.languages import term_label
from services.gateway.pages.records import PAGE_SIZE, new_id, pages, upstreams
from services.gateway.rendering import label, render
from shared.problems import Problem
from shared.security import allowed
from shared.vocabulary import ItemState
from shared.vocabulary.board import BoardGroup, BoardOutcome, DecisionState, RatingState, SittingState

router = APIRouter(prefix="/gremium", include_in_schema=False)
Reader = Annotated[Visitor, Depends(SignedIn("board:read"))]
Decider = Annotated[Visitor, Depends(SignedIn("board:decide"))]
API = "/api/v1/board"
VOCABULARIES = (ItemState, BoardGroup, BoardOutcome, DecisionState, RatingState, SittingState)
STATES = (ItemState.PROPOSED, ItemState.IN_REVIEW, ItemState.SELECTED, ItemState.NOT_SELECTED, ItemState.PUBLISHED)
Found = dict[str, Any]


def words() -> Mapping[str, str]:
    """Labels of everything that is coded on these pages."""
    return {str(term): term_label(term) for vocabulary in VOCABULARIES for term in vocabulary}


async def ask(request: Request, visitor: Visitor, method: str, path: str, **more: Any) -> Any:
    """One request to the board's API. Raises its Problem."""
    return await upstreams(request).call(visitor.principal, "reporting", method, f"{API}{path}", **more)


def decides(visitor: Visitor) -> bool:
    """Whether somebody records sittings and decisions."""
    return allowed(visitor.principal, "board:decide")


@router.get("")
async def overview(
    request: Request,
    visitor: Reader,
    stand: Annotated[str, Query(max_length=40)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Sittings, and for the coordination the proposals of all networks by state."""
    context: Found = {"sittings": await ask(request, visitor, "GET", "/sittings"), "words": words(), "page": None}
    context |= {"states": STATES, "stand": stand if stand in STATES else "", "decides": decides(visitor)}
    if decides(visitor):
        params = {"limit": str(PAGE_SIZE), "offset": str(offset)}
        params |= {"state": context["stand"]} if context["stand"] else {}
        found = await ask(request, visitor, "GET", "/proposals", params=params)
        context |= {"page": found, "pages": pages(found["total"], offset)}
    return render(request, "board.html", visitor, **context)


async def offered(request: Request, visitor: Visitor, sitting: Found | None = None) -> list[Found]:
    """Proposals that may be up in a sitting: those it has, and those that are proposed and have their texts."""
    params = {"state": ItemState.PROPOSED.value, "limit": "500"}
    found = await ask(request, visitor, "GET", "/proposals", params=params)
    mine: list[Found] = list(sitting["items"]) if sitting else []
    known = {key_of(one) for one in mine}
    more = [one for one in found["items"] if key_of(one) not in known and one["ready"]]
    return [one | {"network": label(one["region"], "region")} for one in (*mine, *more)]


@router.get("/neu")
async def new_sitting(request: Request, visitor: Decider) -> Response:
    """The form of a sitting."""
    form = sitting_form(await offered(request, visitor))
    return sitting_page(request, visitor, Form(form.fields, {**form.hidden, "key": new_id()}))


def sitting_page(
    request: Request, visitor: Visitor, form: Form, status: int = 200, stored: Found | None = None
) -> Response:
    """The page of a sitting's form; `stored` is what was saved meanwhile."""
    return render(request, "board_sitting_form.html", visitor, status, form=form, stored=stored)


@router.post("/neu")
async def make_sitting(request: Request, visitor: Decider) -> Response:
    """Save a new sitting; a repeated save changes nothing."""
    data, empty = await read_form(request, visitor), sitting_form(await offered(request, visitor))
    form = Form(empty.fields, {**empty.hidden, "key": new_id()}).filled(data)
    return await saved(request, visitor, form, UUID(form.hidden["key"]))


@router.get("/{sitting_id}/bearbeiten")
async def edit_sitting(request: Request, visitor: Decider, sitting_id: UUID) -> Response:
    """The form with what is stored."""
    sitting = await ask(request, visitor, "GET", f"/sittings/{sitting_id}")
    form = sitting_form(await offered(request, visitor, sitting), sitting)
    return sitting_page(request, visitor, Form(form.fields, {**form.hidden, "key": str(sitting_id)}))


@router.post("/{sitting_id}/bearbeiten")
async def change_sitting(request: Request, visitor: Decider, sitting_id: UUID) -> Response:
    """Save a change."""
    data, sitting = await read_form(request, visitor), await ask(request, visitor, "GET", f"/sittings/{sitting_id}")
    empty = sitting_form(await offered(request, visitor, sitting), sitting)
    form = Form(empty.fields, {**empty.hidden, "key": str(sitting_id)}).filled(data)
    return await saved(request, visitor, form, sitting_id, sitting)


async def saved(
    request: Request, visitor: Visitor, form: Form, sitting_id: UUID, stored: Found | None = None
) -> Response:
    """Save what a form says, and show the sitting; what is refused keeps what was typed."""
    try:
        await ask(request, visitor, "PUT", f"/sittings/{sitting_id}", json=sitting_body(form))
    except Problem as problem:
        if problem.status not in (409, 422, 503):
            raise
        moved = problem.status == 409 and stored is not None
        again = with_revision(form, stored["revision"]) if moved and stored else form
        return sitting_page(request, visitor, again.refused(problem), problem.status, stored if moved else None)
    return RedirectResponse(f"/gremium/{sitting_id}?gespeichert=1", 303)


@router.get("/{sitting_id}")
async def show_sitting(
    request: Request, visitor: Reader, sitting_id: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """What is up in a sitting, who has rated and who is missing."""
    return await sitting_shown(request, visitor, sitting_id, "board_sitting.html", saved=gespeichert)


async def sitting_shown(
    request: Request, visitor: Visitor, sitting_id: UUID, template: str, *, status: int = 200, **more: Any
) -> Response:
    """A page about a sitting."""
    sitting = await ask(request, visitor, "GET", f"/sittings/{sitting_id}")
    context: Found = {"problem": None, "saved": "", "criteria": []} | more
    if template == "board_protocol.html":
        context["criteria"] = await ask(request, visitor, "GET", "/criteria")
    context |= {"sitting": sitting, "words": words(), "groups": list(BoardGroup), "decides": decides(visitor)}
    return render(request, template, visitor, status, **context)


@router.get("/{sitting_id}/protokoll")
async def protocol(request: Request, visitor: Reader, sitting_id: UUID) -> Response:
    """The protocol of a sitting: groups, marks, decisions with their reasons; it names nobody."""
    return await sitting_shown(request, visitor, sitting_id, "board_protocol.html")


@router.post("/{sitting_id}/schliessen")
async def close_sitting(request: Request, visitor: Decider, sitting_id: UUID) -> Response:
    """Close a sitting; a refusal stands on its page."""
    form = Form((), {"revision": "0"}).filled(await read_form(request, visitor))
    try:
        body = {"revision": int(form.hidden["revision"] or 0)}
        await ask(request, visitor, "POST", f"/sittings/{sitting_id}/close", json=body)
    except Problem as problem:
        if problem.status != 409:
            raise
        return await sitting_shown(request, visitor, sitting_id, "board_sitting.html", status=409, problem=problem)
    return RedirectResponse(f"/gremium/{sitting_id}?gespeichert=2", 303)
