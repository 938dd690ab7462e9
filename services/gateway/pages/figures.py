"""Pages of figures: the network's own, and the nation's with its passport (design 10 and 11)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.access import SignedIn, Visitor, WithPurpose
from services.gateway.answers import asked_link
from services.gateway.pages.asking import catalogue, desk, figure, note_use
from services.gateway.pages.completeness import completeness, recording
from services.gateway.pages.records import upstreams
from services.gateway.passports import other_stands, stand
from services.gateway.rendering import label, render
from services.gateway.special_requests import DAYS, NOW, SpecialRequest, query_string, read_request
from shared import clock

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(SignedIn("figures:read"))]
NationalFigures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
Target = Annotated[str, Query(max_length=500)]
Year = Annotated[int | None, Query(ge=2015, le=2100)]
Found = dict[str, Any]
MAIN = "counselling_sessions"
TILES = (MAIN, "first_counsellings", "persons_new_to_programme", "group_participants", "meetings_held")


@router.get("/auswertung")
async def evaluation(request: Request, visitor: Figures, jahr: Year = None) -> Response:
    """Figures of the own network."""
    return await network_page(request, visitor, jahr or clock.today().year)


async def network_page(request: Request, visitor: Visitor, year: int) -> Response:
    """First what the centre has of the own records; tiles, months, nationalities, lines and types."""
    context, stock = await asyncio.gather(
        year_context(request, visitor, "/auswertung", year), completeness(request, visitor)
    )
    return render(request, "network.html", visitor, stock=stock, recording=recording(request), **context)


@router.get("/bund")
async def nation(request: Request, visitor: NationalFigures, jahr: Year = None) -> Response:
    """The whole country; exact figures, so each use is logged with its purpose."""
    await note_use(request, visitor)
    year = jahr or clock.today().year
    context, regions, coverage = await asyncio.gather(
        year_context(request, visitor, "/bund", year),
        charted(of_year(request, visitor, year, MAIN, "region"), charts.germany, "region"),
        upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/coverage"),
    )
    context |= {"regions": regions, "networks": coverage["networks"]}
    return render(request, "nation.html", visitor, **context)


async def of_year(request: Request, visitor: Visitor, year: int, code: str, *by: str, top: str = "") -> Found:
    """One answer about a year, with the Stand of the page's address (yesterday, unless it names another)."""
    days = read_request(request.query_params.multi_items()).given
    given = {"from": f"{year}-01", "to": f"{year}-12", "top": top, **{name: days.get(name, "") for name in DAYS}}
    asked = SpecialRequest(code, by, (), given)
    return await figure(request, visitor, asked.question(desk(request).today))


async def year_context(request: Request, visitor: Visitor, path: str, year: int) -> dict[str, Any]:
    """What the pages of network and nation show of a year; every number can be followed to its special request."""
    tiles, months, nationalities, lines, sheets = await asyncio.gather(
        asyncio.gather(*(of_year(request, visitor, year, code) for code in TILES)),
        charted(of_year(request, visitor, year, MAIN, "month"), charts.months, "month"),
        charted(of_year(request, visitor, year, MAIN, "nationality", top="5"), charts.bars, "nationality"),
        of_year(request, visitor, year, MAIN, "programme_line", "session_type"),
        catalogue(request, visitor),
    )
    passport, today = months["passport"], desk(request).today
    return {
        "tiles": [(sheets[found["indicator"]].title, found["total"], asked_link(found)) for found in tiles],
        "months": months,
        "nationalities": nationalities,
        "lines": [(row, asked_link(lines, row)) for row in lines["rows"]],
        "total": (lines["total"], asked_link(lines)),
        "passport": passport,
        "unit": sheets[MAIN].unit,
        "stand": stand(passport["as_of"], today),
        "moving": NOW if passport["as_of"] == today.isoformat() else "",
        "switch": [(text, page_of(path, year, as_of=word)) for text, word in other_stands(passport["as_of"], today)],
        "permanent": page_of(path, year, **{name: passport[name] for name in DAYS}),
        "path": path,
        "year": year,
        "years": range(clock.today().year, 2014, -1),
    }


def page_of(path: str, year: int, **days: str) -> str:
    """Address of a page of figures."""
    named = [(name, day) for name, day in days.items() if day]
    return f"{path}?{query_string([('jahr', str(year)), *named])}"


async def charted(answer: Awaitable[Found], draw: Callable[[charts.Rows], str], dimension: str) -> dict[str, Any]:
    """A figure by one dimension as a picture and as rows of its table, each with its special request.

    Drawn in a thread as soon as the figure is there, so that neither other figures nor other pages wait for it.
    """
    found = await answer
    rows = [(row[dimension], label(row[dimension], dimension), row["value"]) for row in found["rows"]]
    links = [asked_link(found, row) for row in found["rows"]]
    listed = [(text, value, link) for (_, text, value), link in zip(rows, links, strict=True)]
    svg = await asyncio.to_thread(draw, tuple(rows))
    return {"svg": svg, "rows": listed, "link": asked_link(found), "passport": found["passport"]}
