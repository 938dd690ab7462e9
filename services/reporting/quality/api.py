"""The API of data quality: findings of the rules, as of a day."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.reporting.quality import store
from services.reporting.quality.assessment import Assessment
from services.reporting.quality.findings import Finding, link, sentence
from services.reporting.quality.parameters import load_rules
from shared import clock
from shared.problems import FieldProblem, invalid
from shared.security import Principal, require
from shared.topology import CENTRE, load_topology
from shared.vocabulary.quality import FindingRule

router = APIRouter(prefix="/api/v1/quality")
Reader = Annotated[Principal, Depends(require("quality:read"))]
MOST = 500


class RuleOut(BaseModel):
    """A rule with its source and parameters; `unit`: how its numbers are written, `findings`: how many it has."""

    rule: str
    title: str
    unit: str
    sentence: str
    source: str
    parameters: dict[str, float]
    findings: int


class FindingOut(BaseModel):
    """A finding; `link` asks for its figure, `follow_up` is the follow-up about it that is not closed."""

    key: str
    rule: str
    network: str
    indicator: str | None
    dimensions: dict[str, str]
    period: str
    value: float | None
    low: float | None
    high: float | None
    severity: float
    sentence: str
    link: str
    follow_up: str | None = None


class QualityOut(BaseModel):
    """Findings as of a day, the most severe first: at most 500 of `total`. `networks` counts them by network."""

    as_of: date
    known_at: date
    last_month: str
    rules: list[RuleOut]
    networks: dict[str, int]
    findings: list[FindingOut]
    total: int


async def assessed(request: Request, as_of: date | None, known_at: date | None) -> Assessment:
    """The assessment as of a day, by default yesterday, which nothing recorded today changes any more.

    Raises Problem 422 for days in the future.
    """
    today = clock.today()
    for name, day in (("as_of", as_of), ("known_at", known_at)):
        if day is not None and day > today:
            remedy = "Bitte heute oder einen früheren Tag wählen."
            raise invalid(FieldProblem(name, day.isoformat(), "Dieser Tag liegt in der Zukunft.", remedy))
    found: Assessment = await request.app.state.assessor.assess(as_of or today - timedelta(days=1), known_at or today)
    return found


@router.get("")
async def quality(
    request: Request,
    _who: Reader,
    network: Annotated[str, Query(max_length=8)] = "",
    rule: Annotated[str, Query(max_length=40)] = "",
    as_of: date | None = None,
    known_at: date | None = None,
) -> QualityOut:
    """Findings of a network and a rule, or of all. Raises Problem 422 for one that does not exist."""
    _check("rule", rule, [one.value for one in FindingRule])
    _check("network", network, [CENTRE, *load_topology()])
    found = await assessed(request, as_of, known_at)
    async with request.app.state.sessions() as session:
        rows = await store.unclosed_findings(session)
    shown = [one for one in found.findings if network in ("", one.subject.network)]
    rules = Counter(one.subject.rule for one in shown)
    networks = Counter(one.subject.network for one in found.findings if rule in ("", one.subject.rule))
    shown = [one for one in shown if rule in ("", one.subject.rule)]
    return QualityOut(
        as_of=found.as_of,
        known_at=found.known_at,
        last_month=found.last,
        rules=[_rule(one, rules[one]) for one in FindingRule],
        networks=dict(sorted(networks.items())),
        findings=[_finding(one, found, rows) for one in shown[:MOST]],
        total=len(shown),
    )


def _check(name: str, value: str, allowed: list[str]) -> None:
    if value and value not in allowed:
        problem = "Diesen Wert gibt es hier nicht."
        raise invalid(FieldProblem(name, value, problem, "Bitte einen der erlaubten Werte wählen.", allowed))


def _rule(rule: FindingRule, findings: int) -> RuleOut:
    sheet = load_rules().sheets[rule]
    same = {name: getattr(sheet, name) for name in ("unit", "sentence", "source", "parameters")}
    return RuleOut(rule=rule.value, title=rule.de, findings=findings, **same)


def _finding(one: Finding, found: Assessment, follow_ups: dict[str, str]) -> FindingOut:
    subject, hit = one.subject, one.hit
    return FindingOut(
        key=subject.key,
        rule=subject.rule.value,
        network=subject.network,
        indicator=subject.indicator,
        dimensions=dict(subject.dimensions),
        period=subject.period,
        value=hit.value,
        low=hit.low,
        high=hit.high,
        severity=hit.severity,
        sentence=sentence(subject.rule, hit.value, hit.low, hit.high),
        link=link(subject, found.as_of, found.known_at),
        follow_up=follow_ups.get(subject.key),
    )
