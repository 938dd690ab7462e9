"""The records as a number of tables cut them: parts by family, and what neighbouring families share (ADR 0008)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.reporting.disclosure.atoms import Example, bits, partition
from services.reporting.disclosure.families import Family, tree_of
from services.reporting.disclosure.levels import Levels
from services.reporting.disclosure.published import Box, Population, PublishedCell

PARTS = 50_000
Shared = tuple[int, int]
"""A part that a family (the first number) shares with its parent."""


@dataclass(frozen=True)
class Part:
    """Records of a family that no cell tells apart: the cells they count in, what they are for its neighbours."""

    family: int
    cells: tuple[int, ...]
    shared: tuple[Shared, ...]
    example: Example = field(compare=False)


@dataclass(frozen=True)
class Cut:
    """A family: the cells it holds, its parts and the populations it speaks of, oldest first."""

    cells: tuple[int, ...]
    parts: tuple[Part, ...]
    populations: tuple[Population, ...]


def cut(tables: Sequence[Sequence[PublishedCell]]) -> list[Cut]:
    """Cut the records as the tables do, family by family, children before parents; cells are numbered as they come.

    Raises TooMuchToCheckError if that cannot be checked.
    """
    levels = Levels([[box for cell in cells for box in (*cell.boxes, *cell.without)] for cells in tables])
    features = [frozenset(found) for found in levels.features]
    families = tree_of(features)
    found: list[Cut] = []
    populations: list[set[Population]] = [set() for _ in families]
    for number, family in enumerate(families):
        members: dict[int, PublishedCell] = {}
        for cells, own in zip(_numbered(tables), features, strict=True):
            if own <= family.features:
                members.update(cells)
        populations[number].update(cell.population for cell in members.values())
        if family.parent is not None:  # so that of every population the families that speak of it hang together
            populations[family.parent] |= populations[number]
        parts = _parts(number, members, _neighbours(number, families, levels))
        found.append(Cut(tuple(members), tuple(parts), tuple(sorted(populations[number]))))
    return found


def _numbered(tables: Sequence[Sequence[PublishedCell]]) -> Iterator[dict[int, PublishedCell]]:
    start = 0
    for cells in tables:
        yield dict(enumerate(cells, start))
        start += len(cells)


def _neighbours(number: int, families: Sequence[Family], levels: Levels) -> dict[Shared, Box]:
    """The parts shared with the parent and with each child."""
    return {
        (child, index): box
        for child, family in enumerate(families)
        if family.parent is not None and number in (child, family.parent)
        for index, box in enumerate(levels.boxes(family.shared))
    }


def _parts(family: int, members: dict[int, PublishedCell], neighbours: dict[Shared, Box]) -> Iterator[Part]:
    """Parts told apart by the cells or by what neighbours share."""
    boxes: list[Box] = list(neighbours.values())
    counted: dict[int, int] = {}
    left_out: dict[int, int] = {}
    for number, cell in members.items():
        counted |= dict.fromkeys(range(len(boxes), len(boxes) + len(cell.boxes)), number)
        boxes += cell.boxes
        left_out |= dict.fromkeys(range(len(boxes), len(boxes) + len(cell.without)), number)
        boxes += cell.without
    merged: dict[tuple[tuple[int, ...], tuple[Shared, ...]], Example] = {}
    keys = list(neighbours)
    for signature, example in partition(boxes, PARTS).items():
        inside = {counted[bit] for bit in bits(signature) if bit in counted}
        outside = {left_out[bit] for bit in bits(signature) if bit in left_out}
        shared = tuple(keys[bit] for bit in bits(signature) if bit < len(keys))
        merged.setdefault((tuple(sorted(inside - outside)), shared), example)
    for (cells, shared), example in merged.items():
        yield Part(family, cells, shared, example)
