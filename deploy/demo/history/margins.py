"""National margins, dealt to the networks: nationality with refugee background, and the windows they belong to.

A margin is shuffled once for the whole country and cut in slices, so that each network can be made alone and all
together come out exactly. Margins are independent of one another.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from deploy.demo.history.counts import NEW, OLD, nationalities, networks, solution
from deploy.demo.history.days import Bucket, buckets
from deploy.demo.history.dealing import chance_of, deal, expand

BUCKETS = ("A", "B1", "B2", "B3", "B4", "B5")
UKRAINE, UKRAINE_LATE, WAR = "UA", 9_000, date(2022, 3, 1)
"""Of the first counsellings of Ukrainians in 2019–2022 so many lie after the day."""
NOT_STATED_OF = 25  # one in so many who are not known as refugees did not say
EARLY, LATE = "early", "late"
Trait = tuple[str, str]
"""(nationality, refugee background)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of some firsts of a network, by when they are recorded, and the margin their traits come from."""

    bucket: str
    margin: str
    first: date
    last: date
    recorded_by: date
    count: int
    recorded_from: date | None = None


def windows(network: str) -> list[Window]:
    """Where the first counsellings of a network lie."""
    recognition, found = solution()["recognition"], []
    later = recognition["recorded_later"].get(network, {})
    for name, count in zip(BUCKETS, recognition["firsts"][network], strict=True):
        bucket = buckets()[name]
        if name == "B1":
            found += _around_the_war(bucket, count)
        else:
            own = later.get(name, {"first": bucket.first, "last": bucket.last})
            margin = OLD if name == "A" else LATE
            found.append(Window(name, margin, recorded_by=bucket.recorded_by, count=count, **own))
    return found


def _around_the_war(bucket: Bucket, count: int) -> list[Window]:
    """The windows of a bucket before and after the day, by the days in each."""
    late = count * ((bucket.last - WAR).days + 1) // ((bucket.last - bucket.first).days + 1)
    return [
        Window(bucket.name, EARLY, bucket.first, WAR - timedelta(1), bucket.recorded_by, count - late),
        Window(bucket.name, LATE, WAR, bucket.last, bucket.recorded_by, late),
    ]


def _places(margin: str) -> dict[str, int]:
    return {name: sum(w.count for w in windows(name) if w.margin == margin) for name in networks()}


def _traits(code: str, firsts: int, refugees: int) -> list[Trait]:
    unsaid = (firsts - refugees) // NOT_STATED_OF
    counts = {"yes": refugees, "not_stated": unsaid, "no": firsts - refugees - unsaid}
    return [(code, refugee) for refugee in expand(counts)]


@lru_cache(2)
def traits(seed: int) -> dict[str, dict[str, list[Trait]]]:
    """Nationality and refugee background of the firsts of each network, by margin (old round, early, late)."""
    chance = chance_of(seed, "nationalities")
    old = [trait for n in nationalities() for trait in _traits(n.code, n.firsts[OLD], n.refugees[OLD])]
    new = {n.code: _traits(n.code, n.firsts[NEW], n.refugees[NEW]) for n in nationalities()}
    ukrainians = new.pop(UKRAINE)  # refugees come first, and after the day
    others = [trait for many in new.values() for trait in many]
    chance.shuffle(others)
    late = sum(_places(LATE).values()) - UKRAINE_LATE
    decks = {
        OLD: old,
        LATE: ukrainians[:UKRAINE_LATE] + others[:late],
        EARLY: ukrainians[UKRAINE_LATE:] + others[late:],
    }
    dealt = {margin: deal(cards, _places(margin), chance) for margin, cards in decks.items()}
    return {name: {margin: dealt[margin][name] for margin in decks} for name in networks()}
