"""Rows of the cockpit's tables: a figure of a period, the same a year before where both may be compared, its trend."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.gateway.answers import asked_link
from services.gateway.cockpit.period import Period
from services.gateway.cockpit.series import Number, Series
from services.gateway.languages import _, told
from services.gateway.rendering import percent

NONE = Number(None)


@dataclass(frozen=True)
class Verdict:
    """Whether two periods may be compared, and what is said about it (`compare` of reporting).

    `caveat`: they may, with the sentence beside them.
    """

    comparable: bool
    sentence: str
    caveat: bool = False


@dataclass(frozen=True)
class Row:
    """A row; `problem` instead of numbers where the question was refused.

    `so_far`: of a period that has not ended, the part that is compared. `note`: why there is no change, or with what
    reservation there is one.
    """

    title: str
    page: str
    unit: str = ""
    what: str = ""
    now: Number = NONE
    so_far: Number = NONE
    before: Number = NONE
    change: str = ""
    note: str = ""
    trend: tuple[tuple[str, Number], ...] = field(default=())
    problem: str = ""

    def saying(self, what: str) -> "Row":
        """The same row with the name of what it counts."""
        return replace(self, what=what)

    @property
    def drawn(self) -> tuple[int, ...]:
        """The values of its trend; of a level those that were told."""
        return tuple(number.value for _, number in self.trend if number.value is not None)


def of_months(title: tuple[str, str, str], series: Series, period: Period, verdict: Verdict) -> Row:
    """The row of a figure that is counted by months; `title` is its text, its page and its unit."""
    span, earlier = period.compared, period.before
    so_far = series.number(span) if span else NONE
    before = series.number(earlier) if earlier else NONE
    change, note = changed(so_far, before, verdict)
    return Row(
        *title,
        what=_("Stand des letzten Monats mit Meldungen") if series.level else "",
        now=series.number(period.span),
        so_far=so_far,
        before=before,
        change=change,
        note=note,
        trend=tuple(series.by_quarter(period.window)),
    )


def of_stock(
    title: tuple[str, str, str], found: Mapping[str, Any], earlier: Mapping[str, Any], verdict: Verdict
) -> Row:
    """The row of a stock: as it was at the Stichtag, and a year before."""
    now, before = (Number(one["total"], asked_link(one)) for one in (found, earlier))
    change, note = changed(now, before, verdict)
    what = _("Bestand am Stichtag, daneben der ein Jahr davor")
    return Row(*title, what=what, now=now, so_far=now, before=before, change=change, note=note)


def changed(now: Number, before: Number, verdict: Verdict) -> tuple[str, str]:
    """The change in words, and what must be said of it; none where it may not be told."""
    if now.value is None or before.value is None:
        return "", _("Für einen Vergleich fehlt noch ein abgeschlossener Monat mit Zahlen.")
    if not verdict.comparable:
        return "", told(verdict.sentence)
    if before.value == 0:
        return "", "" if now.value == 0 else _(
            "Ein Jahr davor war der Wert null; eine Veränderung in Prozent gibt es dann nicht."
        )
    note = told(verdict.sentence) if verdict.caveat else ""
    if now.value == before.value:
        return _("unverändert"), note
    change = (now.value - before.value) * 100 / before.value
    return f"{'+' if change > 0 else '−'}{percent(abs(change))}", note  # the minus of numbers


def notes_of(rows: list[Row]) -> list[str]:
    """What is said below a table, each sentence once, in the order of the rows."""
    return list(dict.fromkeys(row.note for row in rows if row.note))
