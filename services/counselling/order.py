"""The order of a person's sessions: who is first, who follows, and what was seen before (contracts §4, CNS-01 to -04).

Pure: it takes the sessions of one person within one carrier and programme line and says what each must be. The
counsellings of one company are ordered in the same way.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.vocabulary import SeenBefore, SessionType, funding_round

IN_ORDER = frozenset({SessionType.FIRST, SessionType.FOLLOW_UP})
"""Types that take part in the order; the others only look at it."""


OrderKey = tuple[dt.date, dt.date, UUID]
"""What orders records: day, day of the first recording, id."""


@dataclass(frozen=True, slots=True)
class Place:
    """A session as the order sees it; `type_given`: an imported type, kept as it is."""

    session_id: UUID
    date: dt.date
    first_recorded_on: dt.date
    session_type: str
    type_given: bool = False

    @property
    def key(self) -> OrderKey:
        """Sessions are ordered by (date, day of recording, id)."""
        return (self.date, self.first_recorded_on, self.session_id)

    @property
    def takes_part(self) -> bool:
        """Whether the session counts in the order."""
        return self.session_type in IN_ORDER


Verdict = tuple[str, str]
"""(session_type, seen_before)."""


def derive(places: Iterable[Place], lost_first: frozenset[str] = frozenset()) -> dict[UUID, Verdict]:
    """Type and `seen_before` of each session of one person (carrier and programme line).

    In each round the earliest session is `first`. Imported types stay, but where a round of `lost_first` has lost
    its `first`, its earliest remaining session becomes `first`.
    """
    verdicts: dict[UUID, Verdict] = {}
    rounds: list[str] = []
    earliest: dict[str, UUID] = {}
    with_first: set[str] = set()
    for place in sorted(places, key=lambda entry: entry.key):
        this = funding_round(place.date)
        seen = _seen(this, rounds)
        kind = str(place.session_type)
        if place.takes_part:
            if not place.type_given:
                kind = str(SessionType.FOLLOW_UP if this in rounds else SessionType.FIRST)
            rounds.append(this)
            earliest.setdefault(this, place.session_id)
            if kind == SessionType.FIRST:
                with_first.add(this)
        verdicts[place.session_id] = (kind, str(seen))
    for orphaned in lost_first - with_first:
        if orphaned in earliest:
            _, seen_value = verdicts[earliest[orphaned]]
            verdicts[earliest[orphaned]] = (str(SessionType.FIRST), seen_value)
    return verdicts


def _seen(this: str, before: list[str]) -> SeenBefore:
    if this in before:
        return SeenBefore.THIS_ROUND
    return SeenBefore.EARLIER_ROUND if before else SeenBefore.NO


def surplus_firsts(places: Iterable[Place]) -> list[UUID]:
    """Sessions that are a second `first` of their round, in order (CNS-02)."""
    seen: set[str] = set()
    surplus = []
    for place in sorted(places, key=lambda entry: entry.key):
        if place.session_type == SessionType.FIRST:
            this = funding_round(place.date)
            if this in seen:
                surplus.append(place.session_id)
            seen.add(this)
    return surplus


def first_by_round(keys: Iterable[OrderKey]) -> dict[str, OrderKey]:
    """The first counselling of one company (carrier and programme line) in each funding round."""
    first: dict[str, OrderKey] = {}
    for key in sorted(keys):
        first.setdefault(funding_round(key[0]), key)
    return first


def finds_new(key: OrderKey, first: Mapping[str, OrderKey]) -> bool:
    """Whether a counselling finds its company new: none before it in its funding round."""
    return key <= first.get(funding_round(key[0]), key)


def root(person: UUID, became: Mapping[UUID, UUID]) -> UUID:
    """Who a person is after all merges: she herself, unless she became another one.

    A ring, which only events out of their order make, has the smallest id as its root until the missing one comes.
    """
    seen = [person]
    while (follower := became.get(seen[-1])) is not None:
        if follower in seen:
            return min(seen[seen.index(follower) :])
        seen.append(follower)
    return seen[-1]


def merged_in(persons: Iterable[UUID], became: Mapping[UUID, UUID]) -> set[UUID]:
    """These persons and all who became one of them."""
    found = set(persons)
    while grown := {who for who, into in became.items() if into in found} - found:
        found |= grown
    return found
