"""The audit of an edition beside all earlier ones: which cells would give one or two records away (ADR 0008)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.reporting.disclosure.certainty import Columns, computable
from services.reporting.disclosure.published import (
    COMMON,
    PublishedCell,
    PublishedTable,
    cells_of,
    common_knowledge,
    printed_cells,
    related,
)
from services.reporting.disclosure.readers import Readers
from services.reporting.disclosure.witnesses import Witnesses

Domains = Mapping[str, frozenset[str]]
OTHERS = 3
TOO_MUCH = (
    "Die Tabellen sind, zusammen mit früheren Veröffentlichungen, zu umfangreich für die Prüfung auf kleine Zahlen.",
    "Bitte weniger Tabellen auf einmal, weniger Dimensionen je Tabelle oder längere Zeiträume wählen.",
)
"""Problem and remedy to tell when TooMuchToCheckError is raised."""


@dataclass(frozen=True)
class GivenAway:
    """A cell that would give one or two records away: with which others, and an example of the records meant."""

    cell: PublishedCell
    others: tuple[PublishedCell, ...]
    example: Mapping[str, str]

    @property
    def problem(self) -> str:
        """What is wrong, in German; never how many."""
        names = [f"„{cell.name}“" for cell in self.others[:OTHERS]]
        if len(self.others) > OTHERS:
            names.append(f"{len(self.others) - OTHERS} weiteren Angaben")
        others = f" zusammen mit {', '.join(names)}" if names else ""
        example = ", ".join(self.example.values())
        return f"„{self.cell.name}“ würde{others} eine Gruppe von nur einem oder zwei Fällen verraten, etwa: {example}."

    @property
    def remedy(self) -> str:
        """How to mend it, in German."""
        other = "minimum3" if self.cell.method == "rounded" else "rounded"
        return (
            "Bitte einen längeren Zeitraum, eine gröbere oder eine andere Dimension wählen, die Tabelle weglassen oder "
            f"die Methode „{other}“ verwenden."
        )


def audit(earlier: Sequence[PublishedTable], new: Sequence[PublishedTable], domains: Domains) -> tuple[GivenAway, ...]:
    """What the protected tables of an edition would give away; it may be published if that is nothing.

    `domains`: all values of those dimensions whose values everybody knows, such as the regions.

    Raises TooMuchToCheckError beyond bounds of size and effort, ContradictionError if published tables cannot all be
    true, which means that they were not described as they were counted.
    """
    edition = Edition(earlier, new, domains)
    return edition.given_away(edition.unsafe())


class Edition:
    """An edition under judgement; its cells have the numbers `new` among all, of which some were printed before.

    Raises as `audit`.
    """

    def __init__(self, earlier: Sequence[PublishedTable], new: Sequence[PublishedTable], domains: Domains) -> None:
        concerned = _concerned(earlier, new)
        known = [(cell,) for cell in common_knowledge([*concerned, *new], domains)]
        printed = [tuple(printed_cells(table)) for table in (*concerned, *new) if table.printed]
        before = [*known, *printed, *(tuple(cells_of(table)) for table in concerned)]
        self._tables = [*before, *(tuple(cells_of(table)) for table in new)]
        self.new = range(sum(map(len, before)), sum(map(len, self._tables)))
        self._is_first = not concerned and not printed
        self.readers = Readers(self._tables)
        public = {(table.name, row) for table in new for row in table.printed}
        names = {cell: (self.readers.cells[cell].table, self.readers.cells[cell].row) for cell in self.new}
        self.printed = {cell for cell, name in names.items() if name in public}
        self.witnesses = Witnesses(self.readers)
        self._groups = self.readers.numbers.group

    def unsafe(self) -> list[Columns]:
        """Groups that readers could compute to be one or two, and could not before."""
        found = computable(self.witnesses)
        if not found or self._is_first:
            return found
        return [columns for columns in found if not self._was_known(columns)]

    def because(self, columns: Columns) -> list[int]:
        """Cells that together give a group away; if only whole numbers do, those of the edition that count it."""
        parts = [self._groups[column].part for column in columns]
        own = sorted({cell for part in parts for cell in part.cells if cell in self.new})
        return self.witnesses.because(columns) or own or list(self.new)

    def given_away(self, unsafe: Sequence[Columns]) -> tuple[GivenAway, ...]:
        """The cells to name for groups: the one that is the group, or the smallest that gives it away; each once."""
        named: dict[int, GivenAway] = {}
        for columns in unsafe:
            because = self.because(columns)
            fresh = [cell for cell in self.new if cell not in self.printed]
            own = [cell for cell in fresh if self.readers.parts(cell) == columns]
            first = min(own or (cell for cell in because if cell in fresh), key=self.loss, default=self.new.start)
            cells = (self.readers.cells[cell] for cell in because if cell != first)
            others = tuple(cell for cell in cells if cell.table != COMMON)
            example = self._groups[min(columns)].part.example
            named.setdefault(first, GivenAway(self.readers.cells[first], others, example))
        return tuple(named.values())

    def loss(self, cell: int) -> tuple[int, int]:
        """What readers lose with a cell: its value, times what it sums, as a margin is worth more than one inside."""
        return (self.readers.cells[cell].value or 0) * len(self.readers.parts(cell)), cell

    @cached_property
    def _before(self) -> Witnesses:
        """What readers could tell of the same groups from earlier editions alone."""
        return Witnesses(Readers(self._tables, unknown=self.new))

    def _was_known(self, columns: Columns) -> bool:
        before = self._before.readers.numbers.column
        limits = self._before.limits([before[self._groups[column]] for column in columns])
        return limits == self.witnesses.limits(columns)


def _concerned(earlier: Sequence[PublishedTable], new: Sequence[PublishedTable]) -> list[PublishedTable]:
    """Earlier tables that may count records of the new ones, or of those they hang together with."""
    left, found, fresh = list(earlier), [], list(new)
    while fresh:
        fresh = [table for table in left if any(related(table, other) for other in fresh)]
        left = [table for table in left if table not in fresh]
        found += fresh
    return [table for table in earlier if table in found]
