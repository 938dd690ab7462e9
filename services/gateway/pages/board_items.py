"""One proposal of a sitting: its sheet beside the rating of a member, or beside what the coordination decides."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.board_form import (
    asking_about_persons,
    decision_body,
    decision_form,
    rating_body,
    rating_form,
    reopen_form,
    with_revision,
)
from services.gateway.forms import Form
from services.gateway.pages.board import Reader, ask, decides, words
from services.gateway.rendering import render
from shared.problems import Problem
from shared.security import allowed
from shared.vocabulary.board import BoardGroup

router = APIRouter(prefix="/gremium/{sitting_id}", include_in_schema=False)
Member = Annotated[Visitor, Depends(SignedIn("board:rate"))]
Decider = Annotated[Visitor, Depends(SignedIn("board:decide"))]
KEPT = (403, 409, 422, 503)
"""Refusals after which the page is shown again with what was typed."""


def path_of(sitting_id: UUID, item_id: UUID) -> str:
    """A proposal of a sitting in the API."""
    return f"/sittings/{sitting_id}/proposals/{item_id}"


async def show(
    request: Request,
    visitor: Visitor,
    ids: tuple[UUID, UUID],
    *,
    status: int = 200,
    refused: dict[str, Form] | None = None,
    saved: str = "",
) -> Response:
    """The page of a proposal, with the form that was refused."""
    both = ask(request, visitor, "GET", path_of(*ids)), ask(request, visitor, "GET", "/criteria")
    found, criteria = await asyncio.gather(*both)
    decision = found["item"]["decision"]
    forms = {
        "rating": rating_form(criteria, found["rating"]),
        "decision": decision_form(decision),
        "reopen": reopen_form(decision),
    } | (refused or {})
    context: dict[str, Any] = {
        "found": found,
        "criteria": criteria,
        "forms": forms,
        "refused": list(refused or ()),
        "errors": next(iter((refused or {}).values()), Form(())),
        "words": words(),
        "groups": list(BoardGroup),
        "decides": decides(visitor),
        "rates": allowed(visitor.principal, "board:rate"),
        "saved": saved,
    }
    return render(request, "board_item.html", visitor, status, **context)


@router.get("/{item_id}")
async def show_item(
    request: Request,
    visitor: Reader,
    sitting_id: UUID,
    item_id: UUID,
    gespeichert: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """A proposal: to be rated by a member, to be decided about by the coordination."""
    return await show(request, visitor, (sitting_id, item_id), saved=gespeichert)


async def act(
    request: Request,
    visitor: Visitor,
    ids: tuple[UUID, UUID],
    name: str,
    form: Form,
    send: tuple[str, str, Callable[[Form], dict[str, Any]]],
    done: str,
) -> Response:
    """Send a form; a refusal shows the page again with what was typed, over what is stored now."""
    method, end, body = send
    try:
        await ask(request, visitor, method, f"{path_of(*ids)}/{end}", json=body(form))
    except Problem as problem:
        if problem.status not in KEPT:
            raise
        again = form.refused(problem)
        if problem.status == 409:
            again = with_revision(again, await stored_revision(request, visitor, ids, name))
        return await show(request, visitor, ids, status=problem.status, refused={name: again})
    return RedirectResponse(f"/gremium/{ids[0]}/{ids[1]}?gespeichert={done}", 303)


async def stored_revision(request: Request, visitor: Visitor, ids: tuple[UUID, UUID], name: str) -> int:
    """The revision that is stored now of the own rating, or of the decision."""
    found = await ask(request, visitor, "GET", path_of(*ids))
    row = found["rating"] if name == "rating" else found["item"]["decision"]
    return int(row["revision"]) if row else 0


@router.post("/{item_id}/bewertung")
async def rate(request: Request, visitor: Member, sitting_id: UUID, item_id: UUID) -> Response:
    """Hand a rating in, correct it, or keep it as a draft."""
    data = await read_form(request, visitor)
    criteria = await ask(request, visitor, "GET", "/criteria")
    draft = bool(data.get("merken"))
    form = asking_about_persons(rating_form(criteria, None).filled(data)).filled(data)

    def body(typed: Form) -> dict[str, Any]:
        return rating_body(criteria, typed, draft=draft)

    done = "3" if draft else "4"
    return await act(request, visitor, (sitting_id, item_id), "rating", form, ("PUT", "rating", body), done)


@router.post("/{item_id}/entscheidung")
async def decide(request: Request, visitor: Decider, sitting_id: UUID, item_id: UUID) -> Response:
    """Record what was decided."""
    data = await read_form(request, visitor)
    form = asking_about_persons(decision_form(None).filled(data)).filled(data)
    ids, send = (sitting_id, item_id), ("POST", "decision", decision_body)
    return await act(request, visitor, ids, "decision", form, send, "1")


@router.post("/{item_id}/wieder-oeffnen")
async def reopen(request: Request, visitor: Decider, sitting_id: UUID, item_id: UUID) -> Response:
    """Open a decision anew."""
    data = await read_form(request, visitor)
    form = asking_about_persons(reopen_form(None).filled(data)).filled(data)
    ids, send = (sitting_id, item_id), ("POST", "decision/reopen", decision_body)
    return await act(request, visitor, ids, "reopen", form, send, "2")
