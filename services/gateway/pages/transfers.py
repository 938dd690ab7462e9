"""Transfers into regular offers (Verstetigung): a stock at a Stichtag by state, area, delivery, round and network."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.crosstabs import Cell, Found, cells, values_of, whole_percent
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.pages import overview_parts as parts
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.records import upstreams
from services.gateway.rendering import label, render
from services.gateway.special_requests import DAYS
from shared.nationalities import NOT_STATED
from shared.vocabulary import Area, Delivery

router = APIRouter(include_in_schema=False)

Chosen = Annotated[str, Query(max_length=40)]
CODE, COMPLETED = "transfers", "completed"
BY = ("region", "area", "delivery", "round")
STATES = (COMPLETED, "started", "planned")
"""In the order of the printed report (VST-01)."""


@router.get("/bund/verstetigung")
@router.get("/auswertung/verstetigung")
async def show(request: Request, visitor: parts.Figures, runde: Chosen = "") -> Response:
    """The stock of a round, or of all; shares in whole per cent (VST-03). A period does not exist for it."""
    if (door := parts.other_door(request)) is not None:
        return door
    rounds = [*dimension("round").options, (NOT_STATED, _("keine Angabe"))]
    chosen = parts.choice(runde, rounds, "runde", _("Förderrunde"))
    await note_use(request, visitor)
    answers, sheets = await asyncio.gather(
        asyncio.gather(*(parts.asked(request, visitor, CODE, name, "state", round=chosen) for name in BY)),
        catalogue(request, visitor),
    )
    passport = answers[0]["passport"]
    days = {name: passport[name] for name in DAYS}
    named = await upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/transfers", params=days)
    context = {
        **_tables(dict(zip(BY, answers, strict=True)), rounds, centre=desk(request).centre),
        "titles": [one for one in named["items"] if chosen in ("", one["round"] or NOT_STATED)],
        "selects": [parts.select("runde", _("Förderrunde"), [("", _("alle")), *rounds], chosen)],
        "passports": parts.passports_of(request, answers[:1], sheets),
        **parts.stand_of(request, passport, [("runde", chosen)] if chosen else []),
    }
    context["picture"] = await asyncio.to_thread(drawn, context["states"])
    return render(request, "transfers.html", visitor, **context)


def _tables(found: dict[str, Found], rounds: parts.Options, *, centre: bool) -> dict[str, Any]:
    """The tables of the page, from the answers by each dimension and state."""
    orders = {
        "round": [code for code, _name in rounds],
        "delivery": [str(delivery) for delivery in Delivery],
        "region": [code for code, _name in parts.networks(row["region"] for row in found["region"]["rows"])],
    }
    return {
        "total": found["region"]["total"],
        "states": shares(found["region"], "state", STATES),
        "areas": shares(found["area"], "area", [str(area) for area in Area], {"state": COMPLETED}),
        "tables": [crossed(found[name], name, order) for name, order in orders.items() if centre or name != "region"],
    }


def shares(
    found: Found, name: str, order: Sequence[str], where: dict[str, str] | None = None
) -> list[tuple[str, Cell, str]]:
    """(label, number, share in whole per cent of all of them), as the report prints them."""
    told = cells(found, name, where=where)
    whole = sum(cell.value for cell in told.values())
    ranked = [*(code for code in order if (code,) in told), *sorted({code for (code,) in told} - set(order))]
    return [(label(code, name), told[code,], whole_percent(told[code,].value, whole)) for code in ranked]


def crossed(found: Found, name: str, order: Sequence[str]) -> dict[str, Any]:
    """A dimension against the three states, each row with its sum."""
    told, whole = cells(found, name, "state"), cells(found, name)
    rows = [
        (label(code, name), [told.get((code, state)) for state in STATES], whole[code,])
        for code in values_of([found], name, order)
    ]
    return {"title": dimension(name).title, "rows": rows, "states": [label(state, "state") for state in STATES]}


def drawn(states: Sequence[tuple[str, Cell, str]]) -> str:
    """The states as bars."""
    return charts.bars(tuple(("", text, cell.value) for text, cell, _share in states)) if states else ""
