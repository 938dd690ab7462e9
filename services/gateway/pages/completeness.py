"""What the centre holds of this network's records: one line first on its pages, and what differs (design 6)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.labels import RECORD_KINDS
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared.problems import Problem

router = APIRouter(include_in_schema=False)

Staff = Annotated[Visitor, Depends(SignedIn("coverage:read"))]
SERVICES = {"counselling": "Beratung", "registration": "Stammdaten und Bildung"}


@dataclass(frozen=True)
class Completeness:
    """Own records and those at the centre, of all services that answered; `held` is None until the centre spoke."""

    own: int
    held: int | None
    compared_at: datetime | None
    differed_at: datetime | None
    wanted: int
    ahead_total: int
    services: tuple[dict[str, Any], ...]

    @property
    def whole(self) -> bool:
        """Whether the centre has every record, and no other."""
        return self.held == self.own and not self.wanted and not self.ahead_total


def recording(request: Request) -> bool:
    """Whether this is a network's gateway, with recording services behind it."""
    return upstreams(request).urls.keys() >= SERVICES.keys()


async def completeness(request: Request, visitor: Visitor) -> Completeness | None:
    """What the services heard from the centre; None when one of them is away, and at the centre itself."""
    try:
        answers = await asyncio.gather(
            *(upstreams(request).call(visitor.principal, name, "GET", "/api/v1/centre") for name in SERVICES)
        )
    except Problem:
        return None  # a page of figures works without
    heard = [answer["held"] for answer in answers if answer["held"] is not None]
    shown = tuple(answer | {"name": name} for name, answer in zip(SERVICES.values(), answers, strict=True))
    return Completeness(
        own=sum(answer["own"] for answer in answers),
        held=sum(heard) if len(heard) == len(answers) else None,
        compared_at=min((_instant(one["compared_at"]) for one in answers if one["compared_at"]), default=None),
        differed_at=max((_instant(one["differed_at"]) for one in answers if one["differed_at"]), default=None),
        wanted=sum(answer["wanted"] for answer in answers),
        ahead_total=sum(answer["ahead_total"] for answer in answers),
        services=shown,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@router.get("/vollstaendigkeit")
async def show(request: Request, visitor: Staff) -> Response:
    """The records of this network at the centre, and those the centre knows and this network does not any more."""
    if not recording(request):
        raise Problem(404, "Diese Seite gibt es in den Netzwerken.")
    found = await completeness(request, visitor)
    return render(request, "completeness.html", visitor, stock=found, kinds=RECORD_KINDS)
