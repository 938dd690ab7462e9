"""Tables grouped so that each group has few dimensions, and the groups together say what all tables say (ADR 0008).

Putting every table into one space would need a part for each region × month × nationality × …, although few tables
cross them. Groups that form a tree, neighbours agreeing on what they share, lose nothing: for acyclic hypergraphs,
numbers that agree on every pair of neighbours are margins of one whole table (Vorob'ev 1962; for whole numbers Atserias
and Kolaitis 2021). The tree is found by the reduction of Graham and of Yu and Özsoyoğlu; where there is none, a group
is added that holds the dimensions of the cycle.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Feature = tuple[str, int]
"""A dimension at one of its levels of detail (0 the coarsest); whoever knows a level knows the coarser ones."""
Features = frozenset[Feature]


@dataclass(frozen=True)
class Family:
    """A group of tables: what it tells apart, the family next to it on the way to the root, and what they share."""

    features: Features
    parent: int | None = None
    shared: Features = frozenset()


def tree_of(wanted: Iterable[Features]) -> list[Family]:
    """Families such that each of the wanted sets of features lies in one; children come before their parents."""
    distinct = sorted(set(wanted), key=sorted)
    left = {one: one for one in distinct if not any(one < other for other in distinct)}
    found: list[tuple[Features, Features | None, Features]] = []
    while left:
        _drop_lonely(left)
        ear = _ear(left)
        if ear is not None:
            child, parent = ear
            found.append((child, parent, left.pop(child)))
        elif len(left) == 1:
            found.append((next(iter(left)), None, frozenset()))
            left.clear()
        else:
            whole = frozenset().union(*left.values())
            left[whole] = whole
    place = {features: number for number, (features, _, _) in enumerate(found)}
    return [Family(own, None if parent is None else place[parent], shared) for own, parent, shared in found]


def _drop_lonely(left: dict[Features, Features]) -> None:
    """Forget what only one of them has."""
    times = Counter(feature for features in left.values() for feature in features)
    for key, features in left.items():
        left[key] = frozenset(feature for feature in features if times[feature] > 1)


def _ear(left: dict[Features, Features]) -> tuple[Features, Features] | None:
    """One whose remaining features another one has all, and that other one; of several, the largest."""
    for child in sorted(left, key=lambda key: (len(left[key]), sorted(key))):
        holders = [key for key in left if key != child and left[child] <= left[key]]
        if holders:
            return child, max(holders, key=lambda key: (len(left[key]), sorted(key)))
    return None
