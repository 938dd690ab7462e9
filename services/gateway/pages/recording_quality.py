"""How well a network records: what it leaves open (keine Angabe), and how soon it writes down what happened."""

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
from services.gateway.languages import told
from services.gateway.pages.asking import desk, figure
from services.gateway.rendering import label
from services.gateway.sheets import Sheet
from services.gateway.special_requests import page_link
from services.gateway.upstreams import ServiceProblem
from shared.nationalities import NOT_STATED
from shared.problems import Problem


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
    """Shares by line; `problem` where they could not be had; not `asked` where only the network could say."""

    rows: list[Share]
    link: str
    problem: str = ""
    asked: bool = True


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
    """A network knows it of itself. At the centre it is not asked unasked: each question stands in its list."""
    asked = scope.ask(sheets["timeliness"], LINE, span=scope.period.span)
    link = page_link(asked)
    if scope.desk.centre:
        return Timely([], link, asked=False)
    try:
        found: dict[str, Any] = await figure(request, visitor, asked.question(desk(request).today))
    except Problem as problem:
        return Timely([], link, told(problem.detail) if isinstance(problem, ServiceProblem) else problem.detail)
    shares = [
        Share(label(row[LINE], LINE), row["value"], row["base"], row["share"], asked_link(found, row))
        for row in found["rows"]
    ]
    return Timely(shares, link)
