"""Dates proposed from the rules of a programme: on free days of the Land, as far apart as the rules say. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.registration.programmes.definition import Definition, Step
from services.registration.programmes.plan import PlannedDate
from shared.clock import BERLIN

DAY, HALF_DAY = (time(9), time(16, 30)), (time(9), time(13))
"""Times of our own; everybody may change them."""
LOOKED_AHEAD = 120
"""Days; longer than any holidays: whoever finds no free day until then is told so."""
CARRIED_OUT = 4
"""Sessions of a coaching as it was carried out (IKKE-11); at least three there must be (IKKE-08)."""
IsClosed = Callable[[date], str | None]
"""Why nothing is planned on a day, or None."""
Days = list[tuple[date, str | None]]


@dataclass(frozen=True)
class Proposed:
    """A date that is proposed: a day of a step, the `number`th of them, and what was avoided before it."""

    step: str
    number: int
    starts_at: datetime
    ends_at: datetime
    avoided: str | None = None


class NoFreeDayError(Exception):
    """No free day within the days that are looked at; holds the step and the first day that was tried."""

    def __init__(self, step: Step, first: date) -> None:
        super().__init__(f"no free day for {step.code} from {first}")
        self.step, self.first = step, first


def propose(definition: Definition, known: Iterable[PlannedDate], first: date, closed: IsClosed) -> list[Proposed]:
    """Dates for every step that everybody comes to and that has too few; from `first` on, after what is `known`.

    Steps held in each house are agreed with each house. Raises NoFreeDayError.
    """
    planned = list(known)
    dates = {step.code: sorted(one.day for one in planned if one.step == step.code) for step in definition.steps}
    found = []
    for step in definition.steps:
        had = dates[step.code]
        if step.per_team or not wanted(step, len(had)):
            continue
        days = _days(step, had, earliest(step, dates, first), closed)
        found += [_proposed(step, len(had) + place, *day) for place, day in enumerate(days, start=1)]
        dates[step.code] = sorted([*had, *(day for day, _ in days)])
    return found


def wanted(step: Step, known: int) -> int:
    """How many dates a step still needs: as few as the rules allow, of a coaching as many as were carried out."""
    least = CARRIED_OUT if step.half_day and step.dates.most is None else step.dates.least
    return max(least - known, 0)


def earliest(step: Step, dates: Mapping[str, list[date]], first: date) -> date:
    """The first day a step may be proposed for: its lead after the last day of each step before it."""
    before = [dates[code][-1] for code in step.after if dates.get(code)]
    return max([first, *(day + timedelta(days=max(step.lead_days, 1)) for day in before)])


def _days(step: Step, had: Sequence[date], start: date, closed: IsClosed) -> Days:
    """Without a gap all days in a row; with one each on the first free day after it (IKKE-10, IKKE-20)."""
    count, gap = wanted(step, len(had)), step.gap_days.least if step.gap_days else 1
    if step.gap_days is None and not had:
        return _in_a_row(step, count, start, closed)
    found: Days = []
    last = had[-1] if had else None
    for _ in range(count):
        first = start if last is None else max(start, last + timedelta(days=gap))
        found += _in_a_row(step, 1, first, closed)
        last = found[-1][0]
    return found


def _in_a_row(step: Step, count: int, first: date, closed: IsClosed) -> Days:
    """The first so many days in a row that are all free, and what was avoided. Raises NoFreeDayError."""
    avoided: list[str] = []
    for start in (first + timedelta(days=ahead) for ahead in range(LOOKED_AHEAD)):
        days = [start + timedelta(days=ahead) for ahead in range(count)]
        reasons = [reason for reason in map(closed, days) if reason is not None]
        if not reasons:
            return [(day, _words(avoided) if day == start else None) for day in days]
        avoided += reasons
    raise NoFreeDayError(step, first)


def _words(avoided: Sequence[str]) -> str | None:
    return ", ".join(dict.fromkeys(avoided)) or None


def _proposed(step: Step, number: int, day: date, avoided: str | None) -> Proposed:
    starts, ends = (datetime.combine(day, at, tzinfo=BERLIN) for at in (HALF_DAY if step.half_day else DAY))
    return Proposed(step.code, number, starts, ends, avoided)
