"""The coarsest parts of all records that a number of boxes can be put together from (ADR 0008)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.reporting.disclosure.published import Box, TooMuchToCheckError

Example = Mapping[str, str]
REST = "andere"
"""Stands for all values that no box names."""


def partition(boxes: Sequence[Box], limit: int) -> dict[int, Example]:
    """The parts of the space of dimension values that the boxes tell apart.

    A part is named by its signature: bit i is set if it lies in box i; what lies in none is left out. With it comes an
    example of the values it holds, for people to recognise it. Taken dimension by dimension and merged each time, the
    list stays as short as the answer. Raises TooMuchToCheckError above `limit` parts.
    """
    parts: dict[int, Example] = {(1 << len(boxes)) - 1: {}}
    for dimension in sorted({name for box in boxes for name in box}):
        finer: dict[int, Example] = {}
        for mask, value in _masks(boxes, dimension).items():
            for signature, example in parts.items():
                if signature & mask and signature & mask not in finer:
                    finer[signature & mask] = {**example, dimension: value}
            if len(finer) > limit:
                raise TooMuchToCheckError
        parts = finer
    return parts


def _masks(boxes: Sequence[Box], dimension: str) -> dict[int, str]:
    """Groups of values that no box tells apart: the boxes they lie in, and one of them."""
    anywhere = 0
    masks: dict[str, int] = defaultdict(int)
    for number, box in enumerate(boxes):
        if dimension not in box:
            anywhere |= 1 << number
        for value in box.get(dimension, ()):
            masks[value] |= 1 << number
    masks.setdefault(REST, 0)
    return {masks[value] | anywhere: value for value in sorted(masks, reverse=True)}


def classes(sets: Iterable[frozenset[str]], universe: frozenset[str]) -> list[frozenset[str]]:
    """The parts of one dimension's values (`universe`) that the sets tell apart, in a stable order."""
    found: dict[frozenset[frozenset[str]], set[str]] = defaultdict(set)
    for value in universe:
        found[frozenset(each for each in sets if value in each)].add(value)
    return sorted(map(frozenset, found.values()), key=sorted)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
