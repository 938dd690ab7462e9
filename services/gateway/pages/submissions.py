"""Editions that networks submitted: listed with who did not answer, looked at beside own records, then accepted."""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, WithPurpose, read_form
from services.gateway.editions import METHODS, shown, view
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, note_use
from services.gateway.pages.records import upstreams
from services.gateway.rendering import label, render
from services.gateway.sheets import Sheet
from shared.problems import Problem
from shared.security import allowed

router = APIRouter(prefix="/veroeffentlichungen/einreichungen", include_in_schema=False)

Publisher = Annotated[Visitor, Depends(SignedIn("editions:publish"))]
Exact = Annotated[Visitor, Depends(WithPurpose("editions:publish"))]
API = "/api/v1/submissions"
Found = dict[str, Any]
TOTAL = ["Summe"]
"""How reporting names the total of a table among its rows."""


async def submitted(request: Request, visitor: Visitor) -> Found | None:
    """What networks submitted and nobody has accepted yet, and who is `missing`; none for who does not publish."""
    if not (request.app.state.settings.is_centre and allowed(visitor.principal, "editions:publish")):
        return None
    found: Found = await upstreams(request).call(visitor.principal, "reporting", "GET", API)
    items = [{**item, "method": _(METHODS[item["method"]])} for item in found["items"]]
    return {"items": items, "missing": [label(code, "region") for code in found["missing"]]}


async def lost(request: Request, visitor: Visitor) -> list[Found]:
    """Published editions that their network has not got any more."""
    found: list[Found] = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/acceptances")
    return found


@router.get("/{region}/{key}")
async def look_at(request: Request, visitor: Exact, region: str, key: UUID) -> Response:
    """Exactly what would be accepted, with differences to own records; exact, so noted. Raises Problem 404, 409."""
    await note_use(request, visitor)
    return await submission_page(request, visitor, region, key)


async def submission_page(
    request: Request, visitor: Visitor, region: str, key: UUID, problem: Problem | None = None
) -> Response:
    """The page of a submission, with what was just refused."""
    path = f"{API}/{quote(region, safe='')}/{key}"
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", path)
    document = found["edition"]
    context = {
        "edition": document and await shown_edition(request, visitor, document),
        "differences": document and differences(found, document),
        "refusal": found["refusal"],
        "region": region,
        "key": key,
        "problem": problem,
    }
    return render(request, "submission.html", visitor, problem.status if problem else 200, **context)


async def shown_edition(request: Request, visitor: Visitor, document: Found) -> Found | None:
    """The edition as everyone would read it; none where its indicators are not known here."""
    sheets: Mapping[str, Sheet] = await catalogue(request, visitor)
    if any(table["indicator"] not in sheets for table in document["tables"]):
        return None
    settings = request.app.state.settings
    return view(document, sheets, settings.network_name, centre=settings.is_centre)


def differences(found: Found, document: Found) -> list[Found]:
    """Differing numbers by table, in words."""
    tables = []
    for number, entries in groupby(found["differences"], itemgetter("table")):
        by = document["tables"][number - 1]["by"]
        rows = [(named(entry["values"], by), shown(entry["told"]), shown(entry["here"])) for entry in entries]
        tables.append({"number": number, "columns": [dimension(name).title for name in by], "rows": rows})
    return tables


def named(values: list[str], by: list[str]) -> str:
    """A row by its values, or the total."""
    if values == TOTAL:
        return _("Insgesamt")
    return ", ".join(label(value, name) for value, name in zip(values, by, strict=True))


@router.post("/{region}/{key}")
async def accept(request: Request, visitor: Publisher, region: str, key: UUID) -> Response:
    """Accept a network's edition, which publishes it; a refusal stands on its page. Raises Problem 404."""
    await read_form(request, visitor)
    try:
        path = f"{API}/{quote(region, safe='')}/{key}/accept"
        await upstreams(request).call(visitor.principal, "reporting", "POST", path)
    except Problem as problem:
        if problem.status != 409 or visitor.purpose is None:  # its page tells exact numbers
            raise
        await note_use(request, visitor)
        return await submission_page(request, visitor, region, key, problem)
    return RedirectResponse(f"/veroeffentlichungen/{key}?getan=erschienen", 303)
