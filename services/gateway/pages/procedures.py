"""Pages of recognition procedures: their section in a case, the form, the next stand and the stages."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.gateway import occupations, procedure_form
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Form
from services.gateway.pages.authorities import find
from services.gateway.pages.due import person_names
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared import clock
from shared import vocabulary as v
from shared.problems import Problem, invalid
from shared.vocabulary.cases import CaseState

router = APIRouter(prefix="/faelle/{case_id}/verfahren", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("cases:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("cases:write"))]
Item = dict[str, Any]
NOT_FOUND = "Dieses Verfahren gibt es in diesem Fall nicht."
VOCABULARIES = {"kind": v.ProcedureKind, "state": v.ProcedureState, "outcome": v.ProcedureOutcome}
VOCABULARIES |= {"stage": v.StageKind, "stage_state": v.StageState, "land": v.Land}
WORDS = {name: {str(term): term.de for term in terms} for name, terms in VOCABULARIES.items()}


async def call(
    request: Request, visitor: Visitor, case_id: UUID | str, method: str, rest: str = "", **more: Any
) -> Any:
    """A call to counselling's API of a case's procedures."""
    path = f"/api/v1/cases/{case_id}/procedures{rest}"
    return await upstreams(request).call(visitor.principal, "counselling", method, path, **more)


async def section(request: Request, visitor: Visitor, case: Item) -> Item:
    """The procedures of a case, for its page."""
    items = (await call(request, visitor, case["case_id"], "GET"))["items"]
    keys = {item["reference_occupation"] for item in items} - {None}
    titles = await occupations.titles_of(request, visitor, keys)
    return {"items": items, "titles": titles, "words": WORDS} | _proposal()


def _proposal() -> Item:
    today = clock.today()
    return {
        "stage_key": new_id,
        "today": f"{today:%d.%m.%Y}",
        "soon": f"{today + procedure_form.IN_TWO_WEEKS:%d.%m.%Y}",
    }


async def fetch(request: Request, visitor: Visitor, case_id: UUID, key: UUID | str) -> Item:
    """One procedure of a case. Raises Problem 404."""
    for item in (await call(request, visitor, case_id, "GET"))["items"]:
        if item["procedure_id"] == str(key):
            return dict(item)
    raise Problem(404, NOT_FOUND)


async def case_of(request: Request, visitor: Visitor, case_id: UUID) -> Item:
    """The case with its person's name."""
    case: Item = await upstreams(request).call(visitor.principal, "counselling", "GET", f"/api/v1/cases/{case_id}")
    names = await person_names(request, visitor, [case])
    return case | {"name": names.get(case["person_id"], "Person")}


@router.get("/neu")
async def new_procedure(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """The form of a new procedure, with the occupation her last session names."""
    case = await case_of(request, visitor, case_id)
    form = procedure_form.new_form(new_id(), request.app.state.settings.network, await _known(request, visitor, case))
    form = await occupations.named(request, visitor, await _with_found(request, visitor, form, None))
    return await _form_page(request, visitor, case, form)


async def _known(request: Request, visitor: Visitor, case: Item) -> str | None:
    params = {"person_id": case["person_id"], "limit": "5"}
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", "/api/v1/sessions", params=params)
    return next((item["reference_occupation"] for item in found["items"] if item["reference_occupation"]), None)


@router.get("/{key}/bearbeiten")
async def edit_procedure(request: Request, visitor: Writer, case_id: UUID, key: UUID) -> Response:
    """The form with the stored values."""
    case, item = await asyncio.gather(case_of(request, visitor, case_id), fetch(request, visitor, case_id, key))
    form = await _with_found(request, visitor, procedure_form.stored_form(item), item)
    return await _form_page(request, visitor, case, await occupations.named(request, visitor, form))


async def _form_page(request: Request, visitor: Visitor, case: Item, form: Form, status: int = 200) -> Response:
    return render(request, "procedure_form.html", visitor, status, case=case, form=form)


async def _with_found(request: Request, visitor: Visitor, form: Form, stored: Item | None) -> Form:
    key = occupations.key_of(form, "reference_occupation")
    found = (await find(request, visitor, key, form.text("land")))["items"] if key else []
    return procedure_form.with_authorities(form, found, stored and stored["authority"])


@router.post("/{key}/bearbeiten")
async def save_procedure(request: Request, visitor: Writer, case_id: UUID, key: UUID) -> Response:
    """Save the whole form, or only look for authorities (button *Stellen suchen*)."""
    data = await read_form(request, visitor)
    case = await case_of(request, visitor, case_id)
    stored = await fetch(request, visitor, case_id, key) if data.get("revision") else None
    hidden = {"key": str(key), "revision": ""}
    blank = procedure_form.stored_form(stored) if stored else procedure_form.whole_form(hidden)
    form, wrong = await occupations.settled(request, visitor, blank.filled(data))
    form = await _with_found(request, visitor, form, stored)
    if "suchen" in data:
        form = form.refused(invalid(*wrong)) if wrong else form
        return await _form_page(request, visitor, case, form, 422 if wrong else 200)

    async def work(typed: Form) -> str:
        return await _put(request, visitor, case_id, Reading(typed, *wrong), stored)

    return await save(request, visitor, form, "procedure_form.html", work, case=case)


async def _put(request: Request, visitor: Visitor, case_id: UUID, reading: Reading, stored: Item | None) -> str:
    body = procedure_form.body_of(reading, stored)
    if reading.wrong:
        raise invalid(*reading.wrong)
    key = reading.form.hidden["key"]
    await call(request, visitor, case_id, "PUT", f"/{key}", json=body)
    return f"/faelle/{case_id}/verfahren/{key}?gespeichert=1"


@router.get("/{key}")
async def show_procedure(
    request: Request, visitor: Reader, case_id: UUID, key: UUID, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """One procedure: how far it is, its deadlines, the authority, stages, and what comes next."""
    case, item = await asyncio.gather(case_of(request, visitor, case_id), fetch(request, visitor, case_id, key))
    return render(request, "procedure.html", visitor, **await _context(request, visitor, case, item), saved=gespeichert)


async def _context(request: Request, visitor: Visitor, case: Item, item: Item, **forms: Form) -> Item:
    keys = {item["reference_occupation"]} - {None}
    titles = await occupations.titles_of(request, visitor, keys)
    writes = case["state"] == CaseState.OPEN and visitor.principal.subject in (case["owner"], case["deputy"])
    context: Item = {"case": case, "item": item, "titles": titles, "words": WORDS, "writes": writes} | _proposal()
    context |= {"form": procedure_form.next_form(item), "stage": procedure_form.stage_form(item, new_id())}
    return context | forms


@router.post("/{key}/weiter")
async def lead_on(request: Request, visitor: Writer, case_id: UUID, key: UUID) -> Response:
    """Save the next stand."""
    data = await read_form(request, visitor)
    case, item = await asyncio.gather(case_of(request, visitor, case_id), fetch(request, visitor, case_id, key))
    form = procedure_form.next_form(item).filled(data)

    async def work(typed: Form) -> str:
        return await _put(request, visitor, case_id, Reading(typed), item)

    context = await _context(request, visitor, case, item)
    del context["form"]
    return await save(request, visitor, form, "procedure.html", work, saved="", **context)


@router.post("/{key}/etappen/{stage_id}")
async def save_stage(request: Request, visitor: Writer, case_id: UUID, key: UUID, stage_id: UUID) -> Response:
    """Save a stage; a refusal shows the procedure with what was typed."""
    data = await read_form(request, visitor)
    item = await fetch(request, visitor, case_id, key)
    form = procedure_form.stage_form(item, str(stage_id)).filled(_named_so(data, stage_id))
    reading, revision = Reading(form), str(data.get("revision", ""))
    body = procedure_form.stage_body(reading, revision)
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        await call(request, visitor, case_id, "PUT", f"/{key}/stages/{stage_id}", json=body)
    except Problem as problem:
        case = await case_of(request, visitor, case_id)
        context = await _context(request, visitor, case, item, stage=form.refused(problem))
        return render(request, "procedure.html", visitor, problem.status, saved="", **context)
    return RedirectResponse(f"/faelle/{case_id}/verfahren/{key}?gespeichert=1", 303)


def _named_so(data: FormData, stage_id: UUID) -> FormData:
    """The form's data with its own stage id: the address says which it is."""
    return FormData([*((name, value) for name, value in data.multi_items() if name != "key"), ("key", str(stage_id))])


@router.post("/{key}/etappen/{stage_id}/zuruecknehmen")
async def take_back_stage(request: Request, visitor: Writer, case_id: UUID, key: UUID, stage_id: UUID) -> Response:
    """Take a stage back that was a mistake."""
    await read_form(request, visitor)
    await call(request, visitor, case_id, "POST", f"/{key}/stages/{stage_id}/withdraw")
    return RedirectResponse(f"/faelle/{case_id}/verfahren/{key}?gespeichert=1", 303)


@router.post("/{key}/zurueckziehen")
async def withdraw(request: Request, visitor: Writer, case_id: UUID, key: UUID) -> Response:
    """Withdraw the procedure with a reason."""
    reason = str((await read_form(request, visitor)).get("reason", "")).strip() or "ohne Angabe"
    await call(request, visitor, case_id, "POST", f"/{key}/withdraw", json={"reason": reason})
    return RedirectResponse(f"/faelle/{case_id}/verfahren/{key}?gespeichert=2", 303)


@router.post("/{key}/zurueckholen")
async def restore(request: Request, visitor: Writer, case_id: UUID, key: UUID) -> Response:
    """Bring the procedure back."""
    await read_form(request, visitor)
    await call(request, visitor, case_id, "POST", f"/{key}/restore")
    return RedirectResponse(f"/faelle/{case_id}/verfahren/{key}?gespeichert=3", 303)
