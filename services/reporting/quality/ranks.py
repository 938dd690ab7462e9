"""Rules on rankings by funding round: jumps between rounds, and last ranks that leave no room for the rest.

What is *keine Angabe* or *andere* is never ranked (contracts §6) and counts for the whole only.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.reporting.dimensions import OTHER
from services.reporting.quality.rules import Hit, Parameters, severity
from shared.nationalities import NOT_STATED

Round = Mapping[str, int]
Rounds = Mapping[str, Round]
UNRANKED = (NOT_STATED, OTHER)


def ranked(values: Round) -> list[tuple[str, int]]:
    """Values by size, then code."""
    found = [(value, count) for value, count in values.items() if value not in UNRANKED and count]
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))


def jumps(rounds: Rounds, p: Parameters) -> Iterator[Hit]:
    """Values of the top ranks whose share changes between funding rounds by more than a factor; the later is told.

    Entering or leaving the ranks is told at a smaller factor: places of values that are nearly equal change by chance.
    """
    names = sorted(rounds)
    for earlier, later in pairwise(names):
        before, after = rounds[earlier], rounds[later]
        bases = sum(before.values()), sum(after.values())
        if min(bases) < p["base"]:
            continue
        tops = [{value for value, _ in ranked(one)[: int(p["top"])]} for one in (before, after)]
        for value in sorted(tops[0] | tops[1]):
            if max(before.get(value, 0), after.get(value, 0)) < p["least"]:
                continue
            factor = p["factor"] if value in tops[0] and value in tops[1] else p["edge"]
            shares = before.get(value, 0) / bases[0], after.get(value, 0) / bases[1]
            yield from _jump(later, value, shares, factor)


def _jump(period: str, value: str, shares: tuple[float, float], factor: float) -> Iterator[Hit]:
    before, after = shares
    ratio = max(shares) / min(shares) if min(shares) else math.inf
    if ratio > factor:
        high = min(1.0, before * factor)
        yield Hit(period, round(after, 4), round(before / factor, 4), round(high, 4), severity(ratio / factor), value)


def implausible(rounds: Rounds, p: Parameters) -> Iterator[Hit]:
    """A last rank so small that the rest would have to be spread over very many values, none larger than it."""
    top = int(p["top"])
    for name in sorted(rounds):
        order = ranked(rounds[name])
        if len(order) < top:
            continue
        value, count = order[top - 1]
        rest = sum(rounds[name].values()) - sum(counted for _, counted in order[: top - 1])
        needed = math.ceil(rest / count)
        if count >= p["least"] and needed > p["spread"]:
            low, high = math.ceil(rest / p["spread"]), max(order[top - 2][1], math.ceil(rest / p["spread"]))
            yield Hit(name, float(count), float(low), float(high), severity(needed / p["spread"]), value)
