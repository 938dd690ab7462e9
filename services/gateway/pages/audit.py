"""*Wer hat was gesehen oder geändert?* – the audit of the network's services on one page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor
from services.gateway.account_names import MOST, names_of, subjects_of
from services.gateway.forms import Field, Form
from services.gateway.pages.records import PAGE_SIZE, upstreams
from services.gateway.protocol import NOUNS, WHAT, Act, act, merged
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary import Role

router = APIRouter(include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("audit:read"))]
SERVICES = {"registration": "Stammdaten und Bildung", "counselling": "Beratung"}
PERIOD = {"von": "from", "bis": "to"}
"""Fields of the period: what the services call them."""
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


def question(form: Form, record: str) -> dict[str, Any]:
    """What the services are asked. Raises Problem 422 naming each day and id that is none."""
    asked, wrong = days(form)
    if record:
        try:
            asked["record"] = str(UUID(record))
        except ValueError:
            remedy = "Bitte aus der Adresse der Seite kopieren."
            wrong.append(FieldProblem("satz", record[:40], "Das ist keine Kennung eines Datensatzes.", remedy))
    if wrong:
        raise invalid(*wrong)
    for name, param, known in (("was", "what", dict(WHAT)), ("art", "noun", NOUNS)):
        if (chosen := form.text(name)) and chosen in known:
            asked[param] = chosen
    return asked


def days(form: Form) -> tuple[dict[str, Any], list[FieldProblem]]:
    """The period asked for, and what of it cannot be read."""
    asked: dict[str, Any] = {}
    reading = Reading(form)
    for entry, param in ((one, PERIOD[one.name]) for one in form.fields if one.name in PERIOD):
        if typed := form.text(entry.name):
            day = reading.day(entry)
            if not date(2000, 1, 1) <= day <= date(2200, 1, 1):
                text = f"„{entry.label}“ liegt zu weit weg."
                reading.wrong.append(FieldProblem(entry.name, typed, text, "Bitte das Jahr prüfen."))
            asked[param] = day.isoformat()
    return asked, reading.wrong


async def accounts(request: Request, typed: str) -> list[str]:
    """The accounts a typed name or subject means."""
    async with request.app.state.sessions() as session:
        return [typed, *await subjects_of(session, typed)][:MOST]


async def lines(request: Request, items: Sequence[Mapping[str, Any]]) -> list[Act]:
    """Entries as lines with the names of their accounts."""
    async with request.app.state.sessions() as session:
        names = await names_of(session, {item["subject"] for item in items})
    return [act(item, names) for item in items]


async def entries(
    request: Request, visitor: Visitor, asked: Mapping[str, Any], cursors: Mapping[str, int | None]
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
        asked = question(form, satz.strip())
        if account := form.text("konto"):
            asked["account"] = await accounts(request, account)
        found, away = await entries(request, visitor, asked, cursors)
    except Problem as problem:
        if problem.status != 422:
            raise
        shown = form.refused(problem)
        return render(request, "audit.html", visitor, 422, form=shown, acts=[], older="", newest="", away=[], **context)
    items, after, more = merged(found, cursors, PAGE_SIZE)
    kept = {name: value for name, value in typed.items() if value}
    older = f"?{urlencode(kept | {name: seq for name, seq in after.items() if seq})}" if more else ""
    links: dict[str, Any] = {"older": older, "newest": f"?{urlencode(kept)}"}
    acts = await lines(request, items)
    return render(request, "audit.html", visitor, form=form, acts=acts, away=away, **links, **context)


FILTERS = tuple(one.name for one in filter_form(everyone=True).fields)
