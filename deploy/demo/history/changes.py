"""Changes that make `as_of` visible and leave every printed figure as it is; a second file sends them.

Corrections: a wrong nationality, mended before the Stichtag. Late twins: a first withdrawn early in 2019 while a like
one is recorded. Lost firsts: withdrawn while a follow-up exists, which the system makes the first.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from deploy.demo.history.counts import NEW, OLD, networks, solution
from deploy.demo.history.days import buckets, day_between
from deploy.demo.history.dealing import chance_of, deal, sample, shares
from deploy.demo.history.people import Person, Session
from deploy.demo.history.recognition import weights

TWINS = date(2019, 1, 16), date(2019, 3, 31)
LATEST_CORRECTION = timedelta(60)
PATIENCE = timedelta(30)  # a lost first goes so long after its follow-up was recorded, at most


def change(network: str, seed: int, sessions: list[Session]) -> list[Session]:
    """The sessions with changes noted on some of them and with the twins. Raises ValueError when too few fit."""
    chance = chance_of(seed, network, "changes")
    meetings = Counter(session.person for session in sessions)
    single = [s for s in sessions if meetings[s.person] == 1 and s.day <= buckets()["A"].last]
    days = _twin_days(seed)[network]
    gone = sample(chance, single, len(days), f"{network}: late twins")
    twins = [_twin(number, first, *pair) for number, (first, pair) in enumerate(zip(gone, days, strict=True))]
    lost = solution()["changes"]["lost_firsts"]
    if network == lost["network"]:
        _lose(chance, sessions, lost["number"])
    _mistake(chance, network, sessions)
    return sessions + twins


@lru_cache(2)
def _twin_days(seed: int) -> dict[str, list[tuple[date, date]]]:
    """(withdrawn on, like one recorded on) per network; on the day to look at, some are gone and not yet back."""
    chance, changes = chance_of(seed, "twins"), solution()["changes"]
    number, missing, seen = changes["late_twins"], changes["missing"], changes["missing_on"]
    before, after = (TWINS[0], seen), (seen + timedelta(1), TWINS[1])
    whole = number - missing
    spans = [(before, after)] * missing + [(before, before)] * (whole // 2) + [(after, after)] * (whole - whole // 2)
    days = [(day_between(chance, *gone), day_between(chance, *back)) for gone, back in spans]
    return deal(days, shares(number, weights(OLD)), chance)


def _twin(number: int, first: Session, withdrawn_on: date, recorded_on: date) -> Session:
    like: Person = replace(first.person, ref=f"t{number}")
    twin = replace(first, person=like, recorded_on=recorded_on)
    first.changed_on, first.withdrawn = withdrawn_on, True
    return twin


def _lose(chance: random.Random, sessions: Sequence[Session], number: int) -> None:
    """Withdraw firsts of persons with one round and a follow-up that was recorded well before the round's limit."""
    for first, follow_up in sample(chance, list(_with_follow_up(sessions)), number, "lost firsts"):
        earliest = max(follow_up.recorded_on, first.recorded_on) + timedelta(1)
        first.changed_on, first.withdrawn = day_between(chance, earliest, earliest + PATIENCE - timedelta(2)), True


def _with_follow_up(sessions: Sequence[Session]) -> Iterator[tuple[Session, Session]]:
    of_person: dict[Person, list[Session]] = {}
    for session in sessions:
        of_person.setdefault(session.person, []).append(session)
    for many in of_person.values():
        firsts = [session for session in many if session.session_type == "first"]
        if len(firsts) == 1 < len(many):
            follow_up = sorted(many, key=lambda s: (s.day, s.recorded_on))[1]
            end = buckets()["A"].last if firsts[0].day <= buckets()["A"].last else buckets()["B1"].last
            if follow_up.recorded_on + PATIENCE <= end:
                yield firsts[0], follow_up


def _mistake(chance: random.Random, network: str, sessions: Sequence[Session]) -> None:
    """Let the first file say another nationality and no refuge of some firsts; the second one corrects it."""
    wanted = _corrections()[network]
    limits = {OLD: buckets()["A"], NEW: buckets()["B1"]}
    for name, bucket in limits.items():
        open_ = [
            session
            for session in sessions
            if session.session_type == "first" and session.changed_on is None
            if bucket.first <= session.day <= bucket.last and session.recorded_on < bucket.recorded_by
        ]
        codes = [session.nationality for session in open_]
        for session in sample(chance, open_, wanted[name], f"{network}: corrections"):
            latest = min(bucket.recorded_by, session.recorded_on + LATEST_CORRECTION)
            session.changed_on = day_between(chance, session.recorded_on + timedelta(1), latest)
            session.mistaken = (_other(chance, codes, session.nationality), "no")


def _other(chance: random.Random, codes: Sequence[str], right: str) -> str:
    while (found := chance.choice(codes)) == right:
        pass
    return found


@lru_cache(1)
def _corrections() -> dict[str, dict[str, int]]:
    number = solution()["changes"]["corrections"]
    by_round = shares(number, {name: sum(weights(name).values()) for name in (OLD, NEW)})
    dealt = {name: shares(count, weights(name)) for name, count in by_round.items()}
    return {network: {name: dealt[name][network] for name in dealt} for network in networks()}
