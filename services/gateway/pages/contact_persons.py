"""Pages of contact persons (Ansprechpersonen): trained, qualified, mandated, and invited to phase three."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id, read_number
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared.problems import invalid
from shared.security import allowed
from shared.vocabulary.attendance import Stage

router = APIRouter(prefix="/ansprechpersonen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("runs:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("runs:write"))]
API = "/api/v1/contact-persons"
TEMPLATE = "contact_person_form.html"
YES = (("yes", "Sie ist selbst Migrationsbeauftragte*r des Hauses (Personalunion)"),)
DAY = "Zum Beispiel 01.09.2026"
FIELDS = (
    Field("name", "Name"),
    Field("email", "E-Mail", optional=True),
    Field("house", "Haus", hint="Agentur für Arbeit oder Jobcenter"),
    Field("officer", "Funktion", "checks", options=YES, optional=True),
    Field("bridge", "Migrationsbeauftragte*r des Hauses", hint="Brücke oder Tandem", optional=True),
    Field("bridge_email", "Deren E-Mail", optional=True),
    Field("participants", "Teilnahmen an Durchgängen", "checks", "Damit ein Coaching das Seminar von früher kennt",
          optional=True),
    Field("evidence", "Nachweis", hint="Wo Seminar, Coaching und Phase drei abgeschlossen wurden, wenn nicht hier",
          optional=True),
    Field("selected_on", "Für Phase drei ausgewählt am", "date", DAY, optional=True),
    Field("qualified_on", "Qualifiziert am", "date", DAY, optional=True),
    Field("mandated_on", "Von der Geschäftsführung beauftragt am", "date", DAY, optional=True),
    Field("inactive_on", "Nicht mehr tätig seit", "date", DAY, optional=True),
)  # fmt: skip
STAGES = {str(term): term.de for term in Stage}


async def ask(request: Request, visitor: Visitor, method: str, path: str = "", **more: Any) -> Any:
    """Ask registration about contact persons. Raises Problem 403, 404, 409, 422, 503."""
    return await upstreams(request).call(visitor.principal, "registration", method, f"{API}{path}", **more)


def stage_of(one: dict[str, Any]) -> str:
    """How far a contact person is, by her days."""
    if one["inactive_on"]:
        return "nicht mehr tätig"
    stages = {"mandated_on": Stage.MANDATED, "qualified_on": Stage.QUALIFIED, "selected_on": Stage.SELECTED}
    return next((stage.de for name, stage in stages.items() if one[name]), Stage.IN_TRAINING.de)


@router.get("")
async def list_contact_persons(request: Request, visitor: Reader, gespeichert: str = "") -> Response:
    """All of the own carrier, and who is invited to phase three."""
    found, invited = await asyncio.gather(ask(request, visitor, "GET"), ask(request, visitor, "GET", "/invitations"))
    items = [one | {"stage": stage_of(one)} for one in found["items"]]
    context = {"items": items, "invited": invited["items"], "saved": gespeichert == "1"}
    context["writer"] = allowed(visitor.principal, "runs:write")
    return render(request, "contact_persons.html", visitor, **context)


async def _form(request: Request, visitor: Visitor, key: str, revision: str) -> Form:
    """The empty form; her places are chosen among those that are nobody's, or hers."""
    found = (await ask(request, visitor, "GET", "/places"))["items"]
    options = [
        (one["participant_id"], f"{one['name']}: {one['run_title']} ({STAGES.get(one['stage'], one['stage'])})")
        for one in found
        if one["contact_person_id"] in (None, key)
    ]
    fields = (replace(one, options=options) if one.name == "participants" else one for one in FIELDS)
    return Form(tuple(one for one in fields if one.name != "participants" or options), _hidden(key, revision))


def _hidden(key: str, revision: str) -> dict[str, str]:
    return {"key": key, "revision": revision}


@router.get("/neu")
async def new_contact_person(request: Request, visitor: Writer, teilnahme: UUID | None = None) -> Response:
    """The empty form, or with a participant who is to be selected."""
    form = await _form(request, visitor, new_id(), "")
    if teilnahme is not None:
        places = (await ask(request, visitor, "GET", "/places"))["items"]
        one = next((one for one in places if one["participant_id"] == str(teilnahme)), None)
        form = form.with_values({**one, "participants": [str(teilnahme)]} if one else {})
    return render(request, TEMPLATE, visitor, form=form)


@router.get("/{key}/bearbeiten")
async def edit_contact_person(request: Request, visitor: Writer, key: UUID) -> Response:
    """The form with what is stored."""
    one = await ask(request, visitor, "GET", f"/{key}")
    form = await _form(request, visitor, str(key), str(one["revision"]))
    values = one | {"officer": ["yes"] if one["officer"] else []}
    return render(request, TEMPLATE, visitor, form=form.with_values(values))


@router.post("/neu")
async def save_contact_person(request: Request, visitor: Writer) -> Response:
    """Save what the form says; a repeated save changes nothing."""
    data = await read_form(request, visitor)
    form = await _form(request, visitor, str(data.get("key", "")), "")
    form = form.filled(data)

    async def work(typed: Form) -> str:
        await ask(request, visitor, "PUT", f"/{read_id(typed.hidden['key'])}", json=_body(typed))
        return "/ansprechpersonen?gespeichert=1"

    return await save(request, visitor, form, TEMPLATE, work)


def _body(form: Form) -> dict[str, Any]:
    """The record as registration takes it. Raises Problem 422 for days that are none."""
    reading = Reading(form)
    body: dict[str, Any] = {}
    for entry in form.fields:
        typed = form.text(entry.name)
        if entry.kind == "checks":
            body[entry.name] = bool(form.chosen("officer")) if entry.name == "officer" else form.chosen(entry.name)
        elif entry.kind == "date" and typed:
            body[entry.name] = reading.day(entry).isoformat()
        else:
            body[entry.name] = typed or None
    if reading.wrong:
        raise invalid(*reading.wrong)
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    return body


@router.post("/{key}/zurueckziehen")
async def withdraw_contact_person(request: Request, visitor: Writer, key: UUID) -> Response:
    """Withdraw one recorded by mistake."""
    await read_form(request, visitor)
    await ask(request, visitor, "POST", f"/{key}/withdraw")
    return RedirectResponse("/ansprechpersonen?gespeichert=1", 303)
