"""Checks before an edition: who is missing, what is incomplete, which numbers jump against their own history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from services.reporting.edition_tables import Asked
from services.reporting.figures import Figures
from services.reporting.periods import months, shifted
from services.reporting.question import Question
from shared.topology import CENTRE, load_topology

PERIODS = 4  # equally long ones before: a year of quarters
SHARE, LEAST = 0.5, 20


@dataclass(frozen=True)
class Remark:
    """Something to look at before publishing, in German; `table` is its number."""

    table: int
    text: str


async def remarks(figures: Figures, asked: Sequence[Asked], today: date) -> list[Remark]:
    """Remarks on the tables of an edition: networks without records, incomplete ones, and outliers."""
    found = []
    for number, table in enumerate(asked, start=1):
        found += [Remark(number, text) for text in _coverage(table)]
        found += [Remark(number, text) for text in await _jumps(figures, table.question, today)]
    return found


def _coverage(table: Asked) -> list[str]:
    found = []
    silent = {code: network for code, network in load_topology().items() if code not in _known(table)}
    if silent and table.network == CENTRE:
        names = ", ".join(network.land for network in silent.values())
        found.append(f"Aus {names} liegt nichts vor; diese Netzwerke haben nie gemeldet.")
    for entry in table.reach.networks:
        if entry.records < entry.expected:
            land = load_topology()[entry.region].land
            found.append(f"{land}: {entry.records} von {entry.expected} Datensätzen liegen vor.")
    return found


def _known(table: Asked) -> set[str]:
    return {entry.region for entry in table.reach.networks}


async def _jumps(figures: Figures, question: Question, today: date) -> list[str]:
    """Networks whose number lies far from the median of the equally long periods before."""
    first, last = question.first, question.last
    if question.asked or first is None or last is None or question.indicator.measure not in ("count", "sum"):
        return []
    length = len(months(first, last))
    series = [
        replace(question, by=("region",), top=None, first=shifted(first, -length * n), last=shifted(last, -length * n))
        for n in range(PERIODS + 1)
    ]
    answers = [{row["region"]: row["value"] for row in (await figures.answer(q, today))["rows"]} for q in series]
    return [text for code in load_topology() if (text := _jump(code, answers))]


def _jump(code: str, answers: Sequence[Mapping[str, int]]) -> str | None:
    now, *before = (answer.get(code, 0) for answer in answers)
    if not all(before):
        return None  # too short a history to judge by
    usual = median(before)
    if abs(now - usual) <= max(SHARE * usual, LEAST):
        return None
    land = load_topology()[code].land
    return f"{land}: {now} ist auffällig; in den {PERIODS} gleich langen Zeiträumen davor waren es um {usual:.0f}."
