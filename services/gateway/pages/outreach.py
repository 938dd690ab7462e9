"""Outreach: contacts counted per channel (CNS-17); a form above the list; a mistake is withdrawn and counted anew."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_id, terms
from services.gateway.pages.records import PAGE_SIZE, new_id, pages, upstreams
from services.gateway.reading import Reading
from services.gateway.rendering import render
from shared import clock
from shared import vocabulary as v
from shared.problems import Problem, invalid

router = APIRouter(prefix="/aufsuchend", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("groups:read"))]
Writer = Annotated[Visitor, Depends(SignedIn("groups:write"))]
API = "/api/v1/outreach"
FIELDS = (
    Field("date", "Datum", "date", "Zum Beispiel 01.09.2026"),
    Field("programme_line", "Handlungsfeld", "select", options=terms(v.ProgrammeLine)),
    Field("channel", "Kanal", "select", options=terms(v.Channel)),
    Field("contacts", "Zahl der Kontakte", "number", "Nur zählen: keine Namen, keine Profile"),
)


def opened() -> Form:
    """A form for today."""
    values = {"date": clock.today().isoformat(), "programme_line": "fair_integration", "channel": "social_media"}
    return Form(FIELDS, {"outreach_id": new_id()}).with_values(values)


@router.get("")
async def list_outreach(
    request: Request,
    visitor: Reader,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    gespeichert: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """The form and the list."""
    return await page(request, visitor, opened(), offset=offset, done=gespeichert)


async def page(
    request: Request, visitor: Visitor, form: Form, status: int = 200, *, offset: int = 0, done: str = ""
) -> Response:
    """The page with a form, empty or refused."""
    params = {"limit": PAGE_SIZE, "offset": offset}
    found = await upstreams(request).call(visitor.principal, "counselling", "GET", API, params=params)
    context: dict[str, Any] = {"form": form, "items": found["items"], "pages": pages(found["total"], offset)}
    return render(request, "outreach.html", visitor, status, done=done, **context)


@router.post("")
async def save_outreach(request: Request, visitor: Writer) -> Response:
    """Count contacts; a double save counts once."""
    form = opened().filled(await read_form(request, visitor))
    reading = Reading(form)
    date, line, channel, contacts = form.fields
    body: dict[str, Any] = {"date": reading.day(date).isoformat(), "programme_line": line.value}
    body |= {"channel": channel.value, "contacts": reading.number(contacts, optional=False)}
    path = f"{API}/{read_id(form.hidden['outreach_id'])}"
    try:
        if reading.wrong:
            raise invalid(*reading.wrong)
        await upstreams(request).call(visitor.principal, "counselling", "PUT", path, json=body)
    except Problem as problem:
        if problem.status not in (409, 422, 503):
            raise
        return await page(request, visitor, form.refused(problem), problem.status)
    return RedirectResponse("/aufsuchend?gespeichert=1", 303)


@router.post("/{outreach_id}/zurueckziehen")
async def withdraw_outreach(request: Request, visitor: Writer, outreach_id: UUID) -> Response:
    """Withdraw an entry."""
    await read_form(request, visitor)
    await upstreams(request).call(visitor.principal, "counselling", "POST", f"{API}/{outreach_id}/withdraw")
    return RedirectResponse("/aufsuchend?gespeichert=2", 303)
