"""*Wer hat was gesehen oder geändert?* – the audit of the network's services on one page."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.forms import Field, Form, read_day
from services.gateway.pages.records import PAGE_SIZE, upstreams
from services.gateway.protocol import NOUNS, WHAT, act, merged
from services.gateway.rendering import render
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("audit:read"))]
SERVICES = {"registration": "Stammdaten und Bildung", "counselling": "Beratung"}
Text = Annotated[str, Query(max_length=200)]
Seq = Annotated[int | None, Query(ge=1, le=2**62)]


def filter_form(*, everyone: bool) -> Form:
    """The filters; who sees one record only needs neither account nor kind."""
    kinds = [("", "alle"), *((noun, one) for noun, (one, _) in NOUNS.items())]
    fields = (
        Field("von", "Von Tag", "date", optional=True),
        Field("bis", "Bis Tag", "date", optional=True),
        Field("konto", "Konto", optional=True),
        Field("was", "Was geschah", "select", options=WHAT),
        Field("art", "Art des Datensatzes", "select", options=kinds),
        Field("satz", "Kennung des Datensatzes", hint="Steht in der Adresse seiner Seite", optional=True),
    )
    return Form(tuple(one for one in fields if everyone or one.name not in ("art", "satz")))


def question(form: Form, record: str) -> dict[str, str]:
    """What the services are asked. Raises Problem 422 for a day or id that is none."""
    asked = days(form)
    if record:
        try:
            asked["record"] = str(UUID(record))
        except ValueError:
            remedy = "Bitte aus der Adresse der Seite kopieren."
            raise invalid(
                FieldProblem("satz", record[:40], "Das ist keine Kennung eines Datensatzes.", remedy)
            ) from None
    for name, param, known in (("was", "what", dict(WHAT)), ("art", "noun", NOUNS)):
        if (chosen := form.text(name)) and chosen in known:
            asked[param] = chosen
    if account := form.text("konto"):
        asked["account"] = account
    return asked


def days(form: Form) -> dict[str, str]:
    """The period asked for. Raises Problem 422."""
    asked = {}
    for name, label, param in (("von", "Von Tag", "from"), ("bis", "Bis Tag", "to")):
        if typed := form.text(name):
            day = read_day(typed, name, label)
            if not date(2000, 1, 1) <= day <= date(2200, 1, 1):
                raise invalid(FieldProblem(name, typed, f"„{label}“ liegt zu weit weg.", "Bitte das Jahr prüfen."))
            asked[param] = day.isoformat()
    return asked


async def entries(
    request: Request, visitor: Visitor, asked: Mapping[str, str], cursors: Mapping[str, int | None]
) -> tuple[dict[str, Any], list[str]]:
    """A page from every service, and the names of those that are away."""
    found, away = {}, []
    for name, title in SERVICES.items():
        params = {**asked, "limit": PAGE_SIZE} | ({"before": cursors[name]} if cursors[name] else {})
        try:
            path = "/api/v1/audit"
            found[name] = await upstreams(request).call(visitor.principal, name, "GET", path, params=params)
        except Problem as problem:
            if problem.status != 503:
                raise
            away.append(title)
    return found, away


@router.get("/protokoll")
async def show_audit(
    request: Request,
    visitor: Reader,
    satz: Text = "",
    registration: Seq = None,
    counselling: Seq = None,
) -> Response:
    """The protocol of the own carrier, or of one record. Raises Problem 403 for a counsellor who names none."""
    everyone = visitor.principal.role is Role.ADMIN
    typed = {name: value for name, value in request.query_params.items() if name in FILTERS}
    form = filter_form(everyone=everyone).with_values(typed)
    cursors = {"registration": registration, "counselling": counselling}
    context: dict[str, Any] = {"record": satz, "everyone": everyone, "first": not (registration or counselling)}
    try:
        found, away = await entries(request, visitor, question(form, satz.strip()), cursors)
    except Problem as problem:
        if problem.status != 422:
            raise
        shown = form.refused(problem)
        return render(request, "audit.html", visitor, 422, form=shown, acts=[], older="", newest="", away=[], **context)
    items, after, more = merged(found, cursors, PAGE_SIZE)
    kept = {name: value for name, value in typed.items() if value}
    older = f"?{urlencode(kept | {name: seq for name, seq in after.items() if seq})}" if more else ""
    links: dict[str, Any] = {"older": older, "newest": f"?{urlencode(kept)}"}
    return render(
        request, "audit.html", visitor, form=form, acts=[act(one) for one in items], away=away, **links, **context
    )


FILTERS = tuple(one.name for one in filter_form(everyone=True).fields)
