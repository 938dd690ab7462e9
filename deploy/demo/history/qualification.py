"""Qualification (HSP 2): entries per bucket, ends and successes by round of entry."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.demo.history.counts import NEW, OLD, ROUND_ENDS, solution
from deploy.demo.history.days import LAST_OF_JUNE, buckets, day_between, recorded
from deploy.demo.history.dealing import chance_of, deal, expand, sample, weighted
from deploy.demo.history.outcomes import BREMEN, FINISHED, FULL, RUNNING, Outcome, bremen, occupations, outcomes
from deploy.demo.history.people import CARRIERS, GENDERS

SHORTEST, LONGEST = timedelta(60), timedelta(540)
FORMS = weighted({"course": 56, "individual": 34, "other": 10})
HAMBURG = "hh"
DELIVERIES = weighted({"in_person": 78, "blended": 14, "online": 8})
NATIONALITIES = weighted({
    "SY": 24, "UA": 9, "TR": 7, "IR": 7, "RU": 6, "RS": 5, "BA": 5, "TN": 5, "MA": 4, "BR": 4, "EG": 4, "PL": 4,
    "IN": 4, "AF": 4, "VN": 3, "PH": 3, "CO": 2,
})  # fmt: skip
REFUGEES = {"SY": 90, "AF": 88, "UA": 55, "IR": 45, "TR": 15}
"""Share with refugee background in per cent, of 2 % elsewhere."""


@dataclass(slots=True)
class Participation:
    """One entry into a qualification and its end, if there is one."""

    number: int
    entered_on: date
    recorded_on: date
    occupation: str
    nationality: str
    refugee: str
    gender: str
    birth_year: int
    form: str
    delivery: str
    came_from_counselling: bool
    ended_on: date | None = None
    ended_recorded_on: date | None = None
    outcome: Outcome = RUNNING

    @property
    def carrier(self) -> int:
        """Which of the carriers it belongs to."""
        return self.number % CARRIERS


def qualification(network: str, seed: int) -> list[Participation]:
    """All entries of a network with their ends. Raises ValueError when counts do not fit one another."""
    chance = chance_of(seed, network, "qualification")
    counts = solution()["qualification"]["entries"][network]
    found: list[Participation] = []
    for bucket, count in zip(buckets().values(), counts, strict=True):
        for _ in range(count):
            day = day_between(chance, bucket.first, bucket.last)
            found.append(_entry(chance, len(found), day, bucket.recorded_by))
    if network == HAMBURG:
        _deal_forms(chance, [entry for entry in found if entry.entered_on <= LAST_OF_JUNE])
    for name in (OLD, NEW):
        of_round = [entry for entry in found if (entry.entered_on <= ROUND_ENDS[OLD]) == (name == OLD)]
        others = _end_bremen(chance, of_round, name) if network == BREMEN else of_round
        if network != BREMEN:
            _end_dealt(chance, of_round, outcomes(seed)[name][network])
        for entry, group in zip(others, occupations(seed)[name][network], strict=True):
            entry.occupation = chance.choice(solution()["qualification"]["keys"][group])
    return found


def _entry(chance: random.Random, number: int, day: date, limit: date) -> Participation:
    nationality = chance.choice(NATIONALITIES)
    return Participation(
        number,
        day,
        recorded(chance, day, limit),
        "",
        nationality,
        "yes" if chance.randrange(100) < REFUGEES.get(nationality, 2) else "no",
        chance.choice(GENDERS),
        day.year - chance.randint(21, 55),
        chance.choice(FORMS),
        chance.choice(DELIVERIES),
        chance.random() < 0.7,
    )


def _deal_forms(chance: random.Random, entries: Sequence[Participation]) -> None:
    forms = deal(expand(solution()["qualification"]["hamburg_forms"]), {HAMBURG: len(entries)}, chance)
    for entry, form in zip(entries, forms[HAMBURG], strict=True):
        entry.form = form


def _end(chance: random.Random, entry: Participation, outcome: Outcome, last: date, recorded_by: date) -> None:
    entry.outcome = outcome
    entry.ended_on = day_between(chance, entry.entered_on + SHORTEST, min(entry.entered_on + LONGEST, last))
    entry.ended_recorded_on = recorded(chance, entry.ended_on, recorded_by, entry.recorded_on)


def _end_dealt(chance: random.Random, of_round: Sequence[Participation], dealt: Sequence[Outcome]) -> None:
    """End entries as dealt; those after the last outcome began too late to have ended."""
    counts = solution()["qualification"]
    for entry, outcome in zip(of_round, dealt, strict=False):
        if outcome is not RUNNING:
            _end(chance, entry, outcome, counts["last_end"], counts["ends_recorded_by"])


def _end_bremen(chance: random.Random, of_round: Sequence[Participation], name: str) -> list[Participation]:
    """End exactly the educators and teachers that Bremen prints; returns the other entries."""
    plan, ended = bremen(name), set()
    for group in ("educator", "teacher"):
        finished, full = plan[group]["finished"], plan[group]["full_equivalence"]
        early = [e for e in of_round if e.number not in ended and e.entered_on + SHORTEST <= plan["last"]]
        for number, entry in enumerate(sample(chance, early, finished, f"{name} {group}")):
            entry.occupation = chance.choice(solution()["qualification"]["keys"][group])
            _end(chance, entry, FULL if number < full else FINISHED, plan["last"], plan["last"])
            ended.add(entry.number)
    return [entry for entry in of_round if entry.number not in ended]
