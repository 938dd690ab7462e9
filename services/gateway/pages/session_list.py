"""Page of counsellors: the sessions of their carrier, by month, by name, or those still on their way."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.pages.due import drafts_of, person_names
from services.gateway.pages.records import PAGE_SIZE, month_filter, new_id, pages, upstreams
from services.gateway.rendering import render

router = APIRouter(prefix="/beratungen", include_in_schema=False)

Reader = Annotated[Visitor, Depends(SignedIn("sessions:read"))]
LAST = 1_000_000  # no list is longer


@router.get("")
async def list_sessions(
    request: Request,
    visitor: Reader,
    month: Annotated[str, Query(max_length=40)] = "",
    unterwegs: Annotated[str, Query(max_length=2)] = "",
    offset: Annotated[int, Query(ge=0, le=LAST)] = 0,
) -> Response:
    """The list; `unterwegs`: only what has not arrived at the nation."""
    return await listing(request, visitor, month=month, unterwegs=unterwegs, offset=offset)


@router.post("")
async def search_sessions(request: Request, visitor: Reader) -> Response:
    """The list, searched by name within the own carrier. What is searched for never stands in an address."""
    form = await read_form(request, visitor)
    typed = {name: str(form.get(name, "")).strip() for name in ("q", "month", "unterwegs")}
    offset = str(form.get("offset", ""))
    place = min(int(offset), LAST) if offset.isascii() and offset.isdigit() else 0
    return await listing(request, visitor, **typed, offset=place)


async def listing(
    request: Request, visitor: Visitor, *, q: str = "", month: str, unterwegs: str, offset: int
) -> Response:
    """A page of the list, or its table alone when the search asks while a name is typed."""
    services, who = upstreams(request), visitor.principal
    form, chosen = month_filter(month)
    params: list[tuple[str, str]] = [("limit", str(PAGE_SIZE)), ("offset", str(offset))]
    if chosen:
        params.append(("month", chosen))
    if unterwegs:
        params.append(("waiting", "true"))
    if q := q[:200]:
        persons = await services.call(who, "registration", "GET", "/api/v1/persons", params={"q": q, "limit": 200})
        params += [("person_id", person["person_id"]) for person in persons["items"]] or [("person_id", new_id())]
    fragment = request.headers.get("hx-request") == "true"
    asked = services.call(who, "counselling", "GET", "/api/v1/sessions", params=params)
    found, kept = await asyncio.gather(asked, drafts_of(request, visitor, "" if fragment else "/beratungen/neu"))
    names = await person_names(request, visitor, found["items"])
    context = {"items": found["items"], "names": names, "q": q, "month": chosen, "unterwegs": unterwegs}
    context |= {"pages": pages(found["total"], offset), "offset": offset, "form": form}
    template = "sessions_table.html" if fragment else "sessions.html"
    return render(request, template, visitor, 422 if form.errors else 200, drafts=kept, **context)
