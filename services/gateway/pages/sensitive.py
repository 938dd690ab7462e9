"""Pages of a case's confidential data: its section, opened with a reason, and the form."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.account_names import names_of
from services.gateway.forms import Field, Form
from services.gateway.pages.records import upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from services.gateway.sensitive_form import (
    PARTS,
    REASONS,
    WORDS,
    confidential_body,
    confidential_form,
    parts_of,
    with_content,
)
from shared.problems import Problem, invalid
from shared.vocabulary.sensitive import OWN_OFFICE

router = APIRouter(prefix="/faelle/{case_id}/vertraulich", include_in_schema=False)

Writer = Annotated[Visitor, Depends(SignedIn("cases:write"))]
Item = dict[str, Any]
TEMPLATE = "sensitive_form.html"
OFFICE = {"kind": "anti_discrimination_office"}
NOTE_HINT = "Lesen alle Beratenden Ihres Trägers: keine Angaben zu Personen und Fällen"
NOTE = Field("note", "Notiz zur Untersuchung", hint=NOTE_HINT, optional=True, longest=1000)
SHOWN_AS = (404, 409, 413, 422, 503)


async def call(
    request: Request, visitor: Visitor, case_id: UUID | str, method: str, rest: str = "", **more: Any
) -> Any:
    """A call to counselling's API of a case's confidential data."""
    path = f"/api/v1/cases/{case_id}/sensitive{rest}"
    return await upstreams(request).call(visitor.principal, "counselling", method, path, **more)


async def section(request: Request, visitor: Visitor, case: Item) -> Item | None:
    """The section of a case's page, for who leads it or stands in; what stands there only while it is open."""
    if visitor.principal.subject not in (case["owner"], case["deputy"]):
        return None
    found: Item = await call(request, visitor, case["case_id"], "GET")
    async with request.app.state.sessions() as session:
        names = await names_of(session, {one["subject"] for one in found["openings"]})
    content = found["content"] or {}
    filled = [part for part in PARTS if any(content.get(name) for name in part.fields)]
    shown = {"names": names, "reasons": REASONS, "labels": WORDS, "filled": [part.title for part in filled]}
    return found | shown | {"own_office": _own_office(request), "note": NOTE}


@router.post("/oeffnen")
async def open_confidential(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Open it for a quarter of an hour."""
    body = {"reason": str((await read_form(request, visitor)).get("reason", ""))}
    await call(request, visitor, case_id, "POST", "/open", json=body)
    return _back(case_id)


@router.post("/schliessen")
async def lock_confidential(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Close it at once."""
    await read_form(request, visitor)
    await call(request, visitor, case_id, "POST", "/lock")
    return _back(case_id)


@router.post("/untersuchung")
async def examine_structures(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Open an examination of the structures where cases recur (DIS-06)."""
    note = str((await read_form(request, visitor)).get("note", "")).strip()
    await call(request, visitor, case_id, "POST", "/examination", json={"note": note or None})
    return _back(case_id)


def _back(case_id: UUID) -> Response:
    return RedirectResponse(f"/faelle/{case_id}#vertraulich", 303)


@router.get("")
async def edit_confidential(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """The form with what is kept; while it is closed, the button to open it."""
    found = await call(request, visitor, case_id, "GET")
    if found["content"] is None:
        return render(request, TEMPLATE, visitor, form=Form(()), parts=[], reasons=REASONS, case_id=case_id)
    form = confidential_form(await _offices(request, visitor), found["revision"], own_office=_own_office(request))
    return _page(request, visitor, case_id, with_content(form, found["content"]))


def _own_office(request: Request) -> bool:
    return request.app.state.settings.network in OWN_OFFICE


async def _offices(request: Request, visitor: Visitor) -> list[Item]:
    answer = await upstreams(request).call(visitor.principal, "counselling", "GET", "/api/v1/bodies", params=OFFICE)
    items: list[Item] = answer["items"]
    return items


def _page(request: Request, visitor: Visitor, case_id: UUID, form: Form, status: int = 200) -> Response:
    why = next((entry for entry in form.fields if entry.name == "reason"), None)
    return render(request, TEMPLATE, visitor, status, form=form, parts=parts_of(form), why=why, case_id=case_id)


@router.post("")
async def save_confidential(request: Request, visitor: Writer, case_id: UUID) -> Response:
    """Save it. Where the quarter of an hour is over the form asks for the reason, with everything that was typed."""
    data = await read_form(request, visitor)
    offices = await _offices(request, visitor)
    own_office = _own_office(request)
    form = confidential_form(offices, "", own_office=own_office, locked="reason" in data).filled(data)
    reading = Reading(form)
    body = confidential_body(reading)
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        await call(request, visitor, case_id, "PUT", json=body)
    except Problem as problem:
        if any(error.field == "reason" for error in problem.errors):
            form = confidential_form(offices, "", own_office=own_office, locked=True).filled(data)
        status = problem.status if problem.status in SHOWN_AS else 422
        return _page(request, visitor, case_id, form.refused(problem), status)
    return RedirectResponse(f"/faelle/{case_id}?gespeichert=1#vertraulich", 303)
