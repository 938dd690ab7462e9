"""How well a network records: what it leaves open (keine Angabe), and how soon it writes down what happened."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import Request

from services.gateway.access import Visitor
from services.gateway.answers import asked_link
from services.gateway.cockpit.lines import Breakdown, load_contents
from services.gateway.cockpit.plan import LINE, Answered, Outcome, Plan
from services.gateway.cockpit.scope import Scope
from services.gateway.cockpit.series import Number
from services.gateway.labels import dimension
from services.gateway.languages import _, told
from services.gateway.pages.asking import desk, figure
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from services.gateway.special_requests import page_link
from services.gateway.upstreams import ServiceProblem
from shared.nationalities import NOT_STATED
from shared.problems import Problem

PATIENCE = 2.0
"""Seconds a page waits for a network that is asked; what takes longer can be asked as a special request."""


class Open(NamedTuple):
    """A question that records leave open: how many of them, and which share."""

    title: str
    number: Number
    share: float | None


class Share(NamedTuple):
    """Records of a line that were written down within three days, of all."""

    title: str
    value: int
    base: int
    share: float
    link: str


class Timely(NamedTuple):
    """Shares by line; `problem` where the network did not answer."""

    rows: list[Share]
    link: str
    problem: str = ""


def ask_quality(plan: Plan) -> None:
    """Add to a plan what is left open, as far as it is known here."""
    for one in _known(plan):
        plan.ask(str(one), one.indicator, *one.by)


def _known(plan: Plan) -> list[Breakdown]:
    return [one for one in load_contents().not_stated if not one.asks(plan.sheets)]


def quality(outcome: Outcome) -> list[Open]:
    """What is left open of each question, the largest share first."""
    found = []
    for one in _known(outcome.plan):
        if answer := outcome.answer(str(one)):
            found += [_open(outcome.plan, one, answer, name) for name in one.by]
    return sorted(found, key=lambda entry: -(entry.share or 0))


def _open(plan: Plan, one: Breakdown, answer: Answered, name: str) -> Open:
    value = sum(row["value"] for row in answer["rows"] if row[name] == NOT_STATED)
    asked = plan.scope.ask(plan.sheets[one.indicator], span=plan.scope.period.span, within={name: NOT_STATED})
    share = value / answer["total"] if answer["total"] else None
    return Open(dimension(name).title, Number(value, page_link(asked)), share)


async def timeliness(request: Request, visitor: Visitor, scope: Scope, sheets: Mapping[str, Sheet]) -> Timely:
    """Asked of the network itself, which may be away: then the page comes without."""
    asked = scope.ask(sheets["timeliness"], LINE, span=scope.period.span)
    link, away = page_link(asked), _("Das Netzwerk hat nicht rechtzeitig geantwortet.")
    try:
        question = asked.question(desk(request).today)
        found: dict[str, Any] = await asyncio.wait_for(figure(request, visitor, question), PATIENCE)
    except TimeoutError:
        return Timely([], link, away)
    except Problem as problem:
        return Timely([], link, told(problem.detail) if isinstance(problem, ServiceProblem) else problem.detail)
    if found["passport"]["coverage"].get("missing"):
        return Timely([], link, away)
    shares = [
        Share(label(row[LINE], LINE), row["value"], row["base"], row["share"], asked_link(found, row))
        for row in found["rows"]
    ]
    return Timely(shares, link)
