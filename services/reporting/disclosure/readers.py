"""What readers of all published tables know, as a program: the numbers that fit everything shown (ADR 0008)."""

import math
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from services.reporting.disclosure.atoms import bits
from services.reporting.disclosure.numbers import Numbers
from services.reporting.disclosure.program import NEAR, Point, Program, Range, Weights
from services.reporting.disclosure.published import Population, PublishedCell
from services.reporting.disclosure.space import Cut, Part, Shared, cut
from services.reporting.protection import known_range


class Readers:
    """The program of what readers know.

    Within a population the parts of a cell sum to what it shows. From one population to the next, records are added and
    as few as possible taken away. Rounded cells that differ do not count the same records. Of `unknown` cells they know
    nothing. Raises TooMuchToCheckError if that is more than can be checked, ContradictionError if the tables cannot all
    be true.
    """

    def __init__(self, tables: Sequence[Sequence[PublishedCell]], unknown: Container[int] = ()) -> None:
        self.cells = [cell for cells in tables for cell in cells]
        self.unknown = unknown
        self.program = Program(self._same_records)
        self.numbers = Numbers(self.program)
        self.rows: dict[int, list[int]] = defaultdict(list)
        """By cell: its conditions."""
        self._touched: dict[tuple[int, int], int] = defaultdict(int)
        self._add(cut(tables))
        self._fewest = self.program.add_row(dict.fromkeys(self.numbers.taken, 1), (0, None))
        self.settle()

    def settle(self) -> bool:
        """Let readers assume the fewest records taken away that explain what they see; whether that changed."""
        if not self.numbers.taken:
            return False
        before = self.program.rows[self._fewest][1]
        self.program.bound(self._fewest, (0, None))
        fewest = math.ceil(-self.program.optimum(dict.fromkeys(self.numbers.taken, -1)).value - NEAR)
        self.program.bound(self._fewest, (0, fewest))
        return before != (0, fewest)

    def show(self, cell: int, within: Range) -> None:
        """Let readers know another range of a cell than what it shows."""
        for row in self.rows[cell]:
            self.program.bound(row, within)

    def parts(self, cell: int) -> frozenset[int]:
        """The columns that a cell sums, in the family that cuts it finest."""
        return frozenset(max((self.program.rows[row][0] for row in self.rows[cell]), key=len, default=()))

    def cells_in(self, rows: frozenset[int]) -> list[int]:
        """Cells behind conditions."""
        return [cell for cell, own in self.rows.items() if rows.intersection(own)]

    def _add(self, families: Sequence[Cut]) -> None:
        shared: dict[tuple[Shared, Population], dict[int, int]] = defaultdict(dict)
        for number, family in enumerate(families):
            sums: dict[int, dict[int, int]] = {cell: {} for cell in family.cells}
            for part in family.parts:
                for population, column, touched in self.numbers.of(part, family.populations, self._is_empty):
                    self._count(number, part, population, sums, column, touched)
                    for each in part.shared:
                        if column is not None and population in families[each[0]].populations:
                            shared[each, population][column] = 1 if each[0] == number else -1
            for cell, weights in sums.items():
                self.rows[cell].append(self.program.add_row(weights, self._known(cell)))
        for weights in shared.values():  # a family and its parent agree
            self.program.add_row(weights, (0, 0))

    def _count(
        self,
        family: int,
        part: Part,
        population: Population,
        sums: dict[int, dict[int, int]],
        column: int | None,
        touched: int,
    ) -> None:
        """Count a part's number in its cells of a population."""
        for cell in part.cells:
            if self.cells[cell].population == population:
                self._touched[family, cell] |= touched
                if column is not None:
                    sums[cell][column] = 1

    def _known(self, cell: int) -> Range:
        return (0, None) if cell in self.unknown else known_range(self.cells[cell].method, self.cells[cell].value)

    def _is_empty(self, part: Part, population: Population) -> bool:
        return any(self.cells[cell].population == population and self._known(cell)[1] == 0 for cell in part.cells)

    def _same_records(self, point: Point) -> Iterator[tuple[Weights, Range]]:
        """Rounded cells that would count the same records but show different values."""
        counted = int("".join("1" if value else "0" for value in reversed(point)), 2)
        seen: dict[tuple[int, int], tuple[int, int]] = {}
        for (family, number), touched in self._touched.items():
            cell = self.cells[number]
            if cell.method == "rounded" and cell.value is not None and number not in self.unknown:
                other, value = seen.setdefault((family, touched & counted), (touched, cell.value))
                if value != cell.value:
                    yield dict.fromkeys(bits(touched ^ other), 1), (1, None)
