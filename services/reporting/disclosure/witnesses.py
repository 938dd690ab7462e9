"""Solutions of what readers know, in whole numbers: in which groups of records could there be three or more (ADR 0008)?

A witness is a solution that was checked. A group that is three or more in one of them is not known to be one or two,
nor is anything that is put together from it.
"""

import math
from collections.abc import Collection, Iterable, Sequence

from services.reporting.disclosure.numbers import ENOUGH
from services.reporting.disclosure.program import NEAR, Optimum, Point, Weights
from services.reporting.disclosure.readers import Readers


class Witnesses:
    """The search for witnesses; a group that once was three or more is not asked for again."""

    def __init__(self, readers: Readers) -> None:
        self.readers = readers
        self.program = readers.program
        self.reach = readers.numbers.reach
        self._open = set(self.reach)
        self._last: Point | None = None
        self._watched: Sequence[int] = ()
        self.seen: set[tuple[int, ...]] = set()
        """The numbers of watched groups in every witness."""

    def forget(self) -> None:
        """Readers know more than before: nothing that was shown still holds."""
        self._open = set(self.reach)
        self._last = None

    def watch(self, columns: Sequence[int]) -> None:
        """From now on keep the numbers of these groups."""
        self._watched, self.seen = columns, set()
        self._learn(self._last)

    def small(self) -> list[int]:
        """Columns of the groups that are at most two, as far as readers know, but may be one.

        Raises TooMuchToCheckError when that takes too long, ContradictionError if no numbers fit.
        """
        found: list[int] = []
        left, together = sorted(self._open), True
        while left:
            open_before = len(self._open)
            best = self._best(self._together(left))
            if best.value < 1 - NEAR:  # all that are left are empty, and readers may know that
                break
            if len(self._open) == open_before and together:
                self._search(left, best)
            if len(self._open) == open_before:  # from now on one by one, as together they do not get on
                together = False
                reached = [column for column in left if best.point[self.reach[column]] > NEAR]
                found += [column for column in reached if self._is_small(column)]
                left = [column for column in left if column not in reached]
            left = [column for column in left if column in self._open]
        return [column for column in found if column in self._open]

    def limits(self, columns: Collection[int]) -> tuple[int, int]:
        """The least and the most that groups are together, as far as can be told: each counts up to three at most."""
        most = math.floor(self._best(self._together(columns)).value + NEAR)
        least = math.ceil(-self._best(dict.fromkeys(columns, -1)).value - NEAR)
        return least, most

    def values(self, columns: Collection[int]) -> set[int]:
        """What watched groups are together in the witnesses seen."""
        places = [place for place, column in enumerate(self._watched) if column in columns]
        return {sum(numbers[place] for place in places) for numbers in self.seen}

    def find_other(self, columns: Collection[int]) -> None:
        """Search for witnesses in which groups together are more or less than in those seen, until there is one."""
        for anywhere in (False, True):
            for gain in (self._together(columns), dict.fromkeys(columns, -1)):
                near = None if anywhere or self._last is None else (self._last, self._best(gain).point)
                self._learn(self.program.search(gain, near))
                if len(self.values(columns)) > 1:
                    return

    def because(self, columns: Collection[int]) -> list[int]:
        """Cells that together keep groups from being more."""
        return self.readers.cells_in(self._best(self._together(columns)).rows)

    def _together(self, columns: Iterable[int]) -> Weights:
        return {self.reach[column]: 1 for column in columns}

    def _is_small(self, column: int) -> bool:
        if column not in self._open:
            return False
        best = self._best(self._together([column]))
        if best.value < ENOUGH - NEAR:
            return best.value > 1 - NEAR
        if column in self._open:
            self._search([column], best)
        return column in self._open

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
        gain = self._together(columns)
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
            self.seen.add(tuple(witness[column] for column in self._watched))
