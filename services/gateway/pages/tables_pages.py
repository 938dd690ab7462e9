"""Pages of the printed tables: list, one page per table, the brochure as PDF (centre only)."""

import asyncio
import re
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.api import log_use
from services.gateway.brochure import brochure, groups, missing, passport, shares
from services.gateway.forms import german, read_day
from services.gateway.languages import _, german_text, speaking
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.table_charts import caption, described, picture
from services.gateway.upstreams import ServiceProblem
from shared.problems import Problem

router = APIRouter(prefix="/tabellen", include_in_schema=False)

Figures = Annotated[Visitor, Depends(SignedIn("figures:read"))]
Stichtag = Annotated[str, Query(max_length=20)]
PRINTED = "printed"
API = "/api/v1/tables"


def chosen(typed: str) -> str:
    """The Stichtag as the API takes it; empty is as printed. Raises Problem 422 when it is no day."""
    return PRINTED if typed.strip() in ("", PRINTED) else read_day(typed, "stichtag", _("Stichtag")).isoformat()


def purpose_needed(request: Request, visitor: Visitor) -> Response | None:
    """Where to say why exact national figures are read, if that is not yet known (design 12)."""
    if visitor.purpose is not None:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/zweck?weiter={quote(request.url.path + query)}", 303)


async def asked(request: Request, visitor: Visitor, name: str, stichtag: str) -> Any:
    """One table, or all of them; the use is logged with its purpose."""
    query = {"stichtag": stichtag}
    await log_use(request, visitor, f"{API}/{name}?{urlencode(query)}")
    return await upstreams(request).call(visitor.principal, "reporting", "GET", f"{API}/{name}", params=query)


def explained(problem: Problem) -> str:
    """What is wrong with the Stichtag and how to mend it."""
    text = " ".join(f"{error.problem} {error.remedy}" for error in problem.errors) or problem.detail
    return german_text(text) if isinstance(problem, ServiceProblem) else text


def switch(stichtag: str, typed: str = "", problem: str = "") -> dict[str, str]:
    """What the form for the Stichtag shows."""
    day = "" if stichtag == PRINTED else german(stichtag)
    return {"stichtag": stichtag, "typed": typed or day, "problem": problem}


@router.get("")
async def tables(request: Request, visitor: Figures, stichtag: Stichtag = "") -> Response:
    """All tables, with the brochure and the workbook."""
    try:
        shown, status = switch(chosen(stichtag)), 200
    except Problem as problem:
        shown, status = switch(PRINTED, stichtag, explained(problem)), 422
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", API)
    return render(request, "tables.html", visitor, status, items=found["items"], switch=shown)


@router.get("/broschuere.pdf")
async def paper(request: Request, visitor: Figures, stichtag: Stichtag = "") -> Response:
    """All tables as one accessible PDF."""
    if (ask := purpose_needed(request, visitor)) is not None:
        return ask
    day = chosen(stichtag)
    found = await asked(request, visitor, "all", day)
    content = await asyncio.to_thread(brochure, found["items"])
    name = f"tabellenband_{'wie-gedruckt' if day == PRINTED else day}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/{table_id}")
async def table(request: Request, visitor: Figures, table_id: str, stichtag: Stichtag = "") -> Response:
    """One table: records beside print, chart or map, the source's doubts, Zahlenpass."""
    if not re.fullmatch(r"t\d\d", table_id):
        raise Problem(404, _("Diese Tabelle gibt es nicht. Bitte prüfen Sie die Adresse."))
    if (ask := purpose_needed(request, visitor)) is not None:
        return ask
    shown, status = switch(PRINTED), 200
    try:
        found = await asked(request, visitor, table_id, chosen(stichtag))
        shown = switch(found["stichtag"])
    except Problem as problem:
        if problem.status != 422:
            raise
        found = await asked(request, visitor, table_id, PRINTED)
        shown, status = switch(PRINTED, stichtag, explained(problem)), 422
    drawn = await asyncio.to_thread(view, found)  # drawing keeps no other page waiting
    return render(request, "table.html", visitor, status, switch=shown, **drawn)


def view(found: dict[str, Any]) -> dict[str, Any]:
    """What the page of a table shows beside its form."""
    return {
        "table": found,
        "groups": groups(found),
        "shares": shares(found),
        "missing": missing(set(found["missing"])),
        "passports": [passport(question) for question in found["questions"]],
        "picture": pictured(found),
    }


def pictured(found: dict[str, Any]) -> dict[str, str]:
    """The chart of a printed table, in German as printed."""
    with speaking("de"):
        return {"svg": picture(found), "text": described(found), "caption": caption(found)}
