"""The numbers nobody may find out: the records of a part in each population, and what changed between (ADR 0008)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.reporting.disclosure.program import Program
from services.reporting.disclosure.published import Population, TooMuchToCheckError
from services.reporting.disclosure.space import Part

MOST = 20_000
ENOUGH = 3
"""Whoever cannot rule out three does not know that it is one or two."""
Change = Literal["none", "added", "taken"]


@dataclass(frozen=True)
class Group:
    """The records of a part in a population, or those that were added or taken away since the population before."""

    part: Part
    population: Population
    change: Change = "none"


class Numbers:
    """Columns of a program: one for the number of each group, and one for how far it reaches up to three."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.column: dict[Group, int] = {}
        self.group: dict[int, Group] = {}
        self.reach: dict[int, int] = {}
        self.taken: list[int] = []

    def of(
        self, part: Part, populations: Sequence[Population], is_empty: Callable[[Part, Population], bool]
    ) -> Iterator[tuple[Population, int | None, int]]:
        """By population, the oldest first: the column of a part's number, none where readers know that it is empty.

        With it come, as bits, the columns that tell whether the part's records are those of another population.
        Raises TooMuchToCheckError beyond the numbers that can be checked.
        """
        before, touched = None, 0
        for population in populations:
            now = None if is_empty(part, population) else self._add(Group(part, population))
            if before is not None:
                touched |= self._change(part, population, before, now)
            elif now is not None:
                touched |= 1 << now
            yield population, now, touched
            before = now

    def _add(self, group: Group) -> int:
        if len(self.column) >= MOST:
            raise TooMuchToCheckError
        column, reach = self.program.add_column(), self.program.add_column(ENOUGH)
        self.program.add_row({column: 1, reach: -1}, (0, None))
        self.column[group], self.group[column], self.reach[column] = column, group, reach
        return column

    def _change(self, part: Part, population: Population, before: int, now: int | None) -> int:
        """What was before, with what was added and without what was taken away, is now."""
        taken = self._add(Group(part, population, "taken"))
        self.taken.append(taken)
        if now is None:
            self.program.add_row({before: 1, taken: -1}, (0, 0))
            return 1 << taken
        added = self._add(Group(part, population, "added"))
        self.program.add_row({before: 1, added: 1, taken: -1, now: -1}, (0, 0))
        return 1 << taken | 1 << added
