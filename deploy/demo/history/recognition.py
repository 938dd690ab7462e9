"""Recognition counselling (HSP 1): exact firsts per bucket, returning persons, follow-ups."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from deploy.demo.history.counts import OLD, solution
from deploy.demo.history.days import LAST_OF_JUNE, buckets, day_between, recorded
from deploy.demo.history.dealing import chance_of, deal, expand, sample
from deploy.demo.history.follow_ups import follow_ups
from deploy.demo.history.margins import Trait, Window, traits, windows
from deploy.demo.history.people import CHANNELS, TARGETS, Person, Session, person

LINE = "recognition_counselling"
RECENT = timedelta(180)
DEGREES_OF, DEGREES_BY = "sh", date(2022, 8, 30)
DEGREES = {"yes": 14_354, "no": 1_252}
"""Schleswig-Holstein prints its persons with and without a degree."""


def recognition(network: str, seed: int) -> list[Session]:
    """Firsts and follow-ups of a network. Raises ValueError when counts do not fit one another."""
    chance = chance_of(seed, network, LINE)
    dealt = {margin: iter(cards) for margin, cards in traits(seed)[network].items()}
    found: dict[str, list[Session]] = defaultdict(list)
    number = 0
    for window in windows(network):
        for _ in range(window.count):
            number += 1
            found[window.bucket].append(_first(chance, window, next(dealt[window.margin]), number))
    _come_again(chance, network, found["A"], found["B1"])
    firsts = [first for bucket in found.values() for first in bucket]
    if network == DEGREES_OF:
        _deal_degrees(chance, firsts)
    return firsts + _follow_ups(chance, network, firsts)


def _first(chance: random.Random, window: Window, trait: Trait, number: int) -> Session:
    day = day_between(chance, window.first, window.last)
    if window.recorded_from:
        recorded_on = day_between(chance, window.recorded_from, window.recorded_by)
    else:
        recorded_on = recorded(chance, day, window.recorded_by)
    who = person(chance, day, number, "p")
    target = chance.choice(TARGETS)
    return Session(day, recorded_on, LINE, "first", who, *trait, channel=chance.choice(CHANNELS), target=target)


def _come_again(chance: random.Random, network: str, old: Sequence[Session], new: Sequence[Session]) -> None:
    """Give firsts of the new round the person of a first of the old one with the same nationality."""
    wanted = solution()["recognition"]["returning"][network]
    waiting: dict[str, list[Session]] = defaultdict(list)
    for first in new:
        waiting[first.nationality].append(first)
    for earlier in sample(chance, old, len(old), network):
        if wanted and waiting[earlier.nationality]:
            waiting[earlier.nationality].pop().person = earlier.person
            wanted -= 1
    if wanted:
        raise ValueError(f"{network}: {wanted} persons too few to come again")


def _deal_degrees(chance: random.Random, firsts: Sequence[Session]) -> None:
    persons: dict[Person, None] = dict.fromkeys(first.person for first in firsts if first.day <= DEGREES_BY)
    for who, degree in zip(persons, deal(expand(DEGREES), {"": len(persons)}, chance)[""], strict=True):
        who.has_degree = degree


def _follow_ups(chance: random.Random, network: str, firsts: Sequence[Session]) -> list[Session]:
    old, new, last = solution()["recognition"]["follow_ups"][network]
    july = LAST_OF_JUNE + timedelta(1)
    a, b1, b5 = buckets()["A"], buckets()["B1"], buckets()["B5"]
    of_old = [first for first in firsts if first.day <= a.last]
    of_new = [first for first in firsts if first.day > a.last]
    recent = [first for first in of_new if first.day > july - RECENT]
    return [
        *follow_ups(chance, of_old, old, (a.first, a.last)),
        *follow_ups(chance, of_new, new, (b1.first, b1.last)),
        *follow_ups(chance, recent, last, (july, b5.last)),
    ]


def weights(round_name: str) -> dict[str, int]:
    """Firsts of a network in a round, to share national counts by."""
    firsts = solution()["recognition"]["firsts"]
    return {name: counts[0] if round_name == OLD else sum(counts[1:]) for name, counts in firsts.items()}
