"""Exact counts laid over rows: shuffle with the seed and deal, never draw what was printed."""

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")


def chance_of(seed: int, *purpose: str) -> random.Random:
    """A source of chance of its own for each purpose, so that one part of the history does not move another."""
    return random.Random("/".join((str(seed), *purpose)))


def expand(counts: Mapping[Value, int]) -> list[Value]:
    """Each value as often as it is counted."""
    return [value for value, count in counts.items() for _ in range(count)]


def deal(values: Iterable[Value], sizes: Mapping[str, int], chance: random.Random) -> dict[str, list[Value]]:
    """Shuffle values and give every name of `sizes` its number of them. Raises ValueError when they do not fit."""
    cards = list(values)
    if len(cards) != sum(sizes.values()):
        raise ValueError(f"{len(cards)} values for {sum(sizes.values())} places")
    chance.shuffle(cards)
    stack = iter(cards)
    return {name: list(islice(stack, size)) for name, size in sizes.items()}


def deal_round(counts: Mapping[str, int], hands: int, chance: random.Random) -> list[tuple[str, ...]]:
    """Deal blocks of equal cards in turn: no hand gets one twice, none stays empty.

    Raises ValueError when a block is larger than the number of hands, or there are fewer cards than hands.
    """
    if max(counts.values()) > hands or sum(counts.values()) < hands:
        raise ValueError(f"{dict(counts)} cannot be dealt to {hands}")
    order = list(range(hands))
    chance.shuffle(order)
    dealt: list[list[str]] = [[] for _ in order]
    for number, card in enumerate(expand(counts)):
        dealt[order[number % hands]].append(card)
    return [tuple(hand) for hand in dealt]


def split(total: int, parts: int) -> list[int]:
    """A total in equal parts, the first ones one more."""
    each, more = divmod(total, parts)
    return [each + (number < more) for number in range(parts)]


def shares(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """A total by weights, in whole numbers that add up (largest remainder, then name)."""
    whole = sum(weights.values())
    found = {name: total * weight // whole for name, weight in weights.items()}
    rest = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in rest[: total - sum(found.values())]:
        found[name] += 1
    return found


def sizes_of_groups(total: int, least: int, most: int, chance: random.Random) -> list[int]:
    """Groups of `least` to `most` people that add up to a total. Raises ValueError when it is less than one group."""
    if total < least:
        raise ValueError(f"{total} people are less than a group of {least}")
    found = []
    while total > most:
        found.append(chance.randint(least, min(most, total - least)))
        total -= found[-1]
    return [*found, total]


def weighted(weights: Mapping[Value, int]) -> tuple[Value, ...]:
    """What to choose one of when values are not equally likely."""
    return tuple(expand(weights))


def sample(chance: random.Random, values: Sequence[Value], number: int, what: str) -> list[Value]:
    """Some of the values, none twice. Raises ValueError naming `what` when there are too few."""
    if number > len(values):
        raise ValueError(f"{what}: {number} needed, {len(values)} there")
    return chance.sample(values, number)
