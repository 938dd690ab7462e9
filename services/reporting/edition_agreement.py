"""Whether what a network tells of its edition is what the records here and the printed figures say (contracts §6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.answer import Cell
from services.reporting.described import from_json
from services.reporting.disclosure.published import TOTAL
from services.reporting.edition_tables import Asked, method_of
from services.reporting.protection import Method, known_range, rounded
from services.reporting.public_tables import confirmed, public_questions

Values = tuple[str, ...]
Table = Mapping[str, Any]


@dataclass(frozen=True)
class ToldCell:
    """A number as an edition shows it (none: hidden); of a printed one `value` is what the records say beside it.

    `same`: nothing stands beside it, as both are the same number as far as can be told.
    """

    value: int | None
    printed: int | None = None
    same: bool = False


@dataclass(frozen=True)
class Difference:
    """A number of a table (1 is the first) that is another one here; a hidden number agrees with every other."""

    table: int
    values: Values
    told: int | None
    here: int

    def __str__(self) -> str:
        """Where it stands."""
        return f"Tabelle {self.table}: {', '.join(self.values)}"


def told_cells(table: Table) -> dict[Values, ToldCell]:
    """The rows of a table and its total. Raises KeyError for what is no table."""
    rows = {tuple(row[name] for name in table["by"]): row for row in table["rows"]}
    whole = {name.removeprefix("total_"): value for name, value in table.items() if name.startswith("total_")}
    return {values: _told(row) for values, row in {**rows, TOTAL: whole | {"value": table["total"]}}.items()}


def _told(row: Table) -> ToldCell:
    if not row.get("printed"):
        return ToldCell(row["value"])
    return ToldCell(row.get("recorded"), row["value"], "recorded" not in row)


def differing(method: Method, number: int, one: Asked, table: Table) -> Iterator[Difference]:
    """Rows, and the total, whose number is another one here; also rows that only one side has."""
    there = told_cells(table)
    here = {cell.values: cell for cell in one.rows} | {TOTAL: Cell(TOTAL, one.counts.total, one.counts.total_key)}
    for values in {**there, **here}:
        cell, told = here.get(values, Cell(values, 0)), there.get(values, ToldCell(0))
        if not _agrees(method_of(one, method), one, cell, told):
            shown = told.printed if told.same else told.value
            yield Difference(number, values, shown, _here(method_of(one, method), cell))


def _agrees(method: Method, one: Asked, cell: Cell, told: ToldCell) -> bool:
    """Whether a number is what the records here say; a hidden one says nothing."""
    here = _here(method, cell)
    if told.printed is not None and told.printed != one.printed.get(cell.values):
        return False  # nothing like that was printed
    return told.printed in (cell.value, here) if told.same else told.value in (None, here)


def _here(method: Method, cell: Cell) -> int:
    """The number of the records here, as the method shows it; one that would be hidden too."""
    return rounded(cell.value, cell.key) if method == "rounded" else cell.value


def check_described(shown: Sequence[Table], entries: Sequence[Table]) -> None:
    """Raises ValueError unless the protected tables are described, for later audits, as they are shown."""
    tables = {f"Tabelle {number}": table for number, table in enumerate(shown, start=1)}
    for table in map(from_json, entries):
        if table.name in public_questions():
            _, figure = public_questions()[table.name]
            if table != confirmed(figure, table.population):
                raise ValueError(table.name)
            continue
        cells = told_cells(tables[table.name])
        described = {**table.rows, TOTAL: table.total}
        for values in {**cells, **described, **table.printed}:
            cell, value = cells.get(values, ToldCell(0)), described.get(values, 0)
            if cell.same and values in table.printed:
                low, high = known_range(table.method, value)
                fine = low <= table.printed[values] == cell.printed and (high is None or table.printed[values] <= high)
            else:
                fine = values not in table.printed and value == (cell.printed if cell.same else cell.value)
            if not fine:
                raise ValueError(table.name)
