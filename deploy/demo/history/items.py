"""Items: transfers of offerings in up to three revisions and Good Practice sheets."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from deploy.demo.history.counts import networks, solution
from deploy.demo.history.days import day_between
from deploy.demo.history.dealing import chance_of, expand, sample
from deploy.demo.history.offerings import QUALIFICATIONS
from deploy.demo.history.people import CARRIERS

STATES = ("planned", "started", "completed")
ROUTES = ("azav", "state", "employer", "initial_training", "local", "other")
PLANNED = date(2019, 1, 1), date(2021, 6, 30)
STEP = timedelta(60), timedelta(220)
"""From planned to started and from started to completed, at least and at most."""


@dataclass(frozen=True, slots=True)
class Item:
    """One revision of an item; `file` says with which file of items it is sent."""

    file: int
    network: str
    carrier: int
    name: str
    item_kind: str
    state: str
    recorded_on: date
    round: str = ""
    area: str = ""
    delivery: str = ""
    route: str = ""
    offering: str = ""


@lru_cache(2)
def items(seed: int) -> tuple[Item, ...]:
    """All revisions of all items of the country, in sending order."""
    chance = chance_of(seed, "items")
    return (*_transfers(chance), *_good_practice(chance))


def _transfers(chance: random.Random) -> list[Item]:
    counts = solution()["transfers"]
    areas = expand(counts["areas"])
    chance.shuffle(areas)
    ends = []  # (state, delivery, area)
    for state in STATES:
        number, blended = counts[state]["number"], counts[state]["blended"]
        deliveries = ["blended"] * blended + ["in_person"] * (number - blended)
        chance.shuffle(deliveries)
        ends += [(state, delivery, areas.pop() if state == "completed" else "") for delivery in deliveries]
    places = [
        (network, carrier, name) for network in networks() for carrier in range(CARRIERS) for name in QUALIFICATIONS
    ]
    chosen = sample(chance, places, len(ends), "offerings")
    return [item for place, end in zip(chosen, ends, strict=True) for item in _transfer(chance, place, *end)]


def _transfer(chance: random.Random, place: tuple[str, int, str], last: str, delivery: str, area: str) -> list[Item]:
    network, carrier, offering = place
    planned = Item(
        1, network, carrier, f"transfer-{offering}", "transfer", "planned", day_between(chance, *PLANNED),
        delivery=delivery, offering=offering,
    )  # fmt: skip
    found = [planned]
    for state in STATES[1 : STATES.index(last) + 1]:
        before = found[-1]
        day = day_between(chance, before.recorded_on + STEP[0], before.recorded_on + STEP[1])
        route = before.route or chance.choice(ROUTES)
        found.append(replace(before, file=before.file + 1, state=state, recorded_on=day, route=route))
    found[-1] = replace(found[-1], area=area)
    return found


def _good_practice(chance: random.Random) -> list[Item]:
    places = [(network, carrier) for carrier in range(CARRIERS) for network in networks()]
    chance.shuffle(places)
    found: list[Item] = []
    for round_name, counts in solution()["good_practice"].items():
        for _ in range(counts["number"]):
            network, carrier = places[len(found) % len(places)]
            day = day_between(chance, counts["first"], counts["last"])
            name = f"good-practice-{len(found) + 1}"
            found.append(Item(1, network, carrier, name, "good_practice", "published", day, round=round_name))
    return found
