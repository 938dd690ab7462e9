"""The page of a programme line: its indicators, their trend, networks and breakdowns, passport and methods."""

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.gateway import charts
from services.gateway.access import Visitor
from services.gateway.cockpit.lines import Breakdown, Line, find_line, load_contents
from services.gateway.cockpit.plan import LINE, Outcome, Plan
from services.gateway.cockpit.series import MONTH, Number
from services.gateway.cockpit.sparkline import sparkline
from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.navigation import AUSWERTUNG, BUND
from services.gateway.pages.asking import catalogue, desk, note_use
from services.gateway.pages.cockpit import (
    Figures,
    Panel,
    Word,
    answer_chart,
    at_centre,
    drawn,
    months_chart,
    outcome_of,
    scope_of,
    shown,
    table_of,
)
from services.gateway.passports import lines as passport_lines
from services.gateway.passports import listed
from services.gateway.rendering import label
from services.gateway.special_requests import SpecialRequest, page_link
from shared.topology import load_topology

router = APIRouter(include_in_schema=False)

MAIN, NETWORKS = "the line", "by network and month"


@router.get(f"{BUND}/linie/{{programme_line}}")
async def of_the_country(
    request: Request, visitor: Figures, programme_line: str, jahr: Word = "", quartal: Word = ""
) -> Response:
    """A line in the whole country."""
    at_centre(request)
    line = find_line(programme_line)
    await note_use(request, visitor)
    return await line_page(request, visitor, line, f"{BUND}/linie/{line.code}", (jahr, quartal))


@router.get(f"{AUSWERTUNG}/linie/{{programme_line}}")
async def of_the_network(
    request: Request, visitor: Figures, programme_line: str, jahr: Word = "", quartal: Word = ""
) -> Response:
    """A line in the own network; the centre's pages are elsewhere, where each use is noted."""
    line = find_line(programme_line)
    if desk(request).centre:
        return RedirectResponse(f"{BUND}/linie/{line.code}?{request.url.query}", 303)
    return await line_page(request, visitor, line, f"{AUSWERTUNG}/linie/{line.code}", (jahr, quartal))


async def line_page(request: Request, visitor: Visitor, line: Line, path: str, when: tuple[str, str]) -> Response:
    """What the line counts. Raises Problem where nothing of it is answered."""
    scope, sheets = scope_of(request, path, *when), await catalogue(request, visitor)
    plan = Plan(scope, sheets)
    asked = [one for one in line.breakdowns if one.by[0] in sheets[one.indicator].dimensions]
    later = [one for one in asked if one.asks(sheets)]
    plan.ask(MAIN, line.main, within={LINE: line.code})
    for code in line.indicators:
        plan.follow(code, line.code)
    for one in asked:
        if one not in later:
            plan.ask(str(one), one.indicator, *one.by, top=one.top, within={LINE: line.code})
    if scope.desk.centre:
        main = sheets[line.main]
        plan.questions[NETWORKS] = scope.ask(main, "region", MONTH, span=scope.trend, within={LINE: line.code})
    outcome = await outcome_of(request, visitor, plan)
    months, networks, *panels = await asyncio.gather(
        months_chart(outcome.series(line.main), scope, charts.months),
        by_network(outcome, line),
        *(breakdown(outcome, one) for one in asked if one not in later),
    )
    main_answer, rows = outcome.answer(MAIN), outcome.rows(line.indicators)
    context: dict[str, Any] = {
        "line": line,
        "title": label(line.code, LINE),
        "main": sheets[line.main].title,
        "tiles": [(row.title, row.now.value, row.now.link) for row in rows if row.now.link],
        "indicators": table_of(rows, _("Kennzahl")),
        "months": months,
        "networks": networks,
        "panels": panels,
        "later": [(breakdown_title(outcome, one), page_link(asked_later(plan, line, one))) for one in later],
        "notes": load_contents().notes_on([line.code], "" if scope.desk.centre else request.app.state.settings.network),
        "facts": passport_lines(main_answer["passport"], sheets[line.main], scope.desk) if main_answer else [],
    }
    return shown(request, visitor, "programme_line.html", outcome, MAIN, **context)


def asked_later(plan: Plan, line: Line, one: Breakdown) -> SpecialRequest:
    """The special request of a breakdown that only the networks can answer."""
    sheet, span = plan.sheets[one.indicator], plan.scope.period.span
    return plan.scope.ask(sheet, *one.by, span=span, top=one.top, within={LINE: line.code})


def breakdown_title(outcome: Outcome, one: Breakdown) -> str:
    """„Erstberatungen nach Staatsangehörigkeit“."""
    title = outcome.plan.sheets[one.indicator].title
    return title + _(" nach {grouped}").format(grouped=listed([dimension(name).title for name in one.by]))


async def breakdown(outcome: Outcome, one: Breakdown) -> Panel:
    """A breakdown as bars with its table, or why it is not there."""
    panel = await answer_chart(outcome.answer(str(one)), charts.bars)
    head = dimension(one.by[0]).title
    return panel | {"title": breakdown_title(outcome, one), "head": head, "problem": outcome.problem(str(one))}


async def by_network(outcome: Outcome, line: Line) -> Panel:
    """The main indicator on the map, and each network with its trend; nothing in a network."""
    scope = outcome.plan.scope
    if outcome.answer(NETWORKS) is None:
        return {"svg": "", "rows": [], "link": "", "each": [], "problem": outcome.problem(NETWORKS)}
    each: list[tuple[str, str, Number, str]] = []
    rows: list[tuple[str, str, int, str]] = []
    for code in load_topology():
        series = outcome.series(NETWORKS, region=code)
        if series is None:
            continue
        number = series.number(scope.period.span)
        trend = tuple(one.value or 0 for _quarter, one in series.by_quarter(scope.period.window))
        each.append((label(code, "region"), scope.network_page(code), number, sparkline(trend)))
        if series.months:  # a network without any record stays grey
            rows.append((code, label(code, "region"), number.value or 0, number.link))
    main = outcome.plan.sheets[line.main]
    link = page_link(scope.ask(main, "region", span=scope.period.span, within={LINE: line.code}))
    found = await drawn(partial(charts.germany, title=main.title), rows, link)
    return found | {"each": each, "problem": ""}
