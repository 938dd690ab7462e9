"""A sheet of MEIN ORDNER taken up: its code is checked here, offline, and fills a form; nothing of it is kept."""

import asyncio
import contextlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from services.gateway import occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.folder import taking
from services.gateway.folder.codes import LONGEST_TEXT, Sheet, read
from services.gateway.folder.keys import keyring_of
from services.gateway.folder.pictures import code_on
from services.gateway.forms import Field, Form, read_id
from services.gateway.pages.counselling import fetch_person, form_page
from services.gateway.pages.offices import own_places
from services.gateway.pages.person_records import HIDDEN, NEW
from services.gateway.pages.person_records import shown as person_page
from services.gateway.pages.records import last_session, new_id, upstreams
from services.gateway.pages.session_form import opened
from services.gateway.person_form import blank
from services.gateway.rendering import render
from shared import clock
from shared.problems import Problem
from shared.topology import load_topology

router = APIRouter(prefix="/ordner", include_in_schema=False)

Writer = Annotated[Visitor, Depends(SignedIn("sessions:write"))]
HINT = "Mit dem Handscanner scannen oder den Text des QR-Codes einfügen; er beginnt mit IQ1:"
PERSON = "person"
"""What the button says that opens the form of a person instead of that of a session."""


def code_form(person: str = "") -> Form:
    """The field for the code; a scanner ends with the Enter key, which sends it."""
    field = Field("code", "Code auf dem Blatt", hint=HINT, longest=2 * LONGEST_TEXT)
    return Form((field,), {"person": person})


@router.get("")
async def scan_page(request: Request, visitor: Writer, person: Annotated[UUID | None, Query()] = None) -> Response:
    """The field for the code; for a person (`person`) whose record is open, or for somebody new."""
    known = await fetch_person(request, visitor, person) if person is not None else None
    return page(request, visitor, code_form(str(person or "")), known)


def page(request: Request, visitor: Visitor, form: Form, known: dict[str, Any] | None, status: int = 200) -> Response:
    """The page of the field."""
    return render(request, "folder_scan.html", visitor, status, form=form, known=known)


@router.post("")
async def take_up(request: Request, visitor: Writer) -> Response:
    """Check the code and open the form that it fills; what cannot be taken up stays in the field and says why."""
    data = await read_form(request, visitor)
    form, known = code_form().filled(data), None
    try:
        if form.hidden["person"]:
            known = await fetch_person(request, visitor, read_id(form.hidden["person"]))
        form = await with_photo(form, data)
        sheet = read(form.text("code"), keyring_of(request.app.state.settings), clock.today())
        if data.get("ziel") == PERSON and known is None:
            return await for_person(request, visitor, sheet, form)
        return await for_session(request, visitor, sheet, form, known)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return page(request, visitor, form.refused(problem), known, problem.status)


async def with_photo(form: Form, data: FormData) -> Form:
    """The form with the code on the photo that came along, if nothing was scanned or typed. Raises Problem 422."""
    photo = data.get("photo")
    if form.text("code") or not isinstance(photo, UploadFile) or not photo.size:
        return form
    return form.with_values({"code": await asyncio.to_thread(code_on, await photo.read())})


async def for_session(
    request: Request, visitor: Visitor, sheet: Sheet, form: Form, known: dict[str, Any] | None
) -> Response:
    """The form of a session, filled with what the network does not know itself."""
    places, office = await own_places(request, visitor)
    last = await last_session(request, visitor, known["person_id"]) if known else None
    filled = taking.filled(opened(places, office, known, last), taking.for_session(sheet.content))
    filled = await occupations.named(request, visitor, filled)
    return form_page(request, visitor, filled, known=known, **await beside(request, visitor, sheet, form, known))


async def for_person(request: Request, visitor: Visitor, sheet: Sheet, form: Form) -> Response:
    """The form of a new person; it has room for the level of German, which a session does not ask for."""
    filled = taking.filled(blank(HIDDEN | {"person_id": new_id()}), taking.for_person(sheet.content))
    return person_page(request, visitor, filled, NEW, **await beside(request, visitor, sheet, form, None))


async def beside(
    request: Request, visitor: Visitor, sheet: Sheet, form: Form, known: dict[str, Any] | None
) -> dict[str, Any]:
    """What the page shows of the sheet above its form."""
    network = load_topology().get(sheet.network)
    return {
        "sheet": sheet,
        "sheet_network": network.name if network else sheet.network,
        "sheet_code": form.text("code"),
        "sheet_doubt": taking.doubt(sheet.content, known) if known else "",
        "sheet_level": taking.level(sheet.content),
        "sheet_similar": [] if known else await similar(request, visitor, sheet),
    }


async def similar(request: Request, visitor: Visitor, sheet: Sheet) -> list[dict[str, Any]]:
    """Persons of the own carrier who may be the one on the sheet; none while the register is away."""
    name, born = sheet.content.name or "", sheet.content.born or ""
    if len(name) < 2:
        return []
    params = {"name": name} | ({"birth_year": born[:4]} if born else {})
    with contextlib.suppress(Problem):
        path = "/api/v1/persons/similar"
        found = await upstreams(request).call(visitor.principal, "registration", "GET", path, params=params)
        return list(found["items"])
    return []
