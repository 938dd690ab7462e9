"""Pages of consents: printed to be signed, noted, withdrawn."""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.consent_paper import Agreement, consent_pdf, pages
from services.gateway.forms import Form
from services.gateway.pages.case_sections import Case
from services.gateway.pages.due import person_names
from services.gateway.pages.offices import carriers
from services.gateway.pages.records import new_id, save
from services.gateway.pages.referral_pages import act, beside, directory, keep
from services.gateway.reading import Reading
from services.gateway.referral_forms import Directory, body_named, consent_body, consent_form
from services.gateway.rendering import render
from shared import clock
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary.consents import ConsentPurpose

router = APIRouter(prefix="/faelle/{case_id}", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("cases:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("cases:write"))]
TEMPLATE, TITLE = "consent_form.html", "Entbindung von der Schweigepflicht"
MISSING = (
    ("body_id", "Die Stelle fehlt.", "Bitte die Stelle wählen, die etwas erfahren soll."),
    ("purposes", "Der Zweck fehlt.", "Bitte wenigstens einen Zweck wählen."),
)


@router.get("/entbindung")
async def new_consent(request: Request, visitor: Writer, case_id: UUID, stelle: UUID | None = None) -> Response:
    """The form, with the body that a refused referral was for (`stelle`), and what one usually turns to it for."""
    case, known = await directory(request, visitor, case_id)
    form = consent_form(known, {"key": new_id()})
    if stelle is not None:
        chosen = {entry.name: entry.value for entry in form.fields if entry.value}
        usual = body_named(known, str(stelle)).get("purpose")
        form = form.with_values(chosen | {"body_id": str(stelle), "purposes": [usual] if usual else []})
    return render(request, TEMPLATE, visitor, form=form, **beside(case, TITLE))


@router.post("/entbindung")
async def save_consent(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Note a signed consent, or show the paper to sign: nothing about it ever stands in an address."""
    data = await read_form(request, visitor)
    case, known = await directory(request, visitor, case_id)
    form = consent_form(known, {"key": new_id()}).filled(data)
    wanted = str(data.get("papier", ""))
    if wanted:
        try:
            return await paper(request, visitor, case, (form, known), wanted)
        except Problem as problem:
            return render(request, TEMPLATE, visitor, 422, form=form.refused(problem), **beside(case, TITLE))

    async def work(typed: Form) -> str:
        return await keep(request, visitor, case, "consents", typed, consent_body)

    return await save(request, visitor, form, TEMPLATE, work, **beside(case, TITLE))


async def paper(request: Request, visitor: Visitor, case: Case, typed: tuple[Form, Directory], wanted: str) -> Response:
    """The paper to sign, as a page to print or a PDF. Raises Problem 422 for what it cannot do without."""
    agreement = await agreement_of(request, visitor, case, *typed)
    if wanted != "pdf":
        return render(request, "consent_paper.html", visitor, papers=pages(agreement), title=TITLE, case=case)
    invented = request.app.state.settings.synthetic
    content = await asyncio.to_thread(consent_pdf, agreement, clock.today(), synthetic=invented)
    headers = {"Content-Disposition": 'inline; filename="entbindung.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def agreement_of(request: Request, visitor: Visitor, case: Case, form: Form, known: Directory) -> Agreement:
    """What is to be signed."""
    reading = Reading(form)
    body = consent_body(reading)
    wrong = [FieldProblem(name, None, text, remedy) for name, text, remedy in MISSING if not body[name]]
    if wrong or reading.wrong:
        raise invalid(*wrong, *reading.wrong)
    names, own = await asyncio.gather(person_names(request, visitor, [case]), carriers(request, visitor))
    carrier = dict(own).get(str(visitor.principal.carrier), request.app.state.settings.network_name)
    to = body_named(known, body["body_id"])
    purposes = [ConsentPurpose(code) for code in body["purposes"] if code in set(map(str, ConsentPurpose))]
    person = names.get(case["person_id"], "")
    until = date.fromisoformat(body["valid_until"])
    return Agreement(person, carrier, to["name"], to["address"] or "", purposes, body["details"] or "", until)


@router.post("/entbindungen/{consent_id}/widerrufen")
async def withdraw_consent(request: Request, visitor: Reader, case_id: UUID, consent_id: UUID) -> Response:
    """Withdraw a consent as of now."""
    await read_form(request, visitor)
    none: dict[str, Any] | None = None
    return await act(request, visitor, case_id, f"consents/{consent_id}/withdraw", none)
