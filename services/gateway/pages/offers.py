"""Runs that are open to every Land: in a network those of the others, at the centre all; and those that are short."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.languages import term_label
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared import clock
from shared.security import allowed
from shared.vocabulary import Programme

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("offers:read"))]
API = "/api/v1/offers"
Found = dict[str, Any]


@router.get("/angebote")
async def offers(request: Request, visitor: Reader) -> Response:
    """What others offer; for who watches over runs first those with too few registrations."""
    services = upstreams(request)
    found, watched = await asyncio.gather(
        services.call(visitor.principal, "reporting", "GET", API), _short_runs(request, visitor)
    )
    context: dict[str, Any] = {
        "offers": [shown(item, clock.today()) for item in found["items"]],
        "heard_at": found["heard_at"],
        "watched": watched,
    }
    return render(request, "offers.html", visitor, **context)


async def _short_runs(request: Request, visitor: Visitor) -> list[Found] | None:
    """Runs that are short; None for who does not watch over runs."""
    if not allowed(visitor.principal, "offers:watch"):
        return None
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/short")
    return [item | {"run": shown(item["run"], clock.today())} for item in found["items"]]


def shown(offer: Found, today: date) -> Found:
    """A run with its programme in words, what is taken and free, and a link only while one may register."""
    taken = offer["accepted"] + offer["registered"]
    past = offer["closes_on"] is not None and date.fromisoformat(offer["closes_on"]) < today
    return offer | {
        "programme": term_label(Programme(offer["programme"])),
        "taken": taken,
        "free": max(0, offer["max_places"] - taken),
        "link": None if past else offer["registration_url"],
        "past": past,
    }
