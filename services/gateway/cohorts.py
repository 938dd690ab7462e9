"""Cohorts of the intercultural programmes: runs with their places, and how far those who have a place are. Pure.

Steps of one cohort share its people, so that shares of those who have a place are real ones (domain 6.1, IKKE-23).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.languages import _, term_label
from shared.vocabulary import Programme, RunState
from shared.vocabulary.attendance import Stage

S = Stage
LADDERS: Mapping[Programme, tuple[Stage, ...]] = {
    Programme.IKKE_MIB: (S.SEMINAR_COMPLETED, S.COACHING_COMPLETED, S.SELECTED, S.QUALIFIED, S.MANDATED),
    Programme.IKBO: (S.IN_TRAINING, S.GRADUATED),
    Programme.IKO: (S.IN_TRAINING, S.DOCUMENTED, S.PRESENTED),
}
"""Steps of a programme after the place in it, in order: who is at one has done those before it."""


@dataclass(frozen=True)
class Step:
    """How many of a cohort have come so far, of those who have a place."""

    reached: int
    people: int

    @property
    def share(self) -> float | None:
        """Their share; None where nobody has a place."""
        return self.reached / self.people if self.people else None


@dataclass(frozen=True)
class Cohort:
    """A run with its places; `people` and `steps` only where the network's own register tells them."""

    run: Mapping[str, Any]
    state: str
    people: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Funnel:
    """The cohorts of a programme, with the titles of its steps and the sum of each column."""

    title: str
    steps: tuple[str, ...]
    cohorts: tuple[Cohort, ...]
    known: bool
    whole: Cohort


def steps_of(programme: Programme, stages: Mapping[str, int]) -> tuple[Step, ...]:
    """How many have come to each step: all who are at it or at a later one; who is certified has done everything."""
    ladder = LADDERS[programme]
    people = sum(stages.values())
    at = [stages.get(stage, 0) for stage in (*ladder, S.CERTIFIED)]
    return tuple(Step(sum(at[place:]), people) for place in range(len(ladder)))


def funnels(runs: Sequence[Mapping[str, Any]], stages: Mapping[str, Mapping[str, int]] | None) -> list[Funnel]:
    """Programmes that have cohorts; `stages` by run, None where only places are known (at the centre)."""
    found = []
    for programme in LADDERS:
        own = [run for run in runs if run["programme"] == programme]
        if own:
            found.append(_funnel(programme, own, stages))
    return found


def _funnel(
    programme: Programme, runs: Sequence[Mapping[str, Any]], stages: Mapping[str, Mapping[str, int]] | None
) -> Funnel:
    told = None if stages is None else {run["run_id"]: stages.get(run["run_id"], {}) for run in runs}
    cohorts = tuple(_cohort(programme, run, None if told is None else told[run["run_id"]]) for run in runs)
    together: dict[str, int] = {}
    for counted in (told or {}).values():
        for stage, count in counted.items():
            together[stage] = together.get(stage, 0) + count
    numbers = ("registered", "accepted", "waiting", "max_places")
    summed = {name: sum(run[name] for run in runs) for name in numbers}
    whole = _cohort(programme, summed | {"state": ""}, together if told is not None else None)
    titles = tuple(term_label(stage) for stage in LADDERS[programme])
    return Funnel(term_label(programme), titles if told is not None else (), cohorts, told is not None, whole)


def _cohort(programme: Programme, run: Mapping[str, Any], stages: Mapping[str, int] | None) -> Cohort:
    state = term_label(RunState(run["state"])) if run["state"] else _("zusammen")
    if stages is None:
        return Cohort(run, state, None, ())
    return Cohort(run, state, sum(stages.values()), steps_of(programme, stages))
