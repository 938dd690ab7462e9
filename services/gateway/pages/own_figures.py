"""Own figures: a counsellor's own, an administration's carrier, a coordination's network; no colleague is compared."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.forms import Field, Form
from services.gateway.pages.records import upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared import clock
from shared.problems import Problem, invalid
from shared.vocabulary.structural import StructuralKind

router = APIRouter(prefix="/eigene-zahlen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("own_figures:read"))]
Typed = Annotated[str, Query(max_length=20)]
WHOSE = {
    "own": ("Meine Zahlen", "Beratungen, die Sie erfasst haben, und Fälle, die Sie führen."),
    "carrier": ("Zahlen Ihres Trägers", "Alle Beratungen und Fälle Ihres Trägers; nichts davon nach Personen."),
    "network": ("Zahlen Ihres Netzwerks", "Alle Beratungen und Fälle im Netzwerk; nichts davon nach Trägern."),
}

WORKS = {str(term): term.de for term in StructuralKind}


def period_form() -> Form:
    """From a day to a day: this year so far, unless somebody says otherwise."""
    today = clock.today()
    fields = (Field("von", "Von", "date"), Field("bis", "Bis", "date"))
    return Form(fields).with_values({"von": f"{date(today.year, 1, 1)}", "bis": f"{today}"})


@router.get("")
async def own_figures(request: Request, visitor: Reader, von: Typed = "", bis: Typed = "") -> Response:
    """The figures of a period; a day that is none is said at its field."""
    form, found, status = period_form(), None, 200
    if von or bis:
        form = form.with_values({"von": von, "bis": bis})
    reading = Reading(form)
    days = [reading.day(entry) for entry in form.fields]
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        found = await asked(request, visitor, *days)
    except Problem as problem:
        if problem.status not in (422, 503):
            raise
        form, status = form.refused(renamed(problem)), problem.status
    context: dict[str, Any] = {"form": form, "found": found, "whose": WHOSE, "works": WORKS}
    return render(request, "own_figures.html", visitor, status, **context)


async def asked(request: Request, visitor: Visitor, first: date, last: date) -> dict[str, Any]:
    """The figures as counselling counts them."""
    params = {"from": first.isoformat(), "to": last.isoformat()}
    path = "/api/v1/own-figures"
    found: dict[str, Any] = await upstreams(request).call(visitor.principal, "counselling", "GET", path, params=params)
    return found


def renamed(problem: Problem) -> Problem:
    """The service's refusal at the fields of this form."""
    names = {"from": "von", "to": "bis"}
    errors = [replace(one, field=names.get(one.field, one.field)) for one in problem.errors]
    return Problem(problem.status, problem.detail, errors)
