"""How finely tables cut each dimension: levels of detail, each refining the one before (ADR 0008).

A table over 2019-01 … 2022-09 need not know single months although another table does. Where two tables cut a dimension
differently, the later level cuts both ways.
"""

from collections.abc import Mapping, Sequence
from itertools import product

from services.reporting.disclosure.atoms import REST, classes
from services.reporting.disclosure.families import Feature, Features
from services.reporting.disclosure.published import Box

Parts = tuple[frozenset[str], ...]


class Levels:
    """Levels of every dimension over a number of tables, each given by all of its boxes."""

    def __init__(self, tables: Sequence[Sequence[Box]]) -> None:
        self.features: list[set[Feature]] = [set() for _ in tables]
        """By table: what it tells apart."""
        self.parts: dict[Feature, Parts] = {}
        """The parts of a dimension at a level."""
        for dimension in sorted({name for boxes in tables for box in boxes for name in box}):
            self._cut(dimension, [frozenset(box[dimension] for box in boxes if dimension in box) for boxes in tables])

    def _cut(self, dimension: str, tables: Sequence[frozenset[frozenset[str]]]) -> None:
        universe = frozenset({REST}.union(*(values for sets in tables for values in sets)))
        alone = {sets: classes(sets, universe) for sets in set(tables) if sets}
        known: frozenset[frozenset[str]] = frozenset()
        level = -1
        levels: dict[frozenset[frozenset[str]], int] = {}
        for sets in sorted(alone, key=lambda sets: (len(alone[sets]), list(map(sorted, alone[sets])))):
            finer = tuple(classes(known | sets, universe))
            if level < 0 or len(finer) > len(self.parts[dimension, level]):
                known, level = known | sets, level + 1
                self.parts[dimension, level] = finer
            levels[sets] = level
        for features, sets in zip(self.features, tables, strict=True):
            if sets:
                features.update((dimension, number) for number in range(levels[sets] + 1))

    def boxes(self, shared: Features) -> list[Box]:
        """All records, cut as finely as the features say."""
        finest: Mapping[str, int] = dict(sorted(shared))  # of a dimension's levels the last
        cuts = [self.parts[dimension, level] for dimension, level in finest.items()]
        return [dict(zip(finest, values, strict=True)) for values in product(*cuts)]
