"""A new edition (Veröffentlichung): title, Stichtag, protection and tables; nothing typed is lost."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import MAX_TARGET, SignedIn, Visitor, WithPurpose, read_form
from services.gateway.edition_form import body_of, edition_form, link_of, refused, typed
from services.gateway.forms import Form, german
from services.gateway.labels import Options
from services.gateway.pages.asking import note_use, own_hosts
from services.gateway.pages.records import upstreams
from services.gateway.rendering import render
from services.gateway.saved_views import request_of
from services.gateway.special_requests import NOW, read_request
from shared.problems import Problem

router = APIRouter(prefix="/veroeffentlichungen", include_in_schema=False)

# The page asks for the purpose; sending the form must not, as what was typed would be lost.
Starter = Annotated[Visitor, Depends(WithPurpose("editions:make"))]
Maker = Annotated[Visitor, Depends(SignedIn("editions:make"))]
SHOWN = (409, 422)


async def saved_requests(request: Request, visitor: Visitor) -> tuple[Options, dict[str, str]]:
    """Saved special requests: (id, name), and what each asks as a table."""
    views = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/views")
    found = [(item["view_id"], item["name"], request_of(item["path"])) for item in views]
    options = tuple((key, name) for key, name, asked in found if asked)
    return options, {key: link_of(asked) for key, _name, asked in found if asked}


@router.get("/neu")
async def new_edition(
    request: Request, visitor: Starter, anfrage: Annotated[str, Query(max_length=MAX_TARGET)] = ""
) -> Response:
    """The empty form, or with one table: the special request `anfrage`."""
    options, _ = await saved_requests(request, visitor)
    asked = read_request(parse_qsl(anfrage))
    day = asked.given.get("as_of", "")
    tables = [link_of(asked)] if asked.indicator else []
    return page(request, visitor, edition_form(tables, options, "" if day == NOW else german(day)))


@router.post("/neu")
async def make_edition(request: Request, visitor: Maker) -> Response:
    """Make it as a draft; or only show more rows for tables."""
    data = await read_form(request, visitor)
    options, queries = await saved_requests(request, visitor)
    form = typed(data, options, queries)
    if data.get("mehr"):
        return page(request, visitor, form)
    try:
        body = body_of(form, own_hosts(request))
        await note_use(request, visitor)
        made = await upstreams(request).call(visitor.principal, "reporting", "POST", "/api/v1/editions", json=body)
    except Problem as problem:
        if problem.status not in (*SHOWN, 404):
            raise
        return page(request, visitor, refused(form, problem), problem.status if problem.status in SHOWN else 422)
    return RedirectResponse(f"/veroeffentlichungen/{made['edition_id']}?getan=neu", 303)


def page(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
    """The page of the form."""
    return render(request, "new_edition.html", visitor, status, form=form)
