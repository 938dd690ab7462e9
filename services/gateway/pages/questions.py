"""Questions from Berlin: what the centre asked this network (design 13); every member of staff may see it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.pages.asking import catalogue, desk
from services.gateway.pages.records import PAGE_SIZE, pages, upstreams
from services.gateway.passports import limits, listed, period, stand
from services.gateway.rendering import render
from services.gateway.sheets import Sheet
from services.gateway.special_requests import FIXED, SpecialRequest, page_link
from shared.problems import Problem

router = APIRouter(include_in_schema=False)

Figures = Annotated[Visitor, Depends(SignedIn("figures:read"))]


@router.get("/fragen")
async def list_questions(
    request: Request, visitor: Figures, offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> Response:
    """Every question the network was asked, newest first. Raises Problem 404 at the centre, which asks."""
    if desk(request).centre:
        raise Problem(404, _("Dieses Verzeichnis führt jedes Netzwerk selbst."))
    sheets = await catalogue(request, visitor)
    params = {"limit": PAGE_SIZE, "offset": offset}
    try:
        found = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/questions", params=params)
    except Problem as problem:
        if problem.status != 404:
            raise
        return render(request, "questions.html", visitor, items=None, pages=pages(0, 0))
    items = [shown(request, item, sheets) for item in found["items"]]
    return render(request, "questions.html", visitor, items=items, pages=pages(found["total"], offset))


def shown(request: Request, item: dict[str, Any], sheets: dict[str, Sheet]) -> dict[str, Any]:
    """A question in words, with the link to the own answer."""
    code, by = item["indicator"], tuple(item["by"])
    filters = tuple(sorted((name, tuple(values)) for name, values in item["filters"].items()))
    months = {"from": item["first"], "to": item["last"]}
    given = {name: str(day) for name, day in (months | {name: item[name] for name in FIXED}).items() if day}
    return {
        "asked_at": item["asked_at"],
        "title": sheets[code].title if code in sheets else code,
        "by": listed([dimension(name).title for name in by]) or _("insgesamt"),
        "filters": limits(filters),
        "period": period(months),
        "stand": stand(item["as_of"], desk(request).today),
        "known_at": item["known_at"],
        "answered": item["answered"],
        "link": page_link(SpecialRequest(code, by, filters, given)),
    }
