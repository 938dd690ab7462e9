"""The period of a page: a year or one of its quarters, and what of it had ended by the Stichtag."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.gateway.languages import _
from services.gateway.rendering import label
from shared.clock import month_of
from shared.problems import FieldProblem, invalid

FIRST_YEAR = 2015
QUARTERS = ("1", "2", "3", "4")
YEARS_SHOWN = 3
Span = tuple[str, str]
"""First and last month, inclusive."""


@dataclass(frozen=True)
class Period:
    """A year, or a quarter of it; `as_of` is the Stichtag of the page."""

    year: int
    quarter: int | None
    as_of: date

    @property
    def span(self) -> Span:
        """Its months."""
        if self.quarter is None:
            return f"{self.year}-01", f"{self.year}-12"
        return f"{self.year}-{self.quarter * 3 - 2:02d}", f"{self.year}-{self.quarter * 3:02d}"

    @property
    def title(self) -> str:
        """The period in words."""
        return str(self.year) if self.quarter is None else label(f"{self.year}-Q{self.quarter}", "quarter")

    @property
    def compared(self) -> Span | None:
        """Those of its months that had ended by the Stichtag; a month that still runs is compared with none."""
        first, last = self.span
        ended = min(last, shifted(month_of(self.as_of + timedelta(days=1)), -1))
        return (first, ended) if first <= ended else None

    @property
    def before(self) -> Span | None:
        """The same months a year before."""
        if self.compared is None:
            return None
        return shifted(self.compared[0], -12), shifted(self.compared[1], -12)

    @property
    def running(self) -> bool:
        """Whether it had not ended by the Stichtag."""
        return self.compared != self.span

    @property
    def window(self) -> Span:
        """The months of a trend: three years with that of the period, as far as they have begun."""
        last = max(min(f"{self.year}-12", month_of(self.as_of)), f"{self.year}-01")
        return f"{self.year - YEARS_SHOWN + 1}-01", last


def read_period(year: str, quarter: str, as_of: date, today: date) -> Period:
    """Read year and quarter as typed; none is this year, and all of it.

    Raises Problem 422 for what is none, or has not begun yet.
    """
    years = _("Bitte ein Jahr von {first} bis {last} wählen.").format(first=FIRST_YEAR, last=today.year)
    if year and not (year.isdecimal() and year.isascii()):
        raise invalid(FieldProblem("jahr", year[:20], _("Das ist kein Jahr."), years))
    chosen = int(year[:6]) if year else today.year
    if not FIRST_YEAR <= chosen <= today.year:
        raise invalid(FieldProblem("jahr", year[:20], _("Für dieses Jahr gibt es hier keine Zahlen."), years))
    if quarter and quarter not in QUARTERS:
        remedy = _("Bitte 1, 2, 3 oder 4 wählen, oder keines für das ganze Jahr.")
        raise invalid(FieldProblem("quartal", quarter[:20], _("Das ist kein Quartal."), remedy))
    found = Period(chosen, int(quarter) if quarter else None, as_of)
    if found.span[0] > month_of(today):
        problem = _("Dieses Quartal hat noch nicht begonnen.")
        raise invalid(FieldProblem("quartal", quarter, problem, _("Bitte ein früheres wählen.")))
    return found


def shifted(month: str, by: int) -> str:
    """The month so many months later (or, below zero, earlier)."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months(first: str, last: str) -> list[str]:
    """All months from one to another, inclusive."""
    found = [first]
    while found[-1] < last:
        found.append(shifted(found[-1], 1))
    return found if first <= last else []


def quarters(first: str, last: str) -> list[tuple[str, Span]]:
    """The quarters that begin in these months, each with its months up to the last."""
    starts = [month for month in months(first, last) if int(month[5:7]) % 3 == 1]
    return [(f"{start[:4]}-Q{int(start[5:7]) // 3 + 1}", (start, min(shifted(start, 2), last))) for start in starts]


def year_earlier(day: date) -> date:
    """The same day a year before; of a leap day the one before it."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
