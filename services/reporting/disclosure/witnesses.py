"""Which groups of records could readers tell to be one or two? Those for which no witness is found (ADR 0008).

A witness of a group: whole numbers that fit everything published, in which the group is three or more. As it is asked
of the smallest parts, it holds for everything that is put together from them.
"""

from collections.abc import Sequence

from services.reporting.disclosure.numbers import ENOUGH
from services.reporting.disclosure.program import NEAR, Optimum, Point, Weights
from services.reporting.disclosure.readers import Readers

PLACES = 4


class Witnesses:
    """The search for witnesses of the groups of `readers`; a group that has one is not asked for again."""

    def __init__(self, readers: Readers) -> None:
        self.readers = readers
        self.program = readers.program
        self.reach = readers.numbers.reach
        self._open = set(self.reach)
        self._last: Point | None = None

    def forget(self) -> None:
        """Readers know more than before: nothing that was shown still holds."""
        self._open = set(self.reach)
        self._last = None

    def missing(self) -> list[int]:
        """Columns of the groups that are not safe. Raises TooMuchToCheckError when that takes too long."""
        found: list[int] = []
        left = sorted(self._open)
        while left:
            open_before = len(self._open)
            best = self._best({self.reach[column]: 1 for column in left})
            if best.value < 1 - NEAR:  # all that are left are empty, and readers may know that
                break
            if len(self._open) == open_before:
                self._search(left, best)
            if len(self._open) == open_before:  # together they do not get on: one by one
                reached = [column for column in left if best.point[self.reach[column]] > NEAR]
                found += [column for column in reached if not self.is_safe(column)]
                left = [column for column in left if column not in reached]
            left = [column for column in left if column in self._open]
        return [column for column in found if column in self._open]

    def is_safe(self, column: int) -> bool:
        """Whether a group may be three or more, or is empty as readers may know."""
        if column not in self._open:
            return True
        best = self._best({self.reach[column]: 1})
        if best.value < ENOUGH - NEAR:
            return best.value < 1 - NEAR
        if column in self._open:
            self._search([column], best)
        return column not in self._open

    def because(self, column: int) -> list[int]:
        """Cells that together keep a group small; none if only whole numbers do."""
        best = self._best({self.reach[column]: 1})
        return self.readers.cells_in(best.rows) if best.value < ENOUGH - NEAR else []

    def limits(self, column: int) -> tuple[float, float]:
        """The least a group may be, and how far it reaches, were numbers not whole."""
        least = -self._best({column: -1}).value
        return round(least, PLACES), round(self._best({self.reach[column]: 1}).value, PLACES)

    def _best(self, gain: Weights) -> Optimum:
        """The best point, were numbers not whole; what it is a witness of is learned."""
        while True:
            known = len(self.program.rows)
            best = self.program.optimum(gain)
            self._learn(self.program.witness(best.point))
            if len(self.program.rows) == known:
                return best

    def _search(self, columns: Sequence[int], best: Optimum) -> None:
        """Look for whole numbers: between the last witness and the best point; for a single group then anywhere."""
        gain = {self.reach[column]: 1 for column in columns}
        open_before = len(self._open)
        if self._last is not None:
            self._learn(self.program.search(gain, (self._last, best.point)))
        known = -1 if len(columns) == 1 or self._last is None else len(self.program.rows)
        while len(self._open) == open_before and known != len(self.program.rows):
            known = len(self.program.rows)
            self._learn(self.program.search(gain))

    def _learn(self, witness: Point | None) -> None:
        if witness is not None:
            self._last = witness
            self._open = {column for column in self._open if witness[column] < ENOUGH}
