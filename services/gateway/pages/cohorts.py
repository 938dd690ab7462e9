"""Cohorts of the intercultural programmes: places of their runs, meetings held, contact persons qualified and mandated.

In a network also how far those who have a place are, as counts from its own register; nothing of that leaves it.
"""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.access import Visitor
from services.gateway.cohorts import funnels
from services.gateway.crosstabs import Cells, Found, cells
from services.gateway.pages import overview_parts as parts
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.records import upstreams
from services.gateway.rendering import label, render
from shared import clock
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(include_in_schema=False)

Year = Annotated[int | None, Query(ge=2015, le=2100)]
MEETINGS: tuple[tuple[str, dict[str, str]], ...] = (
    ("meetings_held", {"programme_line": "intercultural"}),
    ("intercultural_participants", {}),
)
PERSONS = ("contact_persons", "contact_persons_mandated")


@router.get("/bund/kohorten")
@router.get("/auswertung/kohorten")
async def show(request: Request, visitor: parts.Figures, jahr: Year = None) -> Response:
    """All cohorts as they are now; meetings and contact persons of a year."""
    if (door := parts.other_door(request)) is not None:
        return door
    await note_use(request, visitor)
    year = jahr or clock.today().year
    span = (f"{year}-01", f"{year}-12")
    runs, stages, sheets, *answers = await asyncio.gather(
        upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/cohorts"),
        _stages(request, visitor),
        catalogue(request, visitor),
        *(parts.asked(request, visitor, code, "format", "role", months=span, **more) for code, more in MEETINGS),
        *(parts.asked(request, visitor, code, "region", "month", months=span) for code in PERSONS),
    )
    meetings, participants, qualified, mandated = answers
    context = {
        "funnels": funnels(runs["items"], stages),
        "left_out": runs["total"] - len(runs["items"]),
        "own_register": stages is not None,
        "meetings": _formats(meetings, participants),
        "picture": await asyncio.to_thread(drawn, cells(participants, "format", "role")),
        "persons": contact_persons(cells(qualified, "region", "month"), cells(mandated, "region", "month")),
        "year": year,
        "selects": [parts.years(year)],
        "passports": parts.passports_of(request, answers, sheets),
        **parts.stand_of(request, meetings["passport"], [("jahr", str(year))]),
    }
    return render(request, "cohorts.html", visitor, **context)


async def _stages(request: Request, visitor: Visitor) -> dict[str, dict[str, int]] | None:
    """How far participants are, by run; None at the centre, for who sees no runs, and while the register is away."""
    if desk(request).centre or not allowed(visitor.principal, "plans:read"):
        return None
    try:
        found = await upstreams(request).call(visitor.principal, "registration", "GET", "/api/v1/run-stages")
    except Problem:
        return None  # the figures are there without it
    return {one["run_id"]: one["stages"] for one in found}


def _formats(meetings: Found, participants: Found) -> list[dict[str, Any]]:
    """Meetings held and people reached, by format and role."""
    held, reached = cells(meetings, "format", "role"), cells(participants, "format", "role")
    return [
        {
            "format": label(form, "format"),
            "role": label(role, "role"),
            "held": held.get((form, role)),
            "reached": reached.get((form, role)),
        }
        for form, role in sorted(held.keys() | reached.keys())
    ]


def contact_persons(qualified: Cells, mandated: Cells) -> list[dict[str, Any]]:
    """Of each network the last month it told in the year: contact persons qualified, and mandated of these (IKKE-24).

    A level is never added over months, and networks with another month are not added up (MON-01).
    """
    last: dict[str, str] = {}
    for region, month in qualified:
        last[region] = max(last.get(region, ""), month)
    return [
        {
            "region": name,
            "month": last[region],
            "qualified": (whole := qualified[region, last[region]]),
            "mandated": (part := mandated.get((region, last[region]))) and part._replace(base=whole.value),
        }
        for region, name in parts.networks(last)
    ]


def drawn(reached: Cells) -> str:
    """People reached by format, a bar for each role."""
    points = tuple((label(form, "format"), label(role, "role"), cell.value) for (form, role), cell in reached.items())
    return charts.grouped(points) if points else ""
