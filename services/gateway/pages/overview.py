"""The overview of the figures: the whole country's, or those of one network, on the same page (design 10 and 11)."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway import charts
from services.gateway.answers import asked_link
from services.gateway.cockpit.lines import load_contents
from services.gateway.cockpit.plan import LINE, Outcome, Plan
from services.gateway.cockpit.rows import Row
from services.gateway.cockpit.scope import Scope
from services.gateway.languages import _
from services.gateway.navigation import BUND
from services.gateway.pages.asking import catalogue, note_use
from services.gateway.pages.cockpit import (
    Figures,
    Word,
    answer_chart,
    at_centre,
    months_chart,
    outcome_of,
    scope_of,
    shown,
    table_of,
)
from services.gateway.pages.records import upstreams
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from shared.problems import FieldProblem, invalid

router = APIRouter(include_in_schema=False)

PASSPORT, NATIONALITIES, MAP = "by line and type", "by nationality", "by network"


@router.get(BUND)
async def nation(request: Request, visitor: Figures, jahr: Word = "", quartal: Word = "", karte: Word = "") -> Response:
    """The whole country; exact figures, so each use is logged with its purpose."""
    at_centre(request)
    await note_use(request, visitor)
    sheets = await catalogue(request, visitor)
    maps = on_the_map(sheets)
    marked = marked_of(karte.strip(), maps)
    scope = scope_of(request, BUND, jahr, quartal).marking(karte.strip())
    plan = overview_plan(scope, sheets)
    plan.ask(MAP, marked, "region")
    outcome, coverage = await asyncio.gather(
        outcome_of(request, visitor, plan),
        upstreams(request).call(visitor.principal, "reporting", "GET", "/api/v1/coverage"),
    )
    context, regions = await asyncio.gather(
        overview(outcome), answer_chart(outcome.answer(MAP), partial(charts.germany, title=sheets[marked].title))
    )
    context |= {"title": _("Bundesweit"), "regions": regions, "maps": maps, "marked": marked}
    context |= {"networks": [(one, scope.network_page(one["region"])) for one in coverage["networks"]]}
    return shown(request, visitor, "overview.html", outcome, PASSPORT, **context)


def overview_plan(scope: Scope, sheets: Mapping[str, Sheet]) -> Plan:
    """What the overview asks, in one request."""
    contents, plan = load_contents(), Plan(scope, sheets)
    for code in contents.indicators:
        plan.follow(code)
    plan.ask(PASSPORT, contents.main, LINE, "session_type")
    plan.ask(NATIONALITIES, contents.main, "nationality", top=5)
    return plan


async def overview(outcome: Outcome) -> dict[str, Any]:
    """What the page shows; every number can be followed to its special request."""
    contents, scope = load_contents(), outcome.plan.scope
    months, nationalities = await asyncio.gather(
        months_chart(outcome.series(contents.main), scope, charts.months),
        answer_chart(outcome.answer(NATIONALITIES), charts.bars),
    )
    types, rows = outcome.answer(PASSPORT), outcome.rows(contents.indicators)
    return dict.fromkeys(("regions", "holdings", "timely", "stock"), None) | {
        **dict.fromkeys(("networks", "maps", "quality", "starts", "notes"), ()),
        **dict.fromkeys(("marked", "asking"), ""),
        "recording": False,
        "tiles": tiles(dict(zip(contents.indicators, rows, strict=True))),
        "lines": table_of(line_rows(outcome), _("Handlungsfeld")),
        "indicators": table_of(rows, _("Kennzahl")),
        "months": months,
        "nationalities": nationalities,
        "types": [(row, asked_link(types, row)) for row in types["rows"]] if types else [],
        "total": (types["total"], asked_link(types)) if types else (None, ""),
    }


def tiles(rows: Mapping[str, Row]) -> list[tuple[str, int | None, str]]:
    """(title, value, link) of the numbers at a glance."""
    found = [rows[code] for code in load_contents().tiles]
    return [(row.title, row.now.value, row.now.link) for row in found if row.now.link]


def line_rows(outcome: Outcome) -> list[Row]:
    """A row for each programme line with its main indicator, leading to its page."""
    scope, sheets = outcome.plan.scope, outcome.plan.sheets
    return [
        outcome.row(line.main, label(line.code, LINE), scope.line_page(line.code), line.code).saying(
            sheets[line.main].title
        )
        for line in load_contents().lines.values()
    ]


def on_the_map(sheets: Mapping[str, Sheet]) -> list[tuple[str, str]]:
    """(code, title) of the indicators that networks can be compared by; levels are told by month only (MON-01)."""
    known = [sheets[code] for code in load_contents().indicators]
    return [(one.code, one.title) for one in known if "region" in one.dimensions and one.measure != "level"]


def marked_of(code: str, offered: list[tuple[str, str]]) -> str:
    """The indicator of the map; the first unless one was chosen. Raises Problem 422 for another one."""
    codes = [known for known, _title in offered]
    if code and code not in codes:
        problem = _("Diese Kennzahl gibt es auf der Karte nicht.")
        remedy = _("Möglich sind: {allowed}.").format(allowed=", ".join(codes))
        raise invalid(FieldProblem("karte", code[:40], problem, remedy, codes))
    return code or codes[0]
