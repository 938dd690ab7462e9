"""IQ Good Practice for everyone: published sheets, filtered, one page and one paper each (GP-10, GP-11).

A network shows its own, the centre those of all networks.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway.access import visitor_of
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.pages.projects import Options, asked_for, kept_query
from services.gateway.pages.public_data import everyone
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.rendering import render
from services.gateway.sheet_paper import SECTIONS, kind_of, lands, sheet_pdf
from shared.problems import Problem

router = APIRouter(prefix="/good-practice", include_in_schema=False)
API = "/api/v1/published-sheets"
UNKNOWN = "Diesen Steckbrief gibt es nicht (mehr). Alle, die veröffentlicht sind, stehen unter „Good Practice“."
Chosen = Annotated[str, Query(max_length=60)]


def filters(request: Request) -> Options:
    """Options of the filters by name; by Land at the centre only, and no value that says there is none."""
    names = ("round", "area", "programme_line") + (("region",) if request.app.state.settings.is_centre else ())
    return {name: [one for one in dimension(name).options if one[0] != "not_stated"] for name in names}


async def one_sheet(request: Request, key: str) -> dict[str, Any]:
    """A published sheet. Raises Problem 404."""
    try:
        found: dict[str, Any] = await upstreams(request).call(
            everyone(request), "reporting", "GET", f"{API}/{UUID(key)}"
        )
    except (ValueError, Problem) as error:
        if isinstance(error, Problem) and error.status != 404:
            raise
        raise Problem(404, _(UNKNOWN)) from None
    return found


@router.get("")
async def list_sheets(
    request: Request,
    q: Annotated[str, Query(max_length=400)] = "",
    funding_round: Annotated[str, Query(alias="round", max_length=60)] = "",
    area: Chosen = "",
    programme_line: Chosen = "",
    region: Chosen = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Published sheets, newest first; a filter that is none asks nothing."""
    offered = filters(request)
    typed = {"round": funding_round, "area": area, "programme_line": programme_line, "region": region, "q": q}
    asked = asked_for(offered, typed)
    params = asked | {"limit": str(PAGE_SIZE), "offset": str(offset)}
    found = await upstreams(request).call(everyone(request), "reporting", "GET", API, params=params)
    context: dict[str, Any] = {
        "items": [one | {"kind": kind_of(one), "lands": lands(one["transferred_to"])} for one in found["items"]],
        "pages": pages(found["total"], offset),
        "query": kept_query(asked),
        "asked": asked,
        "offered": offered,
    }
    return render(request, "good_practice.html", await visitor_of(request), **context)


@router.get("/{key}.pdf")
async def download(request: Request, key: str) -> Response:
    """One sheet on paper. Raises Problem 404."""
    content = await asyncio.to_thread(sheet_pdf, await one_sheet(request, key))
    headers = {"Content-Disposition": f'inline; filename="good-practice_{UUID(key)}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{key}")
async def show_sheet(request: Request, key: str) -> Response:
    """One published sheet. Raises Problem 404."""
    sheet = await one_sheet(request, key)
    context: dict[str, Any] = {
        "sheet": sheet,
        "kind": kind_of(sheet),
        "lands": lands(sheet["transferred_to"]),
        "sections": SECTIONS,
    }
    return render(request, "good_practice_sheet.html", await visitor_of(request), **context)
