"""One network on the page of the overview: for the coordination, and as *Auswertung* for the network itself."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import Visitor
from services.gateway.cockpit.lines import load_contents, unknown
from services.gateway.cockpit.period import FIRST_YEAR
from services.gateway.cockpit.plan import LINE, Outcome
from services.gateway.cockpit.scope import Scope
from services.gateway.languages import _
from services.gateway.navigation import AUSWERTUNG, BUND
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.cockpit import Figures, Word, at_centre, outcome_of, scope_of, shown
from services.gateway.pages.completeness import completeness, recording
from services.gateway.pages.overview import PASSPORT, overview, overview_plan
from services.gateway.pages.recording_quality import ask_quality, quality, timeliness
from services.gateway.rendering import label
from services.gateway.special_requests import page_link
from shared.topology import Network, load_topology

router = APIRouter(include_in_schema=False)

HOLDINGS = "records by service"


@router.get(AUSWERTUNG)
async def evaluation(request: Request, visitor: Figures, jahr: Word = "", quartal: Word = "") -> Response:
    """Figures of the own network; the centre's are elsewhere, where each use is noted."""
    if desk(request).centre:
        return RedirectResponse(f"{BUND}?{request.url.query}", 303)
    return await own_page(request, visitor, jahr, quartal)


async def own_page(request: Request, visitor: Visitor, jahr: str = "", quartal: str = "") -> Response:
    """First what the centre has of the own records, then the figures that the own reporting counts."""
    scope = scope_of(request, AUSWERTUNG, jahr, quartal)
    stock, page = await asyncio.gather(
        completeness(request, visitor), network_context(request, visitor, scope, request.app.state.settings.network)
    )
    outcome, context = page
    context |= {"stock": stock, "recording": recording(request), "title": scope.desk.name}
    return shown(request, visitor, "overview.html", outcome, PASSPORT, **context)


@router.get(f"{BUND}/netzwerk/{{region}}")
async def network(request: Request, visitor: Figures, region: str, jahr: Word = "", quartal: Word = "") -> Response:
    """A network as the centre knows it; exact figures, so each use is logged with its purpose."""
    at_centre(request)
    found = find_network(region)
    await note_use(request, visitor)
    scope = scope_of(request, f"{BUND}/netzwerk/{found.code}", jahr, quartal, found.code)
    outcome, context = await network_context(request, visitor, scope, found.code)
    return shown(request, visitor, "overview.html", outcome, PASSPORT, **context, title=found.name)


def find_network(region: str) -> Network:
    """A network by its code. Raises Problem 404 naming those that exist."""
    networks = load_topology()
    if region in networks:
        return networks[region]
    names = {code: label(code, "region") for code in networks}
    raise unknown("region", region, _("Dieses Netzwerk gibt es nicht."), names)


async def network_context(
    request: Request, visitor: Visitor, scope: Scope, code: str
) -> tuple[Outcome, dict[str, Any]]:
    """The overview of one network, and how it records; trends are asked from the first year on, for its beginnings."""
    scope, sheets = scope.since(f"{FIRST_YEAR}-01"), await catalogue(request, visitor)
    plan, contents = overview_plan(scope, sheets), load_contents()
    ask_quality(plan)
    if scope.desk.centre:
        plan.questions[HOLDINGS] = scope.ask(sheets["completeness"], "service")
    outcome, timely = await asyncio.gather(
        outcome_of(request, visitor, plan), timeliness(request, visitor, scope, sheets)
    )
    context = await overview(outcome) | {
        "holdings": outcome.answer(HOLDINGS),
        "quality": quality(outcome),
        "timely": timely,
        "starts": starts(outcome),
        "notes": contents.notes_on([*contents.lines], code),
        "asking": page_link(scope.ask(sheets[contents.main], "month", span=scope.period.span)),
    }
    return outcome, context


def starts(outcome: Outcome) -> list[tuple[str, str, str]]:
    """(line, its page, first month with records) since the first year of these pages, by the line's main indicator."""
    found = []
    for line in load_contents().lines.values():
        series = outcome.series(line.main, line.code)
        first = label(series.first, "month") if series and series.first else ""
        found.append((label(line.code, LINE), outcome.plan.scope.line_page(line.code), first))
    return found
