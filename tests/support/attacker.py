"""The reader who combines all tables of all editions: a second reading of what they say, without the product's code.

Unknown are the finest cells (region × nationality × month) of each population; what a table shows is a condition. Of
every group of one or two records that a table could be made of, integer programs of HiGHS tell whether its number is
certain.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, islice, pairwise, product

import highspy

from services.reporting.disclosure.published import TOTAL, PublishedTable
from tests.support.attack import (
    FINEST,
    MONTHS,
    POPULATIONS,
    VALUES,
    Finest,
    Publish,
    Record,
    editions,
    people,
    printed_figures,
)

RANDOM_POINTS = 5
MOST = 500
EVERYTHING = MOST * len(FINEST)
Cells = frozenset[Finest]
Weights = dict[int, int]
Group = tuple[int, int, Cells]
"""Records in some cells: those of one population, or those that came between two."""


@dataclass
class Outcome:
    """What came of sets of tables."""

    sets: int = 0
    tables: int = 0
    refused: int = 0
    groups: int = 0
    printed: int = 0
    hidden_printed: int = 0
    recovered: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count another one's sets as well."""
        self.sets += other.sets
        self.tables += other.tables
        self.refused += other.refused
        self.groups += other.groups
        self.printed += other.printed
        self.hidden_printed += other.hidden_printed
        self.recovered += other.recovered


class Attacker:
    """Everything that published tables say."""

    def __init__(self, tables: Sequence[PublishedTable]) -> None:
        self.populations = sorted({POPULATIONS.index(table.population) for table in tables})
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.column = {key: number for number, key in enumerate(product(self.populations, FINEST))}
        for (of, finest), column in self.column.items():
            future = finest[2] > f"{POPULATIONS[of].as_of:%Y-%m}"
            self.highs.addVar(0, 0 if future else MOST)
            self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        for (before, after), finest in product(pairwise(self.populations), FINEST):  # nothing is taken away
            self.say({self.column[after, finest]: 1, self.column[before, finest]: -1}, 0, MOST)
        self.sets: set[tuple[int, Cells]] = set()
        self.rounded: dict[tuple[int, Cells], int] = {}
        for table in tables:
            self.learn(table)
        for (one, shown), (other, differs) in combinations(self.rounded.items(), 2):
            if shown != differs and one[0] == other[0]:  # the same records would show the same
                self.say({self.column[one[0], finest]: 1 for finest in one[1] ^ other[1]}, 1, EVERYTHING)

    def say(self, weights: Weights, low: int, high: int) -> None:
        """A condition."""
        self.highs.addRow(low, high, len(weights), list(weights), [float(weight) for weight in weights.values()])

    def learn(self, table: PublishedTable) -> None:
        """What every place of a table says, empty ones included."""
        of = POPULATIONS.index(table.population)
        names = list(VALUES)
        (scope,) = table.scope
        counted = [cell for cell in FINEST if all(cell[names.index(name)] in scope[name] for name in scope)]
        places: list[tuple[Cells, int | None]] = [(frozenset(counted), table.total)]
        at = [names.index(axis.field) for axis in table.axes]
        for row in product(*(axis.values for axis in table.axes)) if at else ():
            cells = frozenset(cell for cell in counted if tuple(cell[place] for place in at) == row)
            places.append((cells, table.rows.get(row, 0)))
        for cells, value in places:
            low, high = (1, EVERYTHING) if value is None else (value, value)
            if table.method == "rounded" and value is not None:
                low, high = max(0, value - 4), value + 4
                self.rounded[of, cells] = value
            self.say({self.column[of, cell]: 1 for cell in cells}, low, high)
            self.sets.add((of, cells))

    def solve(self, weights: Weights, sense: highspy.ObjSense) -> list[int]:
        """A solution with the largest or smallest weighted sum."""
        costs = [float(weights.get(column, 0)) for column in self.column.values()]
        self.highs.changeColsCost(len(costs), list(range(len(costs))), costs)
        self.highs.changeObjectiveSense(sense)
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return [round(value) for value in self.highs.getSolution().col_value]

    def certain(self, groups: Mapping[Group, Weights], chance: random.Random) -> list[Group]:
        """Those groups whose number is the same in every solution."""
        points = []
        for _ in range(RANDOM_POINTS):
            weights = {column: chance.randint(-3, 3) for column in self.column.values()}
            points.append(self.solve(weights, highspy.ObjSense.kMaximize))
        found = []
        for group, weights in groups.items():
            first = total(weights, points[0])
            if any(total(weights, point) != first for point in points):
                continue
            ends = [self.solve(weights, sense) for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize)]
            points += ends
            if total(weights, ends[0]) == total(weights, ends[1]):
                found.append(group)
        return found

    def groups(self, records: Sequence[Record]) -> dict[Group, Weights]:
        """Groups of one or two: whatever a table could show, what differs between published ones, and late records."""
        differences = (
            (one[0], one[1] - other[1]) for one, other in product(self.sets, self.sets) if one[0] == other[0]
        )
        found: dict[Group, Weights] = {}
        for of, cells in {*product(self.populations, rectangles()), *differences}:
            if small(record for record in records if record.since <= of and record.finest in cells):
                found[of, of, cells] = {self.column[of, cell]: 1 for cell in cells}
        for before, after in pairwise(self.populations):
            late = [record for record in records if before < record.since <= after]
            for cells in rectangles():
                if small(record for record in late if record.finest in cells):
                    earlier = {self.column[before, cell]: -1 for cell in cells}
                    found[before, after, cells] = {self.column[after, cell]: 1 for cell in cells} | earlier
        return dict(sorted(found.items(), key=lambda item: (*item[0][:2], sorted(item[0][2]))))


def small(records: Iterable[Record]) -> bool:
    """Whether they are one or two."""
    return len(list(islice(records, 3))) in (1, 2)


def total(weights: Weights, point: Sequence[int]) -> int:
    """The number of a group in a solution."""
    return sum(weight * point[column] for column, weight in weights.items())


@cache
def rectangles() -> tuple[Cells, ...]:
    """Groups that a table could show: one value, all but one, or all of each dimension, and ranges of months."""
    some = [
        [{value} for value in VALUES[name]]
        + [set(VALUES[name]) - {value} for value in VALUES[name]]
        + [set(VALUES[name])]
        for name in ("region", "nationality")
    ]
    ranges = [set(MONTHS[first:last]) for first in range(len(MONTHS)) for last in range(first + 1, len(MONTHS) + 1)]
    return tuple(
        frozenset(cell for cell in FINEST if all(value in part for value, part in zip(cell, parts, strict=True)))
        for parts in product(*some, ranges)
    )


def attack(seed: int, sets: range, publish: Publish, *, printed: bool = False) -> Outcome:
    """Publish and attack sets of tables, each reproducible by the seed and its number; `printed`: some were before."""
    outcome = Outcome()
    for number in sets:
        chance = random.Random(f"{seed}/{number}")
        records = people(chance)
        known = printed_figures(chance, records) if printed else []
        tables, refused = editions(chance, records, publish, known)
        shown = [{**table.rows, TOTAL: table.total} for table in tables]
        told = [cells[row] for table, cells in zip(tables, shown, strict=True) for row in table.printed]
        hidden = sum(value is None for value in told)
        outcome.add(Outcome(sets=1, tables=len(tables), refused=refused, printed=len(told), hidden_printed=hidden))
        if tables:
            attacker = Attacker(tables)
            groups = attacker.groups(records)
            outcome.groups += len(groups)
            outcome.recovered += [f"set {number}: {group}" for group in attacker.certain(groups, chance)]
    return outcome
