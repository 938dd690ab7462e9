"""From evidence to findings: every rule on everything it looks at, remembered while nothing arrives that counts."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.reporting.catalogue import load_catalogue
from services.reporting.figures import Figures
from services.reporting.periods import shifted
from services.reporting.quality import ranks, rules, store
from services.reporting.quality.evidence import OFFICES, Clerk, Evidence, offices_seen
from services.reporting.quality.findings import Finding, Subject
from services.reporting.quality.parameters import RuleBook, load_rules
from services.reporting.store import arrivals
from shared import clock
from shared.contracts.registry import STRUCTURE
from shared.database import SessionFactory
from shared.topology import CENTRE, load_topology
from shared.vocabulary.quality import FindingRule

R = FindingRule
REMEMBERED = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Assessment:
    """Findings as of a day, the most severe first, with the evidence they rest on."""

    as_of: date
    known_at: date
    last: str
    findings: tuple[Finding, ...]
    evidence: Evidence

    def finding(self, key: str) -> Finding | None:
        """The finding with a key, while it is found."""
        return next((one for one in self.findings if one.subject.key == key), None)


def findings_of(evidence: Evidence, book: RuleBook) -> list[Finding]:
    """What the rules find in figures."""
    return [*_of_series(evidence, book), *_of_rankings(evidence, book), *_of_fields(evidence, book)]


def _of_series(evidence: Evidence, book: RuleBook) -> Iterator[Finding]:
    for (indicator, network, values), months in evidence.series.items():
        for rule, find in ((R.OUTLIER, rules.outliers), (R.EMPTY_MONTH, rules.empty_months)):
            for hit in find(months, evidence.last, book.of(rule)):
                yield Finding(Subject(rule, network, indicator, values, hit.period), hit)


def _of_rankings(evidence: Evidence, book: RuleBook) -> Iterator[Finding]:
    for (watched, network), rounds in evidence.rounds.items():
        for rule, find in ((R.RANK_JUMP, ranks.jumps), (R.IMPLAUSIBLE_RANK, ranks.implausible)):
            for hit in find(rounds, book.of(rule)):
                values = ((watched.dimension, hit.value_of), *watched.filters)
                yield Finding(Subject(rule, network, watched.indicator, values, hit.period), hit)


def _of_fields(evidence: Evidence, book: RuleBook) -> Iterator[Finding]:
    for (indicator, network, name), months in evidence.missing.items():
        for hit in rules.not_stated(months, evidence.whole(indicator, network), evidence.last, book.of(R.NOT_STATED)):
            yield Finding(Subject(R.NOT_STATED, network, indicator, ((name, "not_stated"),), hit.period), hit)


def silences(evidence: Evidence, book: RuleBook, now: datetime) -> Iterator[Finding]:
    """Offices and networks of which nothing is heard."""
    for (network, office), month in evidence.seen.items():
        for hit in rules.silent_office(month, evidence.last, book.of(R.SILENT_OFFICE)):
            subject = Subject(R.SILENT_OFFICE, network, OFFICES.indicator, (("office", office),), hit.period)
            yield Finding(subject, hit)
    for network, at in evidence.heard.items():
        days = (now - at) / DAY if at is not None else None
        for hit in rules.silent_network(days, book.of(R.SILENT_NETWORK)):
            yield Finding(Subject(R.SILENT_NETWORK, network, None, (), hit.period), hit)


class Assessor:
    """Assesses the figures of a network, or at the centre those of all networks."""

    def __init__(self, figures: Figures, sessions: SessionFactory, network: str) -> None:
        self.figures, self.sessions, self.network = figures, sessions, network
        self._remembered: OrderedDict[tuple[date, date, date, int], tuple[Evidence, list[Finding]]] = OrderedDict()
        self._alone = asyncio.Lock()

    async def assess(self, as_of: date, known_at: date) -> Assessment:
        """Findings as of a day. Raises Problem 422 for days that are not to be asked for."""
        book, last = load_rules(), shifted(clock.month_of(as_of + DAY), -1)
        clerk = Clerk(self.figures, book, as_of, known_at, clock.today(), last)
        async with self._alone:  # two visitors ask once
            evidence, found = await self._counted(clerk)
            evidence.seen = await offices_seen(clerk)
            evidence.heard = await self._heard(as_of)
        found = [*found, *silences(evidence, book, clock.now())]
        return Assessment(as_of, known_at, last, tuple(sorted(found, key=lambda one: one.order)), evidence)

    async def _counted(self, clerk: Clerk) -> tuple[Evidence, list[Finding]]:
        catalogue = load_catalogue()
        watched = (*clerk.book.series, *clerk.book.rankings, *clerk.book.fields)
        kinds = sorted({kind for one in watched for kind in catalogue[one.indicator].kinds} | {STRUCTURE.kind})
        async with self.sessions() as session:
            key = (clerk.as_of, clerk.known_at, clerk.today, await arrivals(session, kinds, clerk.as_of))
        if key not in self._remembered:
            evidence = await clerk.gather()
            self._remembered[key] = evidence, await asyncio.to_thread(findings_of, evidence, clerk.book)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        return self._remembered[key]

    async def _heard(self, as_of: date) -> Mapping[str, datetime | None]:
        """Signs of life, which are of now: asked about a day that is past there are none to judge."""
        if self.network != CENTRE or as_of < clock.today() - DAY:
            return {}
        async with self.sessions() as session:
            heard = await store.signs_of_life(session)
        running = (one.code for one in load_topology().values() if one.valid_to is None or one.valid_to >= as_of)
        return {code: heard.get(code) for code in running}


def value_now(assessment: Assessment, subject: Subject) -> float | None:
    """The number a follow-up was about, as it is by now; None where it lies outside of what is looked at."""
    evidence, rule = assessment.evidence, subject.rule
    if rule in (R.OUTLIER, R.EMPTY_MONTH):
        months = evidence.series.get((subject.indicator or "", subject.network, subject.dimensions))
        return None if months is None else float(months.get(subject.period, 0))
    if rule in (R.RANK_JUMP, R.IMPLAUSIBLE_RANK):
        return _ranked_now(evidence, subject)
    found = next((one for one in assessment.findings if one.subject.key == subject.key), None)
    return found.hit.value if found else None


def _ranked_now(evidence: Evidence, subject: Subject) -> float | None:
    values = dict(subject.dimensions)
    for (watched, network), rounds in evidence.rounds.items():
        if (watched.indicator, network) == (subject.indicator, subject.network) and watched.dimension in values:
            counts = rounds.get(subject.period, {})
            value, base = counts.get(values[watched.dimension], 0), sum(counts.values())
            return float(value) if subject.rule is R.IMPLAUSIBLE_RANK else round(value / base, 4) if base else None
    return None
