"""What became of participations: national margins of occupations and results, dealt to the networks by round.

Bremen prints its own results; its planned ones are taken out before anything is dealt.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from deploy.demo.history.counts import NEW, OLD, networks, solution
from deploy.demo.history.dealing import chance_of, deal, expand

BREMEN = "hb"
COLUMNS = {OLD: slice(0, 1), NEW: slice(1, 7)}
IN_TIME = {OLD: slice(0, 1), NEW: slice(1, 4)}
"""Buckets of entry (of A, B1 … B6) that leave time for an end."""
FULL_OF, OF = 60, 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result and success of a participation; both empty while it runs."""

    result: str = ""
    success: str = ""


RUNNING = Outcome()
FULL = Outcome("finished", "full_equivalence")
ADEQUATE = Outcome("finished", "qualification_adequate")
FINISHED = Outcome("finished", "none")
DROPPED_OUT = Outcome("dropped_out")


def entries(network: str, round_name: str, *, in_time: bool = False) -> int:
    """Entries of a network in a round, or only those early enough to have ended."""
    counts = solution()["qualification"]["entries"][network]
    return sum(counts[(IN_TIME if in_time else COLUMNS)[round_name]])


def bremen(round_name: str) -> dict[str, Any]:
    """Bremen's printed ends in a round: last day, and by occupation finished and full equivalence."""
    plans: list[dict[str, Any]] = solution()["qualification"]["bremen"]
    return next(plan for plan in plans if plan["round"] == round_name)


@lru_cache(2)
def occupations(seed: int) -> dict[str, dict[str, list[str]]]:
    """Occupation groups of the entries by round and network; Bremen's planned ones are not among them."""
    found = {}
    for name in (OLD, NEW):
        counts = dict(solution()["qualification"]["occupations"][name])
        sizes = {network: entries(network, name) for network in networks()}
        for group in ("educator", "teacher"):
            counts[group] -= bremen(name)[group]["finished"]
            sizes[BREMEN] -= bremen(name)[group]["finished"]
        found[name] = deal(expand(counts), sizes, chance_of(seed, "occupations", name))
    return found


@lru_cache(2)
def outcomes(seed: int) -> dict[str, dict[str, list[Outcome]]]:
    """Outcomes of the entries early enough to have ended, by round and network, without Bremen."""
    found = {}
    for name in (OLD, NEW):
        sizes = {network: entries(network, name, in_time=True) for network in networks() if network != BREMEN}
        everyone = sum(entries(network, name) for network in sizes)
        full_in_bremen = sum(bremen(name)[group]["full_equivalence"] for group in ("educator", "teacher"))
        successes = solution()["qualification"]["successes"][name]
        left = everyone - (successes - full_in_bremen)
        counts = {
            FULL: successes * FULL_OF // OF - full_in_bremen,
            ADEQUATE: successes - successes * FULL_OF // OF,
            FINISHED: left // 3,
            DROPPED_OUT: left // 6,
        }
        counts[RUNNING] = sum(sizes.values()) - sum(counts.values())
        found[name] = deal(expand(counts), sizes, chance_of(seed, "outcomes", name))
    return found
