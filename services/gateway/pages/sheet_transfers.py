"""Transfers of Good Practice sheets to other networks: what is due to be asked about, recording, changing (centre).

Beside them the board's decisions that are still on their way to the network that proposed (GP-07).
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.gateway.access import SignedIn, Visitor, read_form
from services.gateway.forms import Field, Form, read_day, read_id, read_number, terms
from services.gateway.labels import dimension
from services.gateway.languages import _, term_label
from services.gateway.pages.records import new_id, save, upstreams
from services.gateway.rendering import render
from shared.problems import FieldProblem, Problem, invalid
from shared.vocabulary import ItemState
from shared.vocabulary.items import DecisionStanding, SheetTransferState

router = APIRouter(prefix="/good-practice/uebertragungen", include_in_schema=False)
Follower = Annotated[Visitor, Depends(SignedIn("sheets:follow"))]
API = "/api/v1/sheet-transfers"
TEMPLATE = "sheet_transfer_form.html"
Found = dict[str, Any]


async def ask(request: Request, visitor: Visitor, method: str, path: str = "", **more: Any) -> Any:
    """Ask reporting about transfers."""
    return await upstreams(request).call(visitor.principal, "reporting", method, f"{API}{path}", **more)


def words() -> dict[str, str]:
    """States, standings and outcomes in the language of the page."""
    outcomes = (ItemState.SELECTED, ItemState.NOT_SELECTED)
    return {str(one): term_label(one) for one in (*SheetTransferState, *DecisionStanding, *outcomes)}


async def show(
    request: Request, visitor: Visitor, *, status: int = 200, saved: str = "", errors: Form | None = None
) -> Response:
    """The page of all transfers, those that are due first."""
    items, decisions = await asyncio.gather(ask(request, visitor, "GET"), ask(request, visitor, "GET", "/decisions"))
    settled = (DecisionStanding.ARRIVED, DecisionStanding.REOPENED)
    context: Found = {
        "due": [one for one in items if one["due"]],
        "others": [one for one in items if not one["due"]],
        "decisions": [one for one in decisions if one["standing"] not in settled],
        "arrived": sum(one["standing"] == DecisionStanding.ARRIVED for one in decisions),
        "words": words(),
    }
    return render(request, "sheet_transfers.html", visitor, status, saved=saved, errors=errors or Form(()), **context)


@router.get("")
async def list_transfers(
    request: Request, visitor: Follower, gespeichert: Annotated[str, Query(max_length=2)] = ""
) -> Response:
    """All transfers, and decisions on their way."""
    return await show(request, visitor, saved=gespeichert)


def _form(key: str, revision: str, sheets: list[tuple[str, str]]) -> Form:
    """The form; which sheet and where to is asked of a new one only."""
    choose = ("", _("bitte wählen"))
    lands = [choose, *dimension("region").options]
    which = (
        Field("item_id", _("Beispiel"), "select", options=[choose, *sheets]),
        Field("to_region", _("Übernommen von"), "select", options=lands),
    )
    hint = _("Name der Organisation, keine Person")
    states = terms(SheetTransferState)
    fields = (
        *(() if revision else which),
        Field("organisation", _("Durch welche Organisation"), hint=hint),
        Field("begun_on", _("Begonnen am"), "date", hint=_("TT.MM.JJJJ")),
        Field("state", _("Stand der Übertragung"), "radio", options=states, value=states[0][0]),
    )
    return Form(fields, {"key": key, "revision": revision})


async def _sheets(request: Request, visitor: Visitor) -> list[tuple[str, str]]:
    """Published sheets to choose from: network and id, and the title."""
    params = {"limit": "500"}
    path = "/api/v1/published-sheets"
    found = await upstreams(request).call(visitor.principal, "reporting", "GET", path, params=params)
    lands = dict(dimension("region").options)
    named = [
        (f"{one['region']}.{one['item_id']}", f"{one['title']} ({lands[one['region']]})") for one in found["items"]
    ]
    return sorted(named, key=lambda one: one[1])


def _body(form: Form, which: Found) -> Found:
    """A transfer as reporting takes it. Raises Problem 422."""
    missing = [
        FieldProblem(one.name, None, _("„{label}“ fehlt.").format(label=one.label), _("Bitte ergänzen."))
        for one in form.fields
        if not form.text(one.name)
    ]
    if missing:
        raise invalid(*missing)
    region, _dot, item_id = form.text("item_id").partition(".")
    chosen = which or {"region": region, "item_id": item_id, "to_region": form.text("to_region")}
    day = read_day(form.text("begun_on"), "begun_on", _("Begonnen am"))
    body = chosen | {
        "organisation": form.text("organisation"),
        "begun_on": day.isoformat(),
        "state": form.text("state"),
    }
    if form.hidden["revision"]:
        body["revision"] = read_number(form.hidden["revision"], "revision", "Stand", optional=False)
    return body


@router.get("/neu")
async def new_transfer(request: Request, visitor: Follower) -> Response:
    """The empty form."""
    form = _form(new_id(), "", await _sheets(request, visitor))
    return render(request, TEMPLATE, visitor, form=form, transfer=None)


@router.post("/neu")
async def record_transfer(request: Request, visitor: Follower) -> Response:
    """Save a new transfer; a repeated save changes nothing."""
    data = await read_form(request, visitor)
    return await _save(request, visitor, _form(new_id(), "", await _sheets(request, visitor)).filled(data), None)


@router.get("/{key}/bearbeiten")
async def edit_transfer(request: Request, visitor: Follower, key: UUID) -> Response:
    """The form with what is stored."""
    one = await ask(request, visitor, "GET", f"/{key}")
    form = _form(str(key), str(one["revision"]), []).with_values(one)
    return render(request, TEMPLATE, visitor, form=form, transfer=one)


@router.post("/{key}/bearbeiten")
async def change_transfer(request: Request, visitor: Follower, key: UUID) -> Response:
    """Save a change."""
    data, one = await read_form(request, visitor), await ask(request, visitor, "GET", f"/{key}")
    return await _save(request, visitor, _form(str(key), str(one["revision"]), []).filled(data), one)


async def _save(request: Request, visitor: Visitor, form: Form, stored: Found | None) -> Response:
    which = {name: stored[name] for name in ("region", "item_id", "to_region")} if stored else {}

    async def work(typed: Form) -> str:
        await ask(request, visitor, "PUT", f"/{read_id(typed.hidden['key'])}", json=_body(typed, which))
        return "/good-practice/uebertragungen?gespeichert=1"

    return await save(request, visitor, form, TEMPLATE, work, transfer=stored)


@router.post("/{key}/nachgefragt")
async def note_check(request: Request, visitor: Follower, key: UUID) -> Response:
    """Note that it was asked how a transfer stands; a refusal shows the list with its reason."""
    data = await read_form(request, visitor)
    try:
        seen = read_number(str(data.get("revision", "")), "revision", "Stand", optional=False)
        await ask(request, visitor, "POST", f"/{key}/check", json={"revision": seen})
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return await show(request, visitor, status=problem.status, errors=Form(()).refused(problem))
    return RedirectResponse("/good-practice/uebertragungen?gespeichert=2", 303)
