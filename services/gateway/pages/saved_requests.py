"""Saved special requests: named, shared, opened again (API `/api/v1/requests`)."""

from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form
from services.gateway.pages.asking import catalogue, desk
from services.gateway.pages.records import new_id, upstreams
from services.gateway.passports import period, stand, subject
from services.gateway.rendering import render
from services.gateway.sheets import Sheet
from services.gateway.special_requests import MONTHS, YESTERDAY, SpecialRequest, page_link, query_string, read_request
from shared.problems import FieldProblem, Problem, invalid

router = APIRouter(prefix="/anfragen", include_in_schema=False)

Keeper = Annotated[Visitor, Depends(SignedIn("requests:keep"))]
API = "/api/v1/requests"
MAX_NAME = 120


def save_form(query: str) -> Form:
    """The form that gives a request its name; `query` is the link of the answer, with its days."""
    stands = [("moving", f"jedes Mal neu ({YESTERDAY})"), ("fixed", "fest: genau diese Zahlen, wie sie heute sind")]
    fields = (
        Field("name", "Name", hint="Zum Beispiel „Quartalsbericht: Geflüchtete nach Land“"),
        Field("stand", "Stand", "radio", options=stands, value="moving"),
        Field("shared", "Teilen", "checks", options=[("1", "für alle sichtbar, die hier Zahlen lesen dürfen")]),
    )
    return Form(fields, {"key": new_id(), "query": query})


def body_of(form: Form) -> dict[str, Any]:
    """The request as the API takes it. Raises Problem 422 without a name."""
    name = form.text("name")
    if not name or len(name) > MAX_NAME:
        problem = "„Name“ ist zu lang." if name else "„Name“ fehlt."
        raise invalid(FieldProblem("name", name[:40], problem, f"Bitte höchstens {MAX_NAME} Zeichen eintragen."))
    asked = read_request(parse_qsl(form.hidden["query"]))
    if form.text("stand") != "fixed":
        asked = asked.at("")
    return {"name": name, "query": query_string(asked.pairs()), "shared": bool(form.chosen("shared"))}


@router.get("")
async def list_requests(
    request: Request, visitor: Keeper, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """All saved requests this account may open."""
    sheets = await catalogue(request, visitor)
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", API)
    items = [shown(request, item, sheets) for item in found]
    return render(request, "saved_requests.html", visitor, items=items, saved=bool(gespeichert))


def described(asked: SpecialRequest, sheets: dict[str, Sheet]) -> str:
    """What a request asks, in words."""
    title = sheets[asked.indicator].title if asked.indicator in sheets else asked.indicator
    return f"{subject(asked, title)}, {period({name: asked.given.get(name) for name in MONTHS})}"


def shown(request: Request, item: dict[str, Any], sheets: dict[str, Sheet]) -> dict[str, Any]:
    """A saved request in words."""
    asked = read_request(parse_qsl(item["query"]))
    day = asked.given.get("as_of")
    return {
        "key": item["request_id"],
        "name": item["name"],
        "subject": described(asked, sheets),
        "stand": stand(day, desk(request).today) if day else f"immer {YESTERDAY}",
        "link": page_link(asked),
        "shared": item["shared"],
        "own": item["own"],
        "saved_on": item["saved_on"],
    }


@router.get("/neu")
async def name_request(request: Request, visitor: Keeper) -> Response:
    """The form that gives a name to the request in the link."""
    return await form_page(request, visitor, save_form(request.url.query))


@router.post("/neu")
async def save_request(request: Request, visitor: Keeper) -> Response:
    """Save it under its name."""
    form = save_form("").filled(await read_form(request, visitor))
    try:
        path = f"{API}/{UUID(form.hidden['key'])}"
        await upstreams(request).call(visitor.principal, "reporting", "PUT", path, json=body_of(form))
    except Problem as problem:
        return await form_page(request, visitor, form.refused(problem), 422)
    return RedirectResponse("/anfragen?gespeichert=1", 303)


async def form_page(request: Request, visitor: Visitor, form: Form, status: int = 200) -> Response:
    """The page of the name, with what is being saved in words."""
    asked = read_request(parse_qsl(form.hidden["query"]))
    context = {"form": form, "link": page_link(asked), "subject": described(asked, await catalogue(request, visitor))}
    return render(request, "save_request.html", visitor, status, **context)


@router.post("/{key}/loeschen")
async def delete_request(request: Request, visitor: Keeper, key: UUID) -> Response:
    """Delete an own request."""
    await read_form(request, visitor)
    await upstreams(request).call(visitor.principal, "reporting", "DELETE", f"{API}/{key}")
    return RedirectResponse("/anfragen", 303)
