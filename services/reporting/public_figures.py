"""Figures that IQ konkret 3/2022 printed: public before any edition, and shown there as printed (contracts §6)."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from services.reporting.disclosure.published import TOTAL
from services.reporting.question import Question
from shared.topology import CENTRE

SOURCE = "IQ konkret 3/2022"
FILE = Path(__file__).with_suffix(".toml")
Conditions = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class PublicFigure:
    """A printed count and what is counted: indicator, months inclusive, Stichtag and filters."""

    figure: str
    value: int
    indicator: str
    first: str | None
    last: str | None
    as_of: date
    filters: tuple[tuple[str, tuple[str, ...]], ...]

    def asks_like(self, question: Question) -> bool:
        """Whether it counts the same indicator over the same period as of the same day."""
        own = (self.indicator, self.first, self.last, self.as_of)
        return own == (question.indicator.code, question.first, question.last, question.as_of)

    def parameters(self) -> Iterator[tuple[str, str]]:
        """It as a question about figures."""
        yield from (("indicator", self.indicator), ("from", self.first or ""), ("to", self.last or ""))
        yield from (("as_of", self.as_of.isoformat()), ("known_at", self.as_of.isoformat()))
        yield from ((name, ",".join(values)) for name, values in self.filters)


@cache
def load_public() -> tuple[PublicFigure, ...]:
    """All printed figures in their order. Raises KeyError, TypeError or ValueError for a file that is none."""
    return tuple(_read(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["figures"])


def _read(entry: Mapping[str, str | int | dict[str, str | list[str]]]) -> PublicFigure:
    filters, value = entry.get("filter", {}), entry["value"]
    if not isinstance(filters, dict) or not isinstance(value, int):
        raise TypeError(entry["figure"])
    first, last = (str(entry[name]) if name in entry else None for name in ("from", "to"))
    return PublicFigure(
        figure=str(entry["figure"]),
        value=value,
        indicator=str(entry["indicator"]),
        first=first,
        last=last,
        as_of=date.fromisoformat(str(entry["as_of"])),
        filters=tuple(sorted((name, _values(told)) for name, told in filters.items())),
    )


def _values(told: str | list[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(sorted(told))


def printed_cells(question: Question, network: str) -> dict[tuple[str, ...], int]:
    """What is printed of a table's cells, by the values of its row, and of its total (`TOTAL`).

    A figure is a cell's if both ask the same: a row's values are filters like any other, and in a network every filter
    is narrowed to it.
    """
    asked: Conditions = dict(question.filters)
    if network != CENTRE:
        asked["region"] = (network,)
    found: dict[tuple[str, ...], int] = {}
    for figure in load_public():
        if figure.asks_like(question):
            counted = dict(figure.filters)
            if counted == asked:
                found[TOTAL] = figure.value
            row = _row(question, asked, counted)
            if row is not None:
                found[row] = figure.value
    return found


def _row(question: Question, asked: Conditions, counted: Conditions) -> tuple[str, ...] | None:
    """The row of a table that counts under some conditions, if it has one."""
    rest = {name: values for name, values in asked.items() if name not in question.by}
    if not question.by or rest != {name: values for name, values in counted.items() if name not in question.by}:
        return None
    row = {name: counted.get(name, ()) for name in question.by}
    if any(len(values) != 1 or values[0] not in asked.get(name, values) for name, values in row.items()):
        return None
    return tuple(values[0] for values in row.values())
