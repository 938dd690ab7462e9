"""Group records: information of Faire Integration (from 2019, HSP-02) and groups of recognition counselling."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.demo.history import fair_integration, recognition
from deploy.demo.history.counts import solution
from deploy.demo.history.days import FAIR_INTEGRATION_BY, LAST_OF_JUNE, buckets, day_between, recorded
from deploy.demo.history.dealing import chance_of, sizes_of_groups, split
from deploy.demo.history.people import CARRIERS, LANGUAGES

FROM = date(2019, 1, 1)
LEAST, MOST = 4, 25


@dataclass(frozen=True, slots=True)
class Group:
    """A headcount of one evening."""

    carrier: int
    day: date
    recorded_on: date
    programme_line: str
    group_type: str
    participants: int
    topic: str
    language: str


def groups(network: str, seed: int) -> list[Group]:
    """All group records of a network."""
    chance = chance_of(seed, network, "groups")
    counts = solution()["fair_integration"]
    participants = counts["until_2022_06"][network][-1]
    found = [*_information(chance, participants, FROM, LAST_OF_JUNE, FAIR_INTEGRATION_BY)]
    if later := counts["later"].get(network):
        found += _information(chance, later["participants"], LAST_OF_JUNE + timedelta(1), later["last"], None)
    for entry in solution()["groups"]:
        if entry["network"] == network:
            for size in split(entry["participants"], entry["groups"]):
                day = day_between(chance, buckets()["A"].first, entry["last"])
                found.append(_group(chance, day, recognition.LINE, entry["group_type"], size))
    return found


def _information(
    chance: random.Random, participants: int, first: date, last: date, limit: date | None
) -> Iterator[Group]:
    for size in sizes_of_groups(participants, LEAST, MOST, chance):
        day = day_between(chance, first, last)
        yield _group(chance, day, fair_integration.LINE, "information", size, limit)


def _group(chance: random.Random, day: date, line: str, group_type: str, size: int, limit: date | None = None) -> Group:
    topic = "recognition" if line == recognition.LINE else "other"
    return Group(
        chance.randrange(CARRIERS),
        day,
        recorded(chance, day, limit),
        line,
        group_type,
        size,
        topic,
        chance.choice(LANGUAGES),
    )
