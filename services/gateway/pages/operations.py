"""*Betrieb*: coverage, what differs from the networks, parked messages and what is decided on them (contracts §3)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.labels import RECORD_KINDS
from services.gateway.languages import _
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.problems import Problem
from shared.security import allowed
from shared.topology import load_topology

router = APIRouter(prefix="/betrieb", include_in_schema=False)

Operations = Annotated[Visitor, Depends(SignedIn("operations:read"))]
Decider = Annotated[Visitor, Depends(SignedIn("parked:decide"))]
ACTIONS = ("replay", "discard")
DONE = {
    "taken_in": "Die Nachricht ist eingespielt.",
    "still_parked": "Die Nachricht ließ sich nicht einspielen und bleibt ausgesteuert; der Grund steht dabei.",
    "discarded": "Die Nachricht ist verworfen; die Entscheidung ist vermerkt.",
    "later": "Wartende Nachrichten wurden eingespielt, soweit diese Fassung sie kennt.",
}
REASON = "Bitte geben Sie einen Grund an (3 bis 300 Zeichen, eine Zeile). Es wurde nichts geändert."


@router.get("")
async def operations(
    request: Request, visitor: Operations, getan: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Coverage, backlog, differences and parked messages."""
    return await operations_page(request, visitor, done=DONE.get(getan, ""))


async def operations_page(
    request: Request, visitor: Visitor, *, done: str = "", problem: Problem | None = None, typed: str = "", at: int = 0
) -> Response:
    """The page, with what was just done or refused; `typed` is the reason of the message `at`."""
    services = upstreams(request)
    coverage, differences, parked = await asyncio.gather(
        services.call(visitor.principal, "reporting", "GET", "/api/v1/coverage"),
        services.call(visitor.principal, "reporting", "GET", "/api/v1/differences"),
        services.call(visitor.principal, "reporting", "GET", "/api/v1/parked"),
    )
    context = {
        "networks": coverage["networks"],
        "found": differences,
        "parked": parked,
        "items": parked["items"],
        "kinds": RECORD_KINDS,
        "decides": allowed(visitor.principal, "parked:decide"),
        "topology": load_topology(),
        "done": done,
        "problem": problem,
        "typed": typed,
        "at": at,
    }
    return render(request, "operations.html", visitor, problem.status if problem else 200, **context)


@router.post("/nachrichten/{number}")
async def decide(request: Request, visitor: Decider, number: int) -> Response:
    """Replay or discard a parked message with the reason given; a refusal keeps what was typed."""
    form = await read_form(request, visitor)
    reason, action = str(form.get("reason", "")), str(form.get("action", ""))
    if action not in ACTIONS:
        raise Problem(422, _("Bitte wählen Sie „Einspielen“ oder „Verwerfen“."))
    path = f"/api/v1/parked/{number}/{action}"
    try:
        answer = await upstreams(request).call(visitor.principal, "reporting", "POST", path, json={"reason": reason})
    except Problem as problem:
        if problem.status not in (404, 409, 422):
            raise
        return await operations_page(request, visitor, problem=_plain(problem), typed=reason, at=number)
    return RedirectResponse(f"/betrieb?getan={answer['outcome']}#nachrichten", 303)


@router.post("/wartende")
async def replay_later(request: Request, visitor: Decider) -> Response:
    """Replay what waits for an upgrade."""
    form = await read_form(request, visitor)
    reason = str(form.get("reason", ""))
    try:
        await upstreams(request).call(
            visitor.principal, "reporting", "POST", "/api/v1/parked/replay-later", json={"reason": reason}
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        return await operations_page(request, visitor, problem=_plain(problem), typed=reason)
    return RedirectResponse("/betrieb?getan=later#nachrichten", 303)


def _plain(problem: Problem) -> Problem:
    if problem.status != 422:
        return problem
    return Problem(422, REASON)
