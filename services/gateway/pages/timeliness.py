"""How soon counsellings are recorded: answered by the networks, which alone know their days (design 13)."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.crosstabs import Cells, Found, cells
from services.gateway.pages import overview_parts as parts
from services.gateway.pages.asking import catalogue, note_use
from services.gateway.passports import named
from services.gateway.rates import TIMELY, ended, share_of, timeliness
from services.gateway.rendering import label, render
from shared import clock

router = APIRouter(include_in_schema=False)

Year = Annotated[int | None, Query(ge=2015, le=2100)]
CODE = "timeliness"


@router.get("/bund/vollstaendigkeit/zeitnaehe")
@router.get("/auswertung/vollstaendigkeit/zeitnaehe")
async def show(request: Request, visitor: parts.Figures, jahr: Year = None) -> Response:
    """The share recorded within three days by network and month of a year, with the year before, in one question.

    An address of its own: nobody is asked only because somebody looked at completeness.
    """
    if (door := parts.other_door(request)) is not None:
        return door
    await note_use(request, visitor)
    year = jahr or clock.today().year
    span = (f"{year - 1}-01", f"{year}-12")
    found, sheets = await asyncio.gather(
        parts.asked(request, visitor, CODE, "region", "month", months=span), catalogue(request, visitor)
    )
    context = await _judged(found, year) | {
        "selects": [parts.years(year)],
        "passports": parts.passports_of(request, (found,), sheets),
        **parts.stand_of(request, found["passport"], [("jahr", str(year))]),
    }
    return render(request, "timeliness.html", visitor, **context)


async def _judged(found: Found, year: int) -> dict[str, Any]:
    """Networks and all of them together; only months that ended three days before the Stichtag are judged.

    Before that, what is still in time is missing. The year before is that of the same months.
    """
    as_of = date.fromisoformat(found["passport"]["as_of"])
    months, earlier = ended(year, as_of, TIMELY), ended(year - 1, as_of, TIMELY)
    same = earlier[: len(months)]
    told, together = cells(found, "region", "month"), cells(found, "month")
    regions = parts.networks(code for code, _month in told)
    return {
        "rows": timeliness(told, [code for code, _name in regions], months, same),
        "whole": [together.get((month,)) for month in months],
        "whole_year": share_of(told, months),
        "whole_before": share_of(told, same),
        "months": months,
        "missing": named(found["passport"], "missing"),
        "differing": named(found["passport"], "differing"),
        "picture": await asyncio.to_thread(drawn, together, [*earlier, *months]),
        "year": year,
    }


def drawn(together: Cells, months: Sequence[str]) -> str:
    """The share of all networks by month, in whole per cent, as a line."""
    shares = [(month, cell.share) for month in months if (cell := together.get((month,)))]
    points = tuple((month, label(month, "month"), round(100 * share)) for month, share in shares if share is not None)
    return charts.months(points) if len(points) > 1 else ""
