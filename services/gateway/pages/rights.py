"""Pages of a person's rights: everything held about her as a file, and her erasure in two steps."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.disclosure import Disclosure, as_json, as_pdf, worded
from services.gateway.forms import Field, Form
from services.gateway.pages.offices import carriers
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(prefix="/personen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("persons:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("persons:write"))]
API = "/api/v1/persons"
WORD = "LÖSCHEN"
REASONS = (
    ("wish", "Die Person wünscht es"),
    ("retention", "Die Daten werden nicht mehr gebraucht (Ende der Aufbewahrung)"),
)
REASON = Field("reason", "Warum wird gelöscht?", "radio", options=REASONS)
TYPED = Field("word", f"Bitte schreiben Sie zur Bestätigung: {WORD}", hint="Das kann niemand rückgängig machen.")
NOTHING: dict[str, Any] = {"sections": [], "given_to": [], "withheld": 0}


@router.get("/geloescht")
async def erased(request: Request, visitor: Writer) -> Response:
    """Say that a person was erased; of whom, no address says."""
    return render(request, "person_erased.html", visitor)


@router.get("/{person_id}/auskunft")
async def disclosure_page(request: Request, visitor: Reader, person_id: UUID) -> Response:
    """Where the files are, and what is in them; nothing is read before one is asked for."""
    person = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/{person_id}")
    return render(request, "person_disclosure.html", visitor, person=person)


@router.get("/{person_id}/auskunft/{form}")
async def disclosure_file(request: Request, visitor: Reader, person_id: UUID, form: Literal["json", "pdf"]) -> Response:
    """Everything held about a person as one file; noted in the audit of both services. Raises Problem 404, 503."""
    found = await everything(request, visitor, person_id)
    invented = request.app.state.settings.synthetic
    content = as_json(found) if form == "json" else await asyncio.to_thread(as_pdf, found, synthetic=invented)
    headers = {"Content-Disposition": f'attachment; filename="auskunft.{form}"'}
    return Response(content, media_type=f"application/{form}", headers=headers)


async def everything(request: Request, visitor: Visitor, person_id: UUID) -> Disclosure:
    """What both services hold; a service that is away costs the whole, for half a disclosure would be a wrong one."""
    services, who, path = upstreams(request), visitor.principal, f"{API}/{person_id}/everything"
    identity = await services.call(who, "registration", "GET", path)
    try:
        work = await services.call(who, "counselling", "GET", path)
    except Problem as problem:
        if problem.status != 404:
            raise
        work = NOTHING  # recorded, but never counselled
    names = dict(await carriers(request, visitor))
    carrier = names.get(str(visitor.principal.carrier), request.app.state.settings.network_name)
    sections = worded([*identity["sections"], *work["sections"]])
    return Disclosure(str(person_id), carrier, clock.today(), sections, work["given_to"], work["withheld"])


@router.get("/{person_id}/loeschen")
async def ask_reason(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """First step: what goes, what stays, what is in the way, and why."""
    return await step(request, visitor, person_id, Form((REASON,)))


@router.post("/{person_id}/loeschen")
async def erase(request: Request, visitor: Writer, person_id: UUID) -> Response:
    """Second step: a word to type; with it the person is erased for good."""
    data = await read_form(request, visitor)
    form = Form((REASON,)).filled(data)
    reason = form.text("reason")
    if reason not in dict(REASONS):
        wrong = invalid(FieldProblem("reason", None, "Der Grund fehlt.", "Bitte einen Grund wählen."))
        return await step(request, visitor, person_id, form.refused(wrong), 422)
    confirm = Form((TYPED,), {"reason": reason})
    if "word" not in data:
        return await step(request, visitor, person_id, confirm)
    if str(data["word"]).strip().upper() != WORD:
        wrong = invalid(FieldProblem("word", None, f"Das Wort {WORD} fehlt.", "Bitte schreiben Sie es ganz."))
        return await step(request, visitor, person_id, confirm.filled(data).refused(wrong), 422)
    if await obstacles(request, visitor, person_id):
        return await step(request, visitor, person_id, confirm, 409)
    path = f"{API}/{person_id}/erase"
    await upstreams(request).call(visitor.principal, "registration", "POST", path, json={"reason": reason})
    return RedirectResponse("/personen/geloescht", 303)


async def step(request: Request, visitor: Visitor, person_id: UUID, form: Form, status: int = 200) -> Response:
    """One of the two steps; without a form where something is in the way."""
    person = await upstreams(request).call(visitor.principal, "registration", "GET", f"{API}/{person_id}")
    found = await obstacles(request, visitor, person_id)
    context = {"person": person, "form": form, "obstacles": found, "last": "reason" in form.hidden}
    return render(request, "person_erase.html", visitor, status, **context)


async def obstacles(request: Request, visitor: Visitor, person_id: UUID) -> list[str]:
    """What should be settled first. Raises Problem 503: nobody is erased while that cannot be known."""
    path = f"{API}/{person_id}/obstacles"
    try:
        found = await upstreams(request).call(visitor.principal, "counselling", "GET", path)
    except Problem as problem:
        if problem.status != 404:
            raise
        return []  # recorded, but never counselled
    return list(found["obstacles"])
