"""A sheet for MEIN ORDNER (CON-06): ticked with the person, printed, signed with the network's key, kept nowhere."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.gateway import occupations
from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.folder import form as sheets
from services.gateway.folder.codes import fitted
from services.gateway.folder.content import Content
from services.gateway.folder.form import Known
from services.gateway.folder.keys import keyring_of
from services.gateway.folder.paper import sheet_pdf
from services.gateway.forms import Form
from services.gateway.language_choice import known as offered
from services.gateway.languages import FIRST_CONTACT
from services.gateway.pages.appointments import offices_of
from services.gateway.pages.offices import own_offices
from services.gateway.pages.records import last_session, upstreams
from services.gateway.rendering import render
from shared import clock
from shared.problems import Problem

router = APIRouter(prefix="/faelle/{case_id}/ordner", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("cases:read"))]
API = "/api/v1/cases"


@router.get("")
async def sheet_page(request: Request, visitor: Reader, case_id: UUID) -> Response:
    """What could stand on the sheet, with ticks."""
    known = await known_of(request, visitor, case_id)
    return shown(request, visitor, case_id, sheets.sheet_form(known))


@router.post("")
async def print_sheet(request: Request, visitor: Reader, case_id: UUID) -> Response:
    """The sheet as a PDF; that one was made is audited, what stands on it is not."""
    data = await read_form(request, visitor)
    form = sheets.sheet_form(Known({})).filled(data)
    try:
        known = await known_of(request, visitor, case_id)
        form = sheets.sheet_form(known).filled(data)
        content = sheets.content_of(form, known)
        return await printed(request, visitor, case_id, content, known, form.text("language"))
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return shown(request, visitor, case_id, form.refused(problem), problem.status)


async def printed(
    request: Request, visitor: Visitor, case_id: UUID, content: Content, known: Known, language: str
) -> Response:
    """The PDF of what was ticked. Raises Problem 409, 503."""
    settings, today = request.app.state.settings, clock.today()
    code, left_out = fitted(content, settings.network, keyring_of(settings), today)
    await upstreams(request).call(visitor.principal, "counselling", "POST", f"{API}/{case_id}/folder")
    title = known.occupation if content.occupation else ""
    second = offered(language, FIRST_CONTACT) or "de"
    drawn = partial(sheet_pdf, content, code, left_out, title, today, second, synthetic=settings.synthetic)
    pdf = await asyncio.to_thread(drawn)
    headers = {"Content-Disposition": 'inline; filename="mein-ordner.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def shown(request: Request, visitor: Visitor, case_id: UUID, form: Form, status: int = 200) -> Response:
    """The page of the form."""
    return render(request, "folder_sheet.html", visitor, status, form=form, case_id=case_id)


async def known_of(request: Request, visitor: Visitor, case_id: UUID) -> Known:
    """What services know of the case and its person, as far as the visitor may see it. Raises Problem 403, 404, 503."""
    services, who = upstreams(request), visitor.principal
    case: dict[str, Any] = await services.call(who, "counselling", "GET", f"{API}/{case_id}")
    key = case["person_id"]
    person, last, (office, contact) = await asyncio.gather(
        services.call(who, "registration", "GET", f"/api/v1/persons/{key}"),
        last_session(request, visitor, key),
        in_charge(request, visitor, case["office_id"]),
    )
    values = sheets.values_of(person, last)
    titles = await occupations.titles_of(request, visitor, {values["occupation"] or ""} - {""})
    return Known(
        values=values,
        done=sheets.done_in(case["timeline"]),
        next=sheets.next_in(case["steps"]),
        language=sheets.language_of(person, last),
        occupation=titles.get(values["occupation"] or "", ""),
        office=office,
        contact=contact,
    )


async def in_charge(request: Request, visitor: Visitor, office_id: str | None) -> tuple[str, str]:
    """Name and contact of the office in charge: the case's, else the account's own, else the network."""
    found = {one["office_id"]: one for one in await offices_of(request, visitor)}
    _, own = await own_offices(request, visitor)
    usual = next((one for one in found.values() if one["code"] == own), None)
    office = found.get(office_id or "") or usual
    if office is None:
        return request.app.state.settings.network_name, ""
    told = office["settings"] or {}
    return office["name"], ", ".join(filter(None, (told.get("address"), told.get("phone"))))
