"""What the pages of figures share: the catalogue, one answer or many, and a note of each use by the coordination."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.api import log_use
from services.gateway.pages.records import upstreams
from services.gateway.passports import Desk
from services.gateway.sheets import Sheet, read_sheets
from services.gateway.special_requests import Pairs, SpecialRequest, query_string
from services.gateway.upstreams import ServiceProblem
from shared import clock
from shared.problems import Problem
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


async def several(
    request: Request, visitor: Visitor, questions: Sequence[SpecialRequest]
) -> list[dict[str, Any] | Problem]:
    """Answers to many questions, asked in one request; where one is refused, its Problem.

    Raises Problem 422 for months and days that are none, 503 when reporting is away.
    """
    today = desk(request).today
    pairs = [("q", query_string(question.question(today))) for question in questions]
    found = await upstreams(request).call(
        visitor.principal, "reporting", "GET", "/api/v1/figures/several", params=pairs
    )
    return [entry["answer"] if "answer" in entry else _refused(entry["problem"]) for entry in found["items"]]


def _refused(document: dict[str, Any]) -> Problem:
    return ServiceProblem(document["status"], str(document["detail"]))


async def compared(
    request: Request, visitor: Visitor, pairs: Sequence[tuple[SpecialRequest, SpecialRequest]]
) -> list[dict[str, Any]]:
    """Whether the two figures of each pair may be compared, and why (`compare` of reporting)."""
    if not pairs:
        return []
    today = desk(request).today
    asked = [(name, query_string(one.question(today))) for pair in pairs for name, one in zip("ab", pair, strict=True)]
    path = "/api/v1/compare/several"
    found: list[dict[str, Any]] = await upstreams(request).call(
        visitor.principal, "reporting", "GET", path, params=asked
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
