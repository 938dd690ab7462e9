"""Where the numbers of a printed cell stand in an answer, and how its share and link follow; pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.reporting.dimensions import OTHER
from services.reporting.printed import Cell, Parameters
from shared.nationalities import NOT_STATED

ONE_PLACE = Decimal("0.1")


def value_of(cell: Cell, answer: Mapping[str, Any]) -> int:
    """The cell's number in an answer; a combination without records is absent and counts as 0 (contracts §6)."""
    rows = [row for row in answer["rows"] if all(row[name] == value for name, value in cell.pick.items())]
    if cell.measure == "rows":
        return sum(row["value"] > 0 for row in rows)
    return sum(int(row["value"]) for row in rows) if cell.pick else int(answer["total"])


def rank_of(cell: Cell, answer: Mapping[str, Any]) -> int:
    """Place by value descending, then code; `not_stated` and `other` are never ranked (contracts §6)."""
    ((name, code),) = cell.pick.items()
    ranked = [(-row["value"], row[name]) for row in answer["rows"] if row[name] not in (NOT_STATED, OTHER)]
    own = (-value_of(cell, answer), code)
    return 1 + sum(other < own for other in ranked)


def places(cell: Cell) -> int:
    """Decimal places of the share: those printed, else one."""
    exponent = (ONE_PLACE if cell.printed_share is None else cell.printed_share).as_tuple().exponent
    return max(-int(exponent), 0)


def parameters_of(cell: Cell, asked: Parameters) -> Parameters:
    """The question whose total is exactly this cell; for a number of rows, the table's own question."""
    if cell.measure == "rows":
        return asked
    return {name: value for name, value in asked.items() if name != "by"} | dict(cell.pick)


def per_cent(value: int, base: int, places: int) -> Decimal:
    """Share in per cent with so many places, halves up."""
    return (Decimal(value) * 100 / base).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
