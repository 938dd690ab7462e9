"""What the pages of the cockpit share: their scope from the address, their answers, charts with their tables."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import Response

from services.gateway.access import Visitor, WithPurpose
from services.gateway.answers import asked_link
from services.gateway.charts import Rows
from services.gateway.cockpit.period import FIRST_YEAR, Period, read_period
from services.gateway.cockpit.plan import Answered, Outcome, Plan
from services.gateway.cockpit.rows import Row, Verdict, notes_of
from services.gateway.cockpit.scope import Scope
from services.gateway.cockpit.series import MONTH, Series
from services.gateway.cockpit.sparkline import sparkline
from services.gateway.languages import _
from services.gateway.pages.asking import compared, desk, several
from services.gateway.passports import period as span_words
from services.gateway.passports import stand
from services.gateway.rendering import label, render
from services.gateway.special_requests import DAYS, SpecialRequest, page_link, query_string, read_request
from shared.problems import Problem

Figures = Annotated[Visitor, Depends(WithPurpose("figures:read"))]
Word = Annotated[str, Query(max_length=40)]
Panel = dict[str, Any]


def at_centre(request: Request) -> None:
    """Raises Problem 404 for a page of the whole country in a network, which has none of the others' figures."""
    if not desk(request).centre:
        raise Problem(
            404, _("Diese Seite gibt es nur beim Bund. Die Zahlen dieses Netzwerks stehen unter „Auswertung“.")
        )


def scope_of(request: Request, path: str, jahr: str, quartal: str, region: str = "") -> Scope:
    """Whose figures an address asks for and of when. Raises Problem 422 naming what is wrong with it."""
    here = desk(request)
    given = read_request(request.query_params.multi_items()).given
    days = {name: given[name] for name in DAYS if given.get(name)}
    as_of = dict(SpecialRequest(given=days).question(here.today))["as_of"]
    period = read_period(jahr.strip(), quartal.strip(), date.fromisoformat(as_of), here.today)
    return Scope(here, path, period, days, region)


async def outcome_of(request: Request, visitor: Visitor, plan: Plan) -> Outcome:
    """The answers to a plan. Raises Problem where every question is refused, or reporting is away."""
    answers, verdicts = await asyncio.gather(
        several(request, visitor, [*plan.questions.values()]), compared(request, visitor, [*plan.pairs.values()])
    )
    found = dict(zip(plan.questions, answers, strict=True))
    told = {name: Verdict(**verdict) for name, verdict in zip(plan.pairs, verdicts, strict=True)}
    return Outcome(plan, found, told)


def shown(request: Request, visitor: Visitor, template: str, outcome: Outcome, name: str, **context: Any) -> Response:
    """The page; `name` is the question whose passport it shows."""
    scope = outcome.plan.scope
    passport = (outcome.answer(name) or outcome.first_answer)["passport"]
    common = {
        "scope": scope,
        "period": scope.period,
        "sheets": outcome.plan.sheets,
        "passport": passport,
        "unit": outcome.plan.sheets[passport["indicator"]].unit,
        "stand": stand(passport["as_of"], scope.desk.today),
        "permanent": scope.address(**{day: passport[day] for day in DAYS}),
        "words": words(scope.period),
        "years": range(scope.desk.today.year, FIRST_YEAR - 1, -1),
    }
    return render(request, template, visitor, **common, **context)


def words(period: Period) -> dict[str, str]:
    """What stands above the columns: the period, what is compared of one that still runs, and the year before."""
    compared, before = (
        span_words({"from": span[0], "to": span[1]}) if span else "" for span in (period.compared, period.before)
    )
    return {"now": period.title, "so_far": compared if period.running else "", "before": before or _("Jahr davor")}


def table_of(rows: Sequence[Row], head: str) -> Panel:
    """Rows as the macro `figures` shows them: with small trends, their quarters, and what must be said below."""
    quarters = max((row.trend for row in rows), key=len, default=())
    return {
        "head": head,
        "rows": [(row, sparkline(row.drawn)) for row in rows],
        "quarters": [label(quarter, "quarter") for quarter, _ in quarters],
        "notes": notes_of([*rows]),
    }


async def drawn(draw: Callable[[Rows], str], rows: Sequence[tuple[str, str, int, str]], link: str) -> Panel:
    """A chart of (code, label, value, link) with its table, as the macro `chart` shows them; drawn in a thread."""
    svg = await asyncio.to_thread(draw, tuple((code, text, value) for code, text, value, _ in rows))
    return {"svg": svg, "rows": [(text, value, address) for _, text, value, address in rows], "link": link}


async def months_chart(series: Series | None, scope: Scope, draw: Callable[[Rows], str]) -> Panel:
    """The months of a trend; a month without records is zero."""
    if series is None:
        return {"svg": "", "rows": [], "link": ""}
    numbers = series.by_month(scope.period.window)
    rows = [(month, label(month, MONTH), number.value or 0, number.link) for month, number in numbers]
    asked = series.request(scope.period.window)
    return await drawn(draw, rows, page_link(replace(asked, by=(MONTH,))))


async def answer_chart(found: Answered | None, draw: Callable[[Rows], str]) -> Panel:
    """An answer by one dimension."""
    if found is None:
        return {"svg": "", "rows": [], "link": ""}
    (name,) = found["by"]
    rows = [(row[name], label(row[name], name), row["value"], asked_link(found, row)) for row in found["rows"]]
    return await drawn(draw, rows, asked_link(found))


def page_of(path: str, year: int, **days: str) -> str:
    """Address of a page of figures about a year."""
    named = [(name, day) for name, day in days.items() if day]
    return f"{path}?{query_string([('jahr', str(year)), *named])}"
