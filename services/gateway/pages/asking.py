"""What the pages of figures share: the catalogue, one answer, and a note of each use by the coordination."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.api import log_use
from services.gateway.pages.records import upstreams
from services.gateway.passports import Desk
from services.gateway.sheets import Sheet, read_sheets
from services.gateway.special_requests import Pairs
from shared import clock
from shared.vocabulary import Role


async def catalogue(request: Request, visitor: Visitor) -> dict[str, Sheet]:
    """The sheets of all indicators by code."""
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/indicators")
    return read_sheets(found)


async def figure(request: Request, visitor: Visitor, pairs: Pairs) -> dict[str, Any]:
    """One answer of the reporting service. Raises its Problem when it refuses."""
    found: dict[str, Any] = await upstreams(request).call(
        visitor.principal, "reporting", "GET", "/api/v1/figures", params=pairs
    )
    return found


async def note_use(request: Request, visitor: Visitor) -> None:
    """Note that the coordination reads exact national figures (design 12)."""
    if visitor.principal.role is Role.COORDINATION:
        await log_use(request, visitor, f"{request.url.path}?{request.url.query}")


def own_hosts(request: Request) -> set[str | None]:
    """The hosts in links of this gateway: its public address, and the one it was asked at."""
    return {urlsplit(request.app.state.settings.base_url).netloc, request.headers.get("host")}


def desk(request: Request) -> Desk:
    """Who answers here, today."""
    settings = request.app.state.settings
    return Desk(settings.network_name, settings.is_centre, clock.today())
