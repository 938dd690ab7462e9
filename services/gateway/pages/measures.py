"""Pages of offerings: what a carrier offers, created and described by those who teach."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id, terms
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared import vocabulary as v
from shared.problems import invalid
from shared.security import allowed
from shared.vocabulary.measures import MeasureType

router = APIRouter(prefix="/teilnahmen/angebote", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("offerings:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("offerings:write"))]
PATH, API = "/teilnahmen/angebote", "/api/v1/offerings"
TEMPLATE, NEW, CHANGED = "offering_form.html", "Neues Angebot", "Angebot ändern"
NOT_SAID = ("", "keine Angabe")
MEASURES = {str(term): term.de for term in MeasureType}
KEPT = ("format", "topic", "target_groups", "office")
"""What this form does not ask for and a change leaves alone."""
FIELDS = (
    Field("code", "Kürzel", hint="Bleibt; Listen erkennen das Angebot daran", longest=40),
    Field("title", "Bezeichnung", hint="Zum Beispiel „Brückenmaßnahme Umwelthandwerk“", optional=True),
    Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine)),
    Field("measure", "Art der Maßnahme", "select", options=[NOT_SAID, *terms(MeasureType)], optional=True),
    Field("form", "Form der Maßnahme", "radio", options=terms(v.CourseForm)),
    Field("delivery", "Durchführung", "select", options=terms(v.Delivery)),
    Field("starts", "Beginn", "date", "Zum Beispiel 01.09.2026", optional=True),
    Field("ends", "Ende", "date", "Danach fragt „Fällig“ nach dem Ende der Teilnahmen", optional=True),
    Field("units", "Unterrichtseinheiten", "number", "Zu 45 Minuten, insgesamt", optional=True),
)
DEFAULTS = {"programme_line": "qualification", "form": "not_stated", "delivery": "not_stated"}


def body_of(reading: Reading) -> dict[str, Any]:
    """The offering as registration takes it; what cannot be read is noted."""
    body: dict[str, Any] = {}
    for entry in reading.form.fields:
        text = reading.form.text(entry.name)
        if entry.kind == "date":
            body[entry.name] = reading.day(entry).isoformat() if text else None
        elif entry.kind == "number":
            body[entry.name] = reading.number(entry)
        else:
            body[entry.name] = text or None
    if reading.form.hidden["revision"]:
        body["revision"] = int(reading.form.hidden["revision"])
    return body


async def fetch(request: Request, visitor: Visitor, key: UUID) -> dict[str, Any]:
    """An offering. Raises Problem 404."""
    item: dict[str, Any] = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/{key}")
    return item


@router.get("")
async def list_offerings(request: Request, visitor: Reader, gespeichert: str = "") -> Response:
    """Offerings of the carrier, by code."""
    params = {"limit": 500}
    found = await upstreams(request).call(visitor.principal, "registration", "GET", API, params=params)
    context: dict[str, Any] = {"items": found["items"], "measures": MEASURES, "saved": gespeichert}
    context["writes"] = allowed(visitor.principal, "offerings:write")
    return render(request, "offerings.html", visitor, **context)


@router.get("/neu")
async def new_offering(request: Request, visitor: Writer) -> Response:
    """The form, empty."""
    form = Form(FIELDS, {"key": new_id(), "revision": ""}).with_values(DEFAULTS)
    return render(request, TEMPLATE, visitor, form=form, title=NEW)


@router.post("/neu")
async def save_offering(request: Request, visitor: Writer) -> Response:
    """Save an offering; a repeated or double save changes nothing."""
    data = await read_form(request, visitor)
    form = Form(FIELDS, {"key": new_id(), "revision": ""}).filled(data)

    async def work(typed: Form) -> str:
        reading, key = Reading(typed), read_id(typed.hidden["key"])
        body = body_of(reading)
        if reading.wrong:
            raise invalid(*reading.wrong)
        if "revision" in body:
            stored = await fetch(request, visitor, key)
            body |= {name: stored[name] for name in KEPT}
        await upstreams(request).call(visitor.principal, "registration", "PUT", f"{API}/{key}", json=body)
        return f"{PATH}?gespeichert=1"

    title = CHANGED if form.hidden["revision"] else NEW
    return await save(request, visitor, form, TEMPLATE, work, title=title)


@router.get("/{key}/bearbeiten")
async def edit_offering(request: Request, visitor: Writer, key: UUID) -> Response:
    """The form with what is stored."""
    item = await fetch(request, visitor, key)
    hidden = {"key": str(key), "revision": str(item["revision"])}
    form = Form(FIELDS, hidden).with_values(item | {"code": item["external_id"]})
    return render(request, TEMPLATE, visitor, form=form, title=CHANGED)
