"""Answers as tables of two sides: numbers by some of their dimensions, each with the question behind it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from services.gateway.answers import asked_link

Found = Mapping[str, Any]
Key = tuple[str, ...]


class Cell(NamedTuple):
    """A number with its special request, and what its share refers to where the answer says so."""

    value: int
    link: str
    base: int | None = None

    @property
    def share(self) -> float | None:
        """Its share of the base; None without one."""
        return self.value / self.base if self.base else None

    @property
    def whole(self) -> bool:
        """Whether it is all of its base."""
        return self.base is not None and self.value == self.base


Cells = dict[Key, Cell]


def cells(found: Found, *names: str, where: Mapping[str, str] | None = None) -> Cells:
    """The numbers of an answer by some of its dimensions, of rows with the values of `where`.

    Rows are added up over the other dimensions: those of one answer have one unit, period and Stichtag (MON-01). Not
    for levels and distinct counts, whose rows do not add up.
    """
    kept = dict(where or {})
    values: dict[Key, int] = {}
    bases: dict[Key, int] = {}
    for row in found["rows"]:
        if any(row[name] != value for name, value in kept.items()):
            continue
        key = tuple(row[name] for name in names)
        values[key] = values.get(key, 0) + row["value"]
        if "base" in row:
            bases[key] = bases.get(key, 0) + row["base"]
    asked = {"passport": found["passport"], "by": [*names, *kept]}
    return {
        key: Cell(value, asked_link(asked, dict(zip(names, key, strict=True)) | kept), bases.get(key))
        for key, value in values.items()
    }


def of_base(cell: Cell | None, base: Cell | None) -> Cell | None:
    """A number as a share of another one of the same records; none without the number."""
    return cell._replace(base=base.value if base else 0) if cell else None


def values_of(found: Iterable[Found], name: str, order: Sequence[str]) -> list[str]:
    """The values of a dimension that answers have, in this order; others last."""
    there = {row[name] for answer in found for row in answer["rows"]}
    return [*(value for value in order if value in there), *sorted(there - set(order))]


def whole_percent(value: int, base: int) -> str:
    """A share in whole per cent, halves up, as transfers are printed (VST-03)."""
    return f"{(Decimal(100 * value) / base).quantize(Decimal(1), ROUND_HALF_UP)}\u00a0%" if base else "–"
