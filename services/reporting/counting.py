"""Counting here: cells of a question from the facts, with total and bases of shares."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting import query
from services.reporting.answer import Cell, Values
from services.reporting.question import Question
from shared.problems import FieldProblem, invalid

WITH_BASES = ("mentions", "timely")
Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Counts:
    """Cells of an answer, their total, and the bases of shares where they are not the total.

    `total_key` is the sum of the keys of all records, where keys were asked for.
    """

    cells: Cells
    total: int
    bases: Mapping[Values, int] | None = None
    synthetic: bool = False
    total_key: int = 0


async def count(session: AsyncSession, question: Question, *, keys: bool = False) -> Counts:
    """Count a question. Raises Problem 422 when the answer would have more than 100,000 rows."""
    cells, synthetic = await _cells(session, question, keys=keys)
    whole = cells
    bases: dict[Values, int] | None = None
    if question.indicator.measure in WITH_BASES:
        found, _ = await _cells(session, query.base(question))
        bases = {cell.values: cell.value for cell in found}
    elif question.indicator.measure == "level" and "month" in question.by:
        whole, bases = _levels(cells, question.by.index("month"))
    elif question.by and overlapping(question):
        whole, _ = await _cells(session, replace(question, by=(), top=None), keys=keys)
    total, key = sum(cell.value for cell in whole), sum(cell.key for cell in whole)
    return Counts(cells, total, bases, synthetic, key)


def overlapping(question: Question) -> bool:
    """Whether one record may stand in several rows, so that rows do not add up to the total."""
    indicator = question.indicator
    return indicator.measure == "distinct" or any(indicator.many(name) for name in question.by)


def _levels(cells: Cells, place: int) -> tuple[Cells, dict[Values, int]]:
    """Of levels by month the cells of the last month, and for each cell the sum of its month as base of shares.

    A level is never added over months (MON-01): the total is that of the last one.
    """
    months: dict[str, int] = defaultdict(int)
    for cell in cells:
        months[cell.values[place]] += cell.value
    last = max(months, default="")
    shown_last = tuple(cell for cell in cells if cell.values[place] == last)
    return shown_last, {cell.values: months[cell.values[place]] for cell in cells}


async def _cells(session: AsyncSession, question: Question, *, keys: bool = False) -> tuple[Cells, bool]:
    connection = await session.connection()
    found = (await connection.execute(query.figures(question, keys=keys))).mappings().all()
    if len(found) > query.MOST_ROWS:
        problem = "Die Antwort hätte mehr als 100.000 Zeilen."
        remedy = "Bitte weniger Dimensionen, einen kürzeren Zeitraum oder Filter wählen."
        raise invalid(FieldProblem("by", ",".join(question.by), problem, remedy))
    cells = tuple(
        Cell(tuple(row[name] for name in question.by), int(row["value"]), int(row.get("key") or 0))
        for row in found
        if row["value"] is not None
    )
    return cells, any(row["synthetic"] for row in found)


def merged(parts: list[Counts]) -> Counts:
    """Counts of several networks added up (MON-01, MON-18)."""
    cells: dict[Values, Cell] = {}
    bases: dict[Values, int] = {}
    for part in parts:
        for cell in part.cells:
            before = cells.get(cell.values, Cell(cell.values, 0))
            cells[cell.values] = Cell(cell.values, before.value + cell.value, before.key + cell.key)
        for values, value in (part.bases or {}).items():
            bases[values] = bases.get(values, 0) + value
    with_bases = any(part.bases is not None for part in parts)
    total, synthetic = sum(part.total for part in parts), any(part.synthetic for part in parts)
    key = sum(part.total_key for part in parts)
    return Counts(tuple(cells.values()), total, bases if with_bases else None, synthetic, key)
