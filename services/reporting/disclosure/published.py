"""What editions show, as sets of records: cells are unions of boxes of dimension values (contracts §6, ADR 0008)."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from services.reporting.protection import Method

Box = Mapping[str, frozenset[str]]
"""Records with one of these values in each dimension named; a dimension that is not named may have any value."""
MONTH = "month"
GRID = 500
COMMON = "bekannt"
TOTAL, NOTHING_ELSE = ("Summe",), ("sonst",)
PRINTED = "gedruckt"


class TooMuchToCheckError(ValueError):
    """Published tables that cannot be checked within bounds of size and effort."""


@dataclass(frozen=True, order=True)
class Population:
    """The records that counted when tables were frozen: recorded by `as_of`, received by `known_at`."""

    as_of: date
    known_at: date


@dataclass(frozen=True)
class Axis:
    """A dimension of a table: its values as shown, each with the values of `field` that it stands for.

    A quarter stands for three months: `Axis("month", {"2022-Q1": frozenset({"2022-01", "2022-02", "2022-03"})})`. As
    far as readers know which values there are, those without records should be among them.
    """

    field: str
    values: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class PublishedTable:
    """A table as readers see it. `scope`: the records it counts, the kind of record being a dimension like any other.

    `rows` by the values of its axes as shown; a value of None is hidden. Of a `complete` table, combinations that are
    not among the rows are zero (under `rounded`: are shown as zero). A field of which a record has several values needs
    one field per value, with yes and no, as its values overlap. A table without axes has a total only. `printed`: exact
    numbers of rows, or of the total (`TOTAL`), that everybody had before, as they were printed.
    """

    name: str
    population: Population
    method: Method
    scope: tuple[Box, ...]
    axes: tuple[Axis, ...]
    rows: Mapping[tuple[str, ...], int | None]
    total: int | None
    complete: bool = True
    printed: Mapping[tuple[str, ...], int] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedCell:
    """A number and the records it counts: those in one of `boxes` and in none of `without`. None is hidden."""

    table: str
    row: tuple[str, ...]
    population: Population
    method: Method
    value: int | None
    boxes: tuple[Box, ...]
    without: tuple[Box, ...] = ()

    @property
    def name(self) -> str:
        """Table and row, for people."""
        return f"{self.table}: {', '.join(self.row)}"


def overlap(first: Box, second: Box) -> Box | None:
    """The records in both boxes, or None if no record can be in both."""
    both = {**first, **second}
    both |= {name: first[name] & second[name] for name in first.keys() & second.keys()}
    return both if all(both.values()) else None


def related(first: PublishedTable, second: PublishedTable) -> bool:
    """Whether two tables may count the same records."""
    return any(overlap(one, other) is not None for one in first.scope for other in second.scope)


def is_covered(box: Box, others: Sequence[Box], domains: Mapping[str, frozenset[str]]) -> bool:
    """Whether every record of a box surely lies in one of some others, all values of `domains` being known."""
    for place, other in enumerate(others):
        values = {name: box.get(name) or domains.get(name) for name in other}
        if overlap(box, other) is None or not all(values.values()):
            continue
        inside, left = dict(box), []
        for name, own in values.items():
            outside = (own or frozenset()) - other[name]
            left += [{**inside, name: outside}] if outside else []
            inside[name] = (own or frozenset()) & other[name]
        return all(is_covered(part, others[place + 1 :], domains) for part in left)
    return False


def cells_of(table: PublishedTable) -> Iterator[PublishedCell]:
    """Everything a table tells: its total, its rows, and that there is nothing else.

    Raises ValueError for a row that lies outside the scope: such a table says something that nobody could check.
    """
    yield _cell(table, TOTAL, table.total, table.scope)
    for values in _combinations(table):
        within = _within(table.scope, _box(table, values))
        if within:
            yield _cell(table, values, table.rows.get(values, 0), within)
        elif values in table.rows:
            raise ValueError(f"{table.name}: row {values} lies outside the table")
    if table.complete and table.axes and table.method != "rounded":
        yield _cell(table, NOTHING_ELSE, 0, table.scope, tuple(_box(table, values) for values in table.rows))


def printed_cells(table: PublishedTable) -> Iterator[PublishedCell]:
    """What everybody knew of a table before it was published."""
    for values, value in table.printed.items():
        within = table.scope if values == TOTAL else _within(table.scope, _box(table, values))
        yield PublishedCell(table.name, (*values, PRINTED), table.population, "exact", value, within)


def _combinations(table: PublishedTable) -> Iterable[tuple[str, ...]]:
    """Rows; under `rounded` also the combinations that readers miss: they were rounded to zero or are zero."""
    grid = math.prod(len(axis.values) for axis in table.axes)
    if table.complete and table.method == "rounded" and grid <= GRID:
        return product(*(axis.values for axis in table.axes)) if table.axes else ()
    return table.rows


def _box(table: PublishedTable, values: tuple[str, ...]) -> Box:
    """The box of a row; axes may speak of the same field, such as month and year."""
    box: Box = {}
    for axis, value in zip(table.axes, values, strict=True):
        box = overlap(box, {axis.field: axis.values[value]}) or {axis.field: frozenset()}
    return box


def _within(scope: tuple[Box, ...], box: Box) -> tuple[Box, ...]:
    return tuple(both for part in scope if (both := overlap(part, box)) is not None)


def _cell(
    table: PublishedTable,
    row: tuple[str, ...],
    value: int | None,
    boxes: tuple[Box, ...],
    without: tuple[Box, ...] = (),
) -> PublishedCell:
    return PublishedCell(table.name, row, table.population, table.method, value, boxes, without)


def common_knowledge(
    tables: Sequence[PublishedTable], domains: Mapping[str, frozenset[str]]
) -> Iterator[PublishedCell]:
    """What everybody knows of the records of each population.

    None is of a month after `as_of`, none has another value than those of `domains`, by dimension where all are known.
    """
    boxes = [box for table in tables for box in _all_boxes(table)]
    months = domains.get(MONTH, frozenset()).union(*(box.get(MONTH, ()) for box in boxes))
    for population in sorted({table.population for table in tables}):
        later = frozenset(month for month in months if month > f"{population.as_of:%Y-%m}")
        if later:
            yield PublishedCell(COMMON, NOTHING_ELSE, population, "exact", 0, ({MONTH: later},))
        for name, values in domains.items():
            if any(name in box for box in boxes):  # of others, nobody tells values apart
                yield PublishedCell(COMMON, NOTHING_ELSE, population, "exact", 0, ({},), ({name: values},))


def _all_boxes(table: PublishedTable) -> Iterator[Box]:
    yield from table.scope
    for axis in table.axes:
        yield from ({axis.field: values} for values in axis.values.values())
