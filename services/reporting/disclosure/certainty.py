"""Groups of records of which readers can compute that they are exactly one or two (ADR 0008).

Such a group is put together from parts that are each two at most. What is proposed must be the same in every witness so
far; a new witness in which it differs rules out much else as well, so that few proposals are made.
"""

from services.reporting.disclosure.program import Point, Program
from services.reporting.disclosure.witnesses import Witnesses

Columns = frozenset[int]
FEWEST, MOST = 1, 2


def computable(witnesses: Witnesses) -> list[Columns]:
    """Groups that are given away, as sets of columns: single parts, or if there are none, one put together.

    Raises TooMuchToCheckError when that takes too long, ContradictionError if no numbers fit.
    """
    small = witnesses.small()
    witnesses.watch(small)
    found = [frozenset((column,)) for column in small if _is_certain(witnesses, [column])]
    if found or not small:
        return found
    proposals = Proposals(small)
    while (proposal := proposals.next(witnesses.seen)) is not None:
        if _is_certain(witnesses, proposal):
            return [frozenset(proposal)]
    return []


def _is_certain(witnesses: Witnesses, columns: list[int]) -> bool:
    """Whether groups together are one or two, and no witness can be found in which they are another number."""
    if len(witnesses.values(columns)) > 1:
        return False
    least, most = witnesses.limits(columns)
    if least < most and len(witnesses.values(columns)) == 1:
        witnesses.find_other(columns)
    if least < most and len(witnesses.values(columns)) > 1:
        return False
    return least <= MOST and most >= FEWEST


class Proposals:
    """Sets of columns that together are the same one or two in everything seen."""

    def __init__(self, columns: list[int]) -> None:
        self.columns = columns
        self._program = Program(lambda _: ())
        self._chosen = [self._program.add_column(1) for _ in columns]
        self._together = self._program.add_column(MOST)
        self._program.add_row({self._together: 1}, (FEWEST, None))
        self._told: set[tuple[int, ...]] = set()

    def next(self, seen: set[tuple[int, ...]]) -> list[int] | None:
        """The smallest set that everything seen allows, none if there is no more."""
        for numbers in sorted(seen - self._told):
            counted = {column: number for column, number in zip(self._chosen, numbers, strict=True) if number}
            self._program.add_row({**counted, self._together: -1}, (0, 0))
        self._told |= seen
        point: Point | None = self._program.prove(dict.fromkeys(self._chosen, -1))
        if point is None:
            return None
        return [column for column, chosen in zip(self.columns, self._chosen, strict=True) if point[chosen]]
