"""Completeness of each service of each network, and which network told records for which month (DHIS2: reporting rate).

In a network its own row of both.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.access import Visitor
from services.gateway.crosstabs import Cells, Found, cells
from services.gateway.labels import SERVICES
from services.gateway.languages import _
from services.gateway.pages import overview_parts as parts
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.completeness import completeness, recording
from services.gateway.pages.records import upstreams
from services.gateway.rates import Rates, ended, reporting_rates
from services.gateway.rendering import label, render
from shared import clock
from shared.topology import load_topology

router = APIRouter(include_in_schema=False)

Year = Annotated[int | None, Query(ge=2015, le=2100)]
Chosen = Annotated[str, Query(max_length=80)]
DATA_SETS = (
    "counselling_sessions",
    "group_participants",
    "company_counsellings",
    "meetings_held",
    "qualification_entries",
    "recognition_procedures",
)
"""Indicators by whose records a month counts as reported; each stands for the records it counts."""
SILENT = timedelta(minutes=10)
"""A service sends a heartbeat every 30 seconds; after so long it is called silent."""


@router.get("/bund/vollstaendigkeit")
@router.get("/auswertung/vollstaendigkeit")
async def show(request: Request, visitor: parts.Figures, jahr: Year = None, datensatz: Chosen = "") -> Response:
    """The matrix of networks and services, and the reporting rates of a data set in a year."""
    if (door := parts.other_door(request)) is not None:
        return door
    sheets = await catalogue(request, visitor)
    options = [(code, sheets[code].title) for code in DATA_SETS]
    code = parts.choice(datensatz, options, "datensatz", _("Datensatz")) or DATA_SETS[0]
    await note_use(request, visitor)
    year = jahr or clock.today().year
    held, services, told = await asyncio.gather(
        parts.asked(request, visitor, "completeness", "region", "service"),
        upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/coverage/services"),
        parts.asked(request, visitor, code, "region", "month", months=(f"{year}-01", f"{year}-12")),
    )
    context = await _services(request, visitor, held, services) | await _rates(request, held, told, services, year)
    context |= {
        "title": sheets[code].title,
        "selects": [parts.years(year), parts.select("datensatz", _("Datensatz"), options, code)],
        "passports": parts.passports_of(request, (held, told), sheets),
        **parts.stand_of(request, told["passport"], [("jahr", str(year)), ("datensatz", code)]),
    }
    return render(request, "reporting_rates.html", visitor, **context)


async def _services(request: Request, visitor: Visitor, held: Found, services: Sequence[Any]) -> dict[str, Any]:
    """The matrix; in a network what its own services heard from the centre."""
    stock = await completeness(request, visitor) if recording(request) else None
    delivered = cells(held, "region", "service")
    return {
        "matrix": matrix(delivered, services, clock.now()),
        "services": [(code, _(title)) for code, title in SERVICES],
        "total": (held["total"], sum(cell.base or 0 for cell in delivered.values())),
        "stock": stock,
    }


async def _rates(request: Request, held: Found, told: Found, services: Sequence[Any], year: int) -> dict[str, Any]:
    """Reporting rates of the networks that ever spoke, and which never did."""
    counted = cells(told, "region", "month")
    spoken = {row["region"] for row in (*held["rows"], *told["rows"], *services)}
    rates = reporting_rates(
        counted,
        [code for code, _name in parts.networks(spoken)],
        ended(year, date.fromisoformat(told["passport"]["as_of"])),
    )
    centre = desk(request).centre
    return {
        "rates": rates,
        "never": [label(code, "region") for code in load_topology() if centre and code not in spoken],
        "picture": await asyncio.to_thread(drawn, rates) if centre else "",
        "year": year,
    }


def matrix(held: Cells, services: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Networks with what each of their services has delivered and says of itself."""
    heard = {(one["region"], one["service"]): one for one in services}
    codes = parts.networks(region for region, _service in (*held, *heard))
    return [
        {
            "region": region,
            "name": name,
            "services": [_service(region, service, held, heard, now) for service, _title in SERVICES],
        }
        for region, name in codes
    ]


def _service(
    region: str, service: str, held: Cells, heard: dict[tuple[str, str], dict[str, Any]], now: datetime
) -> dict[str, Any]:
    beat = heard.get((region, service))
    silent = beat is not None and now - datetime.fromisoformat(beat["last_heartbeat"]) > SILENT
    return {"held": held.get((region, service)), "beat": beat, "silent": silent}


def drawn(rates: Rates) -> str:
    """The share of networks that told records for a month, in whole per cent; a picture of one month says nothing."""
    points = tuple(
        (month, label(month, "month"), round(100 * told / due)) for month, told, due in rates.by_month if due
    )
    return charts.months(points) if len(points) > 1 else ""
