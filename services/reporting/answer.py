"""Rows of an answer: order, shares, ranks (contracts §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.reporting.dimensions import OTHER
from services.reporting.question import Question
from shared.nationalities import NOT_STATED

REST = "_rest"
PLACES = Decimal("0.0001")
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Value of one combination of dimension values; `key` is the sum of the keys of its records, where asked for."""

    values: Values
    value: int
    key: int = 0


def share(value: int, base: int) -> float:
    """Share with four places, halves up; 0 of 0 is 0."""
    return float((Decimal(value) / base).quantize(PLACES, ROUND_HALF_UP)) if base else 0.0


def ordered(cells: Sequence[Cell], question: Question) -> list[Cell]:
    """In the order of `by`, ascending; with `top` the largest, then `not_stated`, and `_rest` last.

    `not_stated` and `other` are never ranked: `other` belongs to the rest.
    """
    if question.top is None:
        return sorted(cells, key=lambda cell: cell.values)
    ranked = [cell for cell in cells if cell.values[0] not in (NOT_STATED, OTHER)]
    ranked.sort(key=lambda cell: (-cell.value, cell.values))
    shown = ranked[: question.top] + [cell for cell in cells if cell.values[0] == NOT_STATED]
    left_out = [cell for cell in cells if cell not in shown]
    rest = Cell((REST,), sum(cell.value for cell in left_out), sum(cell.key for cell in left_out))
    return [*shown, rest] if left_out else shown


def rows(
    cells: Sequence[Cell], question: Question, total: int, bases: Mapping[Values, int] | None
) -> list[dict[str, Any]]:
    """Rows as told to the asker; `bases` where shares do not refer to the total: by session type, or by row."""
    found = []
    for cell in ordered(cells, question):
        row: dict[str, Any] = dict(zip(question.by, cell.values, strict=True))
        base = total if bases is None else _base(cell, question, bases)
        row |= {"value": cell.value, "share": share(cell.value, base)}
        if bases is not None:
            row["base"] = base
        found.append(row)
    return found


def _base(cell: Cell, question: Question, bases: Mapping[Values, int]) -> int:
    if cell.values in bases:
        return bases[cell.values]
    kinds = (value for name, value in zip(question.by, cell.values, strict=True) if name == "session_type")
    return bases.get(tuple(kinds), 0)
