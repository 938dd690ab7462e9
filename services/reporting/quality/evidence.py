"""What the rules look at: few grouped questions to the one read path, and what offices and networks say of themselves.

Only what can be answered here is asked: at the centre no question goes to the networks for this.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.reporting.figures import Figures
from services.reporting.periods import shifted
from services.reporting.quality import store
from services.reporting.quality.parameters import RuleBook, Watched
from services.reporting.question import Question, read_question
from shared.nationalities import NOT_STATED
from shared.vocabulary.quality import FindingRule

Months = dict[str, int]
Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""Indicator, network, values of dimensions."""
OFFICES = Watched("counselling_sessions", "office")


@dataclass
class Evidence:
    """Counts by what they are about, up to the month `last`; `seen`: newest month of an office; `heard`: of networks.

    `rounds`: counts of a ranking's values by funding round; `missing`: months without a statement, by field.
    """

    last: str
    series: dict[Key, Months] = field(default_factory=dict)
    rounds: dict[tuple[Watched, str], dict[str, Months]] = field(default_factory=dict)
    missing: dict[tuple[str, str, str], Months] = field(default_factory=dict)
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    heard: Mapping[str, datetime | None] = field(default_factory=dict)

    def whole(self, indicator: str, network: str) -> Months:
        """All records of an indicator in a network by month, over the values of its dimension."""
        found: Months = defaultdict(int)
        for (code, region, _), months in self.series.items():
            if (code, region) == (indicator, network):
                for month, value in months.items():
                    found[month] += value
        return found


@dataclass(frozen=True)
class Clerk:
    """Asks for evidence as of a day."""

    figures: Figures
    book: RuleBook
    as_of: date
    known_at: date
    today: date
    last: str

    async def gather(self) -> Evidence:
        """Everything the figures say."""
        evidence = Evidence(self.last)
        asked = [
            *((self._series(one), one, self._keep_series) for one in self.book.series),
            *((self._ranking(one), one, self._keep_ranking) for one in self.book.rankings),
            *((self._field(one), one, self._keep_field) for one in self.book.fields),
        ]
        possible = [(question, one, keep) for question, one, keep in asked if not question.asked]
        answers = await asyncio.gather(*(self.figures.answer(question, self.today) for question, *_ in possible))
        for (_, one, keep), answer in zip(possible, answers, strict=True):
            keep(evidence, one, answer["rows"])
        return evidence

    @property
    def first(self) -> str:
        """The first month that any rule needs."""
        outlier = self.book.of(FindingRule.OUTLIER)
        empty = self.book.of(FindingRule.EMPTY_MONTH)
        stated = self.book.of(FindingRule.NOT_STATED)
        lengths = (outlier["history"] + outlier["evaluated"], empty["history"] + empty["evaluated"])
        return shifted(self.last, -int(max(*lengths, stated["recent"] + stated["before"])))

    def question(self, indicator: str, by: tuple[str, ...], **more: str) -> Question:
        """A question with the days of this evidence."""
        days = {"as_of": self.as_of.isoformat(), "known_at": self.known_at.isoformat()}
        pairs = {"indicator": indicator, "by": ",".join(by)} | more | days
        return read_question(pairs.items(), self.figures.network, self.today)

    def _series(self, one: Watched) -> Question:
        by = ("region", "month", *filter(None, [one.dimension]))
        return self.question(one.indicator, by, **{"from": self.first, "to": self.last})

    def _ranking(self, one: Watched) -> Question:
        return self.question(one.indicator, ("region", "round", one.dimension), **dict(one.filters))

    def _field(self, one: Watched) -> Question:
        span = {"from": self.first, "to": self.last}
        return self.question(one.indicator, ("region", "month"), **span, **{one.dimension: NOT_STATED})

    def _keep_series(self, evidence: Evidence, one: Watched, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            values = ((one.dimension, row[one.dimension]),) if one.dimension else ()
            evidence.series.setdefault((one.indicator, row["region"], values), {})[row["month"]] = row["value"]

    def _keep_ranking(self, evidence: Evidence, one: Watched, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["round"] == NOT_STATED:
                continue
            for place in {row["region"], self.figures.network}:  # at the centre also all networks together
                counts = evidence.rounds.setdefault((one, place), {}).setdefault(row["round"], defaultdict(int))
                counts[row[one.dimension]] += row["value"]

    def _keep_field(self, evidence: Evidence, one: Watched, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            evidence.missing.setdefault((one.indicator, row["region"], one.dimension), {})[row["month"]] = row["value"]


async def offices_seen(clerk: Clerk) -> dict[tuple[str, str], str]:
    """Newest month of each office that its network still runs: told by heartbeats, in a network by its own records."""
    question = clerk.question(OFFICES.indicator, ("region", "office", "month"), to=clerk.last)
    async with clerk.figures.sessions() as session:
        closed = await store.closed_offices(session, clerk.last)
        seen = await store.told_offices(session) if question.asked else {}
    if not question.asked:
        answer = await clerk.figures.answer(question, clerk.today)
        for row in answer["rows"]:
            key = (row["region"], row["office"])
            seen[key] = max(seen.get(key, ""), row["month"])
    return {key: month for key, month in seen.items() if key not in closed and key[1] != NOT_STATED}
