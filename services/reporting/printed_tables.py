"""A printed table beside what the records say: definition and answers in, comparison out; pure.

A figure is traced by its link: the question that gives exactly this number, with `as_of` and `known_at`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from services.reporting.printed import TOTAL, Cell, Parameters, PrintedTable
from services.reporting.printed_values import parameters_of, per_cent, places, rank_of, value_of

AFTER = "Der Zeitraum beginnt erst nach dem Stichtag."


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why a question has no answer, in German."""

    reason: str


Answers = Mapping[str, Mapping[str, Any] | Unanswered]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCell:
    """A figure: what the records say, what is printed, whether they agree (none: not answered), and its link.

    Shares are in per cent; `derived` marks one that is not printed (MON-06, MON-19).
    """

    figure: str
    group: str
    label: str
    short: str
    unit: str
    value: int | None
    printed: int | None
    words: str
    share: float | None
    printed_share: float | None
    places: int
    derived: bool
    rank: int | None
    printed_rank: int | None
    equal: bool | None
    total: bool
    doubtful: bool
    question: str
    code: str
    link: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question of a table with the passport of its answer, or why there is none."""

    key: str
    link: str
    passport: dict[str, Any] | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTable:
    """A printed table beside the records; `missing` are networks that the answers lack."""

    id: str
    title: str
    field: str
    unit: str
    head: str
    source: str
    chart: str
    stichtag: str
    heading: str
    known_at: str
    cells: tuple[ComparedCell, ...]
    questions: tuple[AskedQuestion, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    equal: int
    synthetic: bool


def questions_of(table: PrintedTable, stichtag: date | None, known_at: date) -> dict[str, Parameters | Unanswered]:
    """The questions to ask: with the printed Stichtag, or with one for all networks and no period after it."""
    found: dict[str, Parameters | Unanswered] = {}
    for key, printed in table.questions.items():
        asked = {**printed, "known_at": known_at.isoformat()}
        if stichtag is not None:
            month = f"{stichtag:%Y-%m}"
            asked["as_of"] = stichtag.isoformat()
            if "to" in asked:
                asked["to"] = min(asked["to"], month)
            if asked.get("from", "") > month:
                found[key] = Unanswered(AFTER)
                continue
        found[key] = asked
    return found


def compare(
    table: PrintedTable, stichtag: date | None, known_at: date, answers: Answers, absent: Sequence[str] = ()
) -> ComparedTable:
    """The table with a value beside every printed one; `absent` are networks that never reported.

    A network that did not answer in time is named by the passport (`coverage.missing`).
    """
    asked = questions_of(table, stichtag, known_at)
    cells = tuple(_Reading(table, asked, answers).cell(cell) for cell in table.cells)
    questions = tuple(_asked(key, asked[key], answers[key]) for key in table.questions)
    passports = [entry.passport for entry in questions if entry.passport]
    missing = {*absent, *(code for passport in passports for code in passport["coverage"].get("missing", ()))}
    return ComparedTable(
        **{name: getattr(table, name) for name in ("id", "title", "field", "unit", "head", "source", "chart", "notes")},
        stichtag="printed" if stichtag is None else stichtag.isoformat(),
        heading=heading(table, stichtag),
        known_at=known_at.isoformat(),
        cells=cells,
        questions=questions,
        missing=tuple(sorted(missing)),
        equal=sum(cell.equal is True for cell in cells),
        synthetic=any(passport["synthetic"] for passport in passports),
    )


def heading(table: PrintedTable, stichtag: date | None) -> str:
    """Which Stichtag the table has, in German."""
    if stichtag is not None:
        return f"ein Stichtag für alle Netzwerke: {stichtag:%d.%m.%Y}"
    days = sorted({date.fromisoformat(question["as_of"]) for question in table.questions.values()})
    named = " und ".join(f"{day:%d.%m.%Y}" for day in days)
    if not table.as_of_printed:
        return f"kein Stichtag gedruckt, gerechnet zum {named}"
    return f"Stichtag wie gedruckt: {named}" if len(days) == 1 else f"Stichtage wie gedruckt: {named}"


def _asked(key: str, asked: Parameters | Unanswered, answer: Mapping[str, Any] | Unanswered) -> AskedQuestion:
    link = "" if isinstance(asked, Unanswered) else urlencode(asked)
    if isinstance(answer, Unanswered):
        return AskedQuestion(key=key, link=link, passport=None, reason=answer.reason)
    return AskedQuestion(key=key, link=link, passport=answer["passport"], reason="")


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads cells out of the answers of one table."""

    table: PrintedTable
    asked: Mapping[str, Parameters | Unanswered]
    answers: Answers

    def cell(self, cell: Cell) -> ComparedCell:
        answer, asked = self.answers[cell.question], self.asked[cell.question]
        answered = None if isinstance(answer, Unanswered) else answer
        value = None if answered is None else value_of(cell, answered)
        share = self.share(cell, value, answered)
        rank = None if cell.rank is None or answered is None else rank_of(cell, answered)
        equal = None
        if value is not None:
            pairs = ((cell.printed, value), (cell.printed_share, share), (cell.rank, rank))
            equal = all(found == printed for printed, found in pairs if printed is not None)
        return ComparedCell(
            **{name: getattr(cell, name) for name in ("figure", "group", "label", "printed", "words", "question")},
            **{name: getattr(cell, name) for name in ("total", "doubtful")},
            short=cell.short or cell.label,
            unit=cell.unit or self.table.unit,
            value=value,
            share=None if share is None else float(share),
            printed_share=None if cell.printed_share is None else float(cell.printed_share),
            places=places(cell),
            derived=bool(cell.share_of) and cell.printed_share is None,
            rank=rank,
            printed_rank=cell.rank,
            equal=equal,
            code=next(iter(cell.pick.values()), ""),
            link="" if isinstance(asked, Unanswered) else urlencode(parameters_of(cell, asked)),
            reason=answer.reason if isinstance(answer, Unanswered) else "",
        )

    def share(self, cell: Cell, value: int | None, answer: Mapping[str, Any] | None) -> Decimal | None:
        """Per cent of the base (MON-05, MON-07); none without a base."""
        if value is None or answer is None or not cell.share_of:
            return None
        base: int | None = answer["total"]
        if cell.share_of != TOTAL:
            other = next(entry for entry in self.table.cells if entry.figure == cell.share_of)
            found = self.answers[other.question]
            base = None if isinstance(found, Unanswered) else value_of(other, found)
        return per_cent(value, base, places(cell)) if base else None
