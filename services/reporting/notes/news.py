"""What figures changed since a day: known then against known now, with what became of their records."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.reporting import store
from services.reporting.catalogue import load_catalogue
from services.reporting.figures import Answer, Figures
from services.reporting.indicator import Indicator
from services.reporting.notes.rules import Place, Tally, tallies
from services.reporting.notes.steps import steps_since
from services.reporting.question import Question, link
from shared.nationalities import NOT_STATED
from shared.topology import CENTRE

WATCHED = (
    "counselling_sessions",
    "group_participants",
    "company_counsellings",
    "meetings_held",
    "qualification_entries",
    "recognition_procedures",
)
"""Indicators that are told, one for each kind of record that figures are made of."""
LINE = "programme_line"
REMEMBERED = 64
Tallies = Mapping[str, Mapping[Place, Tally]]


@dataclass(frozen=True)
class Changed:
    """A figure of a network and line, then and now, each with the question that shows it; `line` may be none."""

    indicator: str
    region: str
    line: str | None
    then: int
    now: int
    then_query: str
    now_query: str
    tally: Tally


class News:
    """Tells what figures changed; what became of records is remembered until something is taken in."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._steps: OrderedDict[tuple[date, date, str], Tallies] = OrderedDict()

    async def changed(self, day: date, today: date) -> list[Changed]:
        """Figures of which records arrived, were corrected or withdrawn since the beginning of a day."""
        watched = {load_catalogue()[code].kinds[0]: load_catalogue()[code] for code in WATCHED}
        found = await self._tallies(day, today, tuple(watched))
        told = [(one, found[kind]) for kind, one in watched.items() if kind in found]
        lists = await asyncio.gather(*(_of(self.figures, one, lines, day, today) for one, lines in told))
        return [entry for part in lists for entry in part]

    async def _tallies(self, day: date, today: date, kinds: Sequence[str]) -> Tallies:
        async with self.figures.sessions() as session:
            key = day, today, await store.stamp(session)
            found = self._steps.get(key)
            if found is None:
                found = tallies(await steps_since(session, day, today, kinds))
        self._steps[key] = found
        while len(self._steps) > REMEMBERED:
            self._steps.popitem(last=False)
        return found


async def _of(
    figures: Figures, indicator: Indicator, lines: Mapping[Place, Tally], day: date, today: date
) -> list[Changed]:
    answerable = indicator.answerable(lean=figures.network == CENTRE)
    by = tuple(name for name in ("region", LINE) if name in answerable)
    before = day - timedelta(days=1)
    then, now = (Question(indicator, stand, stand, by) for stand in (before, today))
    answers = await asyncio.gather(*(figures.answer(question, today) for question in (then, now)))
    values = [_values(answer) for answer in answers]
    merged: dict[tuple[str, str | None], Tally] = {}
    for (region, raw), tally in lines.items():
        place = region, line_of(indicator, raw) if LINE in by else None
        merged[place] = merged[place] + tally if place in merged else tally
    found = []
    for (region, line), tally in sorted(merged.items(), key=lambda entry: (entry[0][1] or "", entry[0][0])):
        known, new = (told.get((region, line), 0) for told in values)
        links = (link(_at(question, region, line)) for question in (then, now))
        found.append(Changed(indicator.code, region, line, known, new, next(links), next(links), tally))
    return found


def line_of(indicator: Indicator, raw: str | None) -> str:
    """The programme line of a record as figures tell it: of some kinds it is the same for all of them."""
    return dict(indicator.constants).get(LINE) or raw or NOT_STATED


def _values(answer: Answer) -> dict[tuple[str, str | None], int]:
    return {(row["region"], row.get(LINE)): row["value"] for row in answer["rows"]}


def _at(question: Question, region: str, line: str | None) -> Question:
    filters = [("region", (region,)), *([(LINE, (line,))] if line else [])]
    return replace(question, by=(), filters=tuple(sorted(filters)))
