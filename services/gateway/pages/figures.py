"""Pages of figures: the network's own, and the nation's with its passport (design 10 and 11)."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import charts
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.api import log_use
from services.gateway.pages.records import upstreams
from services.gateway.pages.sign_in import local
from services.gateway.rendering import label, render
from services.gateway.sessions import token_hash
from services.gateway.tables import SignInRow
from shared import clock
from shared.topology import load_topology
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

AnyRole = Annotated[Visitor, Depends(SignedIn("account:use"))]
Figures = Annotated[Visitor, Depends(SignedIn("figures:read"))]
Operations = Annotated[Visitor, Depends(SignedIn("operations:read"))]
Target = Annotated[str, Query(max_length=500)]
Year = Annotated[int | None, Query(ge=2015, le=2100)]
MAIN = "counselling_sessions"
TILES = (MAIN, "first_counsellings", "persons_new_to_programme", "group_participants", "meetings_held")
STARTS = {Role.COORDINATION: "/bund", Role.OPERATIONS: "/betrieb"}


async def figure(request: Request, visitor: Visitor, indicator: str, **params: Any) -> dict[str, Any]:
    """One answer of the reporting service."""
    query = {"indicator": indicator} | {name.rstrip("_"): value for name, value in params.items() if value is not None}
    found: dict[str, Any] = await upstreams(request).call(
        visitor.principal, "reporting", "GET", "/api/v1/figures", params=query
    )
    return found


@router.get("/")
async def start(request: Request, visitor: AnyRole) -> Response:
    """The first page of a role."""
    role = visitor.principal.role
    if role in STARTS:
        return RedirectResponse(STARTS[role], 303)
    if role in (Role.READER, Role.JURY):
        return render(request, "welcome.html", visitor)
    return await network_page(request, visitor, clock.today().year)


@router.get("/auswertung")
async def evaluation(request: Request, visitor: Figures, jahr: Year = None) -> Response:
    """Figures of the own network."""
    return await network_page(request, visitor, jahr or clock.today().year)


async def network_page(request: Request, visitor: Visitor, year: int) -> Response:
    """Tiles, months, nationalities, lines and types of the own network."""
    period = {"from_": f"{year}-01", "to": f"{year}-12"}
    tiles, months, nationalities, lines = await asyncio.gather(
        asyncio.gather(*(figure(request, visitor, code, **period) for code in TILES)),
        figure(request, visitor, MAIN, by="month", **period),
        figure(request, visitor, MAIN, by="nationality", top=5, **period),
        figure(request, visitor, MAIN, by="programme_line,session_type", **period),
    )
    context = {
        "tiles": await titled(request, visitor, tiles),
        "months": chart_of(charts.months, months, "month"),
        "nationalities": chart_of(charts.bars, nationalities, "nationality"),
        "lines": lines,
        "passport": months["passport"],
        "year": year,
        "years": range(clock.today().year, 2014, -1),
    }
    return render(request, "network.html", visitor, **context)


async def titled(request: Request, visitor: Visitor, found: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """(German title, total) of figures, by the catalogue."""
    listed = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/indicators")
    titles = {entry["code"]: entry["title_de"] for entry in listed}
    return [(titles.get(entry["indicator"], entry["indicator"]), entry["total"]) for entry in found]


def chart_of(draw: Any, found: dict[str, Any], dimension: str) -> dict[str, Any]:
    """A figure by one dimension as a picture and as rows of its table."""
    rows = [(row[dimension], label(row[dimension], dimension), row["value"]) for row in found["rows"]]
    return {"svg": draw(tuple(rows)), "rows": rows, "dimension": dimension}


@router.get("/bund")
async def nation(request: Request, visitor: Figures, jahr: Year = None) -> Response:
    """The whole country; exact figures, so each use is logged with its purpose."""
    if visitor.purpose is None:
        return RedirectResponse("/zweck", 303)
    await log_use(request, visitor, str(request.url.query))
    year = jahr or clock.today().year
    period = {"from_": f"{year}-01", "to": f"{year}-12"}
    tiles, months, nationalities, regions, lines, coverage = await asyncio.gather(
        asyncio.gather(*(figure(request, visitor, code, **period) for code in TILES)),
        figure(request, visitor, MAIN, by="month", **period),
        figure(request, visitor, MAIN, by="nationality", top=5, **period),
        figure(request, visitor, MAIN, by="region", **period),
        figure(request, visitor, MAIN, by="programme_line,session_type", **period),
        upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/coverage"),
    )
    context = {
        "tiles": await titled(request, visitor, tiles),
        "months": chart_of(charts.months, months, "month"),
        "nationalities": chart_of(charts.bars, nationalities, "nationality"),
        "regions": chart_of(charts.germany, regions, "region"),
        "lines": lines,
        "passport": months["passport"],
        "networks": coverage["networks"],
        "year": year,
        "years": range(clock.today().year, 2014, -1),
    }
    return render(request, "nation.html", visitor, **context)


@router.get("/zweck")
async def ask_purpose(request: Request, visitor: Figures, weiter: Target = "/bund") -> Response:
    """Ask once per sign-in why exact national figures are read; the page asked for is kept."""
    return render(request, "purpose.html", visitor, problem="", target=local(weiter))


@router.post("/zweck")
async def note_purpose(request: Request, visitor: Figures) -> Response:
    """Keep the purpose with the session."""
    form = await read_form(request, visitor)
    typed, target = str(form.get("purpose", "")), local(str(form.get("weiter", "/bund")))
    purpose = "".join(filter(str.isprintable, typed)).strip()[:200]
    if len(purpose) < 3:
        text = "Bitte nennen Sie kurz den Zweck, zum Beispiel „Quartalsbericht“."
        return render(request, "purpose.html", visitor, 422, problem=text, target=target)
    cookie = request.cookies.get(request.app.state.settings.cookie, "")
    async with request.app.state.sessions() as session, session.begin():
        row = await session.get(SignInRow, token_hash(cookie))
        if row is not None:
            row.purpose = purpose
            session.add(row)
    return RedirectResponse(target, 303)


@router.get("/betrieb")
async def operations(request: Request, visitor: Operations) -> Response:
    """Coverage, backlog and parked messages."""
    services = upstreams(request)
    coverage, parked = await asyncio.gather(
        services.call(visitor.principal, "reporting", "GET", "/api/v1/coverage"),
        services.call(visitor.principal, "reporting", "GET", "/api/v1/parked"),
    )
    context = {"networks": coverage["networks"], "parked": parked["items"], "topology": load_topology()}
    return render(request, "operations.html", visitor, **context)
