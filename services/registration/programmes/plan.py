"""Checks of a plan: each rule that the dates of a run touch, with its strength. Pure; the programme's numbers are data.

Hard findings refuse to confirm a run, `override` ones need a coordinator's reason, notices inform.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from services.registration.programmes.definition import Definition, Finding, Limit, Step, Strength
from shared.clock import BERLIN
from shared.vocabulary import Programme


@dataclass(frozen=True)
class PlannedDate:
    """A date in force: one day of a step, of one team where the step is held in each house."""

    step: str
    starts_at: datetime
    ends_at: datetime
    team: UUID | None = None

    @property
    def day(self) -> date:
        """Its day in Berlin."""
        return self.starts_at.astimezone(BERLIN).date()

    @property
    def minutes(self) -> int:
        """How long it is."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


@dataclass(frozen=True)
class Frame:
    """What a plan is checked against beside its dates.

    `places` are the least and most registrations, `teams` those that are accepted, `people` how many are in a step (by
    code, where it is known), `process` the process of intercultural opening that the run belongs to.
    """

    places: tuple[int, int]
    starts_on: date
    ends_on: date | None = None
    deadline: datetime | None = None
    teams: Collection[UUID] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    process: str | None = None


@dataclass(frozen=True)
class _Plan:
    definition: Definition
    dates: Sequence[PlannedDate]
    frame: Frame

    def of(self, step: str, team: UUID | None = None) -> list[PlannedDate]:
        return [one for one in self.dates if one.step == step and (team is None or one.team == team)]

    def groups(self, steps: Iterable[str]) -> Iterator[tuple[str, list[PlannedDate]]]:
        """Dates of each step by time, of a step held in each house by team."""
        for code in steps:
            step = self.definition.step(code)
            for team in self.frame.teams if step is not None and step.per_team else (None,):
                yield code, self.of(code, team)


Counted = Iterator[tuple[int, str | None]]
"""Numbers that are counted, each with the step it is about."""


def _dates(limit: Limit, plan: _Plan) -> Counted:
    yield from ((len(dates), code) for code, dates in plan.groups(limit.steps))


def _total(limit: Limit, plan: _Plan) -> Counted:
    """Dates of several steps together, of each team."""
    for team in plan.frame.teams:
        yield sum(len(plan.of(code, team)) for code in limit.steps), limit.steps[-1]


def _gap(limit: Limit, plan: _Plan) -> Counted:
    """Days from one date of a step to the next."""
    for code, dates in plan.groups(limit.steps):
        yield from (((after.day - before.day).days, code) for before, after in pairwise(dates))


def _minutes(limit: Limit, plan: _Plan) -> Counted:
    yield from ((one.minutes, code) for code in limit.steps for one in plan.of(code))


def _days(limit: Limit, plan: _Plan) -> Counted:
    """Days from the first date of the steps to the last."""
    days = sorted(one.day for code in limit.steps for one in plan.of(code))
    if len(days) > 1:
        yield (days[-1] - days[0]).days, limit.steps[-1]


def _between(limit: Limit, plan: _Plan) -> Counted:
    """Whole months from the first date of a step to that of the next, of the last to the end of the run."""
    begins = [next((one.day for one in plan.of(code)), None) for code in limit.steps]
    first, until = begins[0], begins[1] if len(begins) > 1 else plan.frame.ends_on
    if first is not None and until is not None:
        yield months(first, until), limit.steps[0]


def _run(limit: Limit, plan: _Plan) -> Counted:
    """Whole months of the run."""
    if plan.frame.ends_on is not None:
        yield months(plan.frame.starts_on, plan.frame.ends_on), limit.steps[0] if limit.steps else None


def _year(limit: Limit, plan: _Plan) -> Counted:
    """Dates of a step in each calendar year that has one."""
    for code in limit.steps:
        years = [one.day.year for one in plan.of(code)]
        yield from ((years.count(year), code) for year in sorted(set(years)))


def _places(_limit: Limit, plan: _Plan) -> Counted:
    yield from ((number, None) for number in dict.fromkeys(plan.frame.places))


def _people(limit: Limit, plan: _Plan) -> Counted:
    yield from ((plan.frame.people[code], code) for code in limit.steps if code in plan.frame.people)


MEASURES: Mapping[str, Callable[[Limit, _Plan], Counted]] = {
    "dates": _dates,
    "total": _total,
    "gap": _gap,
    "minutes": _minutes,
    "days": _days,
    "months": _between,
    "run_months": _run,
    "per_year": _year,
    "places": _places,
    "people": _people,
}
"""What a limit may count."""
GROWING = frozenset({"dates", "total", "per_year"})
"""More dates mend what is too few of these."""
ALONE = frozenset({"dates", "total", "minutes"})
"""What one more date breaks by itself: it is refused at once. What lies in the wrong order may still be moved."""


def months(first: date, last: date) -> int:
    """Months from one day to another, rounded to whole ones: a phase of three months ends on any day of its last."""
    return round((last - first).days / 30.44)


def check_plan(definition: Definition, dates: Iterable[PlannedDate], frame: Frame) -> list[Finding]:
    """Each rule that the plan of a run touches. `dates` are those in force: neither cancelled nor withdrawn.

    The strongest come first, of these what is wrong before what is still to come.
    """
    plan = _Plan(definition, sorted(dates, key=lambda one: (one.starts_at, one.step)), frame)
    found = [*_limits(plan, definition.limits), *_order(plan), *_of_programme(plan)]
    ranks = list(Strength)
    return sorted(dict.fromkeys(found), key=lambda one: (ranks.index(one.strength), one.open))


def refused(definition: Definition, dates: Iterable[PlannedDate], frame: Frame) -> list[Finding]:
    """Hard findings of dates that are too many or too long: no other date can mend them. `where` is the field."""
    plan = _Plan(definition, sorted(dates, key=lambda one: (one.starts_at, one.step)), frame)
    found = []
    for limit in definition.limits:
        if limit.counts in ALONE and limit.strength is Strength.HARD:
            field_name = "ends_at" if limit.counts == "minutes" else "step"
            found += [replace(one, where=field_name) for one in _limits(plan, [limit]) if not one.open]
    return found


def blocking(findings: Iterable[Finding], overridden: Collection[str]) -> list[Finding]:
    """What stands against completing a run: hard findings, and those to override whose rule nobody has let pass."""
    strong = [one for one in findings if one.strength is Strength.HARD]
    return strong + [one for one in findings if one.strength is Strength.OVERRIDE and one.rule not in overridden]


def _limits(plan: _Plan, limits: Iterable[Limit]) -> Iterator[Finding]:
    for limit in limits:
        for value, where in MEASURES[limit.counts](limit, plan):
            if value in limit.span:
                continue
            more = limit.counts in GROWING and value < limit.span.least
            text = limit.text.format(value=value)
            yield Finding(limit.rule, limit.strength, text, limit.remedy, where, open=more)


def _order(plan: _Plan) -> Iterator[Finding]:
    """A step begins after the steps before it have ended; of a step in each house that house's own, once known."""
    for step in plan.definition.steps:
        for before in filter(None, (plan.definition.step(code) for code in step.after)):
            yield from (finding for finding in _pair(plan, before, step))


def _pair(plan: _Plan, before: Step, step: Step) -> Iterator[Finding]:
    rule = plan.definition.order
    if rule is None or (before.per_team and not plan.frame.teams):
        return
    both = before.per_team and step.per_team
    for team in plan.frame.teams if both else (None,):
        ended, begun = plan.of(before.code, team), plan.of(step.code, team)
        if begun and not ended:
            text = f"„{step.title}“ hat einen Termin, „{before.title}“ davor noch keinen."
            remedy = f"Bitte zuerst „{before.title}“ planen."
            yield Finding(rule, Strength.HARD, text, remedy, step.code, open=True)
        elif begun and max(one.starts_at for one in ended) >= min(one.starts_at for one in begun):
            text = f"„{step.title}“ beginnt vor dem Ende von „{before.title}“."
            yield Finding(rule, Strength.HARD, text, "Bitte einen der Termine verlegen.", step.code)


def _of_programme(plan: _Plan) -> Iterator[Finding]:
    """What numbers do not say."""
    frame = plan.frame
    kickoff = plan.of("kickoff")
    if kickoff and frame.deadline is not None and frame.deadline < kickoff[0].starts_at:
        text = "Die Anmeldefrist endet vor der Auftaktveranstaltung, die die Bedingungen der Anmeldung vorstellt."
        yield Finding("IKO-06", Strength.NOTICE, text, "Bitte prüfen, ob die Frist später enden soll.", "kickoff")
    if plan.definition.programme is Programme.IKKE_MIB and not frame.process:
        text = "Der Durchgang ist noch keinem Prozess der Interkulturellen Öffnung zugeordnet."
        yield Finding("IKKE-31", Strength.HARD, text, "Bitte bei den Angaben nennen.", "opening_process")
    if plan.definition.programme is Programme.IKBO:
        text = "Vor einem neuen Durchgang ist zu prüfen, ob es noch Bedarf gibt: Sind fast alle Migrationsbeauftragten "
        text += "der Region schon ausgebildet?"
        remedy = "Die Koordination hält das Ergebnis der Bedarfsprüfung als Begründung fest."
        yield Finding("IKBO-09", Strength.OVERRIDE, text, remedy)
