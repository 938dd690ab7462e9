"""Rules on a series of months, a share, a silence: numbers in, hits out; no framework (sources: `rules.toml`).

A series tells its months with records; a month that is missing between them is empty. The running month is not in it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from services.reporting.periods import months as months_between
from services.reporting.periods import shifted

NORMAL = 0.6745
"""The 0.75 quantile of the standard normal distribution: MAD / 0.6745 estimates its standard deviation."""
MOST_SEVERE = 10.0
Months = Mapping[str, int]
Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Hit:
    """What a rule found: month or round, the number, the range expected, how far beyond the bound (1: at it).

    `value_of` names the value of a dimension where a rule looks at several.
    """

    period: str
    value: float | None
    low: float | None
    high: float | None
    severity: float
    value_of: str = ""


@dataclass(frozen=True)
class Expected:
    """Median of a history and its robust scale."""

    middle: float
    scale: float

    def score(self, value: float) -> float:
        """Modified z-score (Iglewicz and Hoaglin), with its sign."""
        return (value - self.middle) / self.scale


def severity(ratio: float) -> float:
    """A ratio to a bound, bounded itself so that one finding does not hide all others."""
    return round(min(max(ratio, 0.0), MOST_SEVERE), 3)


def expected(history: Sequence[int]) -> Expected:
    """What a history leads to expect.

    Counts vary at least like Poisson counts, so the scale is never below the root of the median: of a constant series,
    whose MAD is zero, not every change is an outlier.
    """
    middle = float(median(history))
    mad = float(median(abs(value - middle) for value in history))
    return Expected(middle, max(mad / NORMAL, math.sqrt(middle), 1.0))


def outliers(series: Months, last: str, p: Parameters) -> Iterator[Hit]:
    """Months up to `last` that lie outside the own history (Hampel identifier with a modified z-score of 3.5).

    Empty months are no part of a history (a seasonal gap, a break) and are for `empty_months`; the first one after the
    last record is looked at here, as a series that stops is one of the outliers.
    """
    filled = {month for month, value in series.items() if value}
    ends = shifted(max(filled, default=""), 1) if filled else ""
    for month in months_between(shifted(last, 1 - int(p["evaluated"])), last):
        value = series.get(month, 0)
        if not value and month != ends:
            continue
        before = [series[m] for m in _window(month, int(p["history"])) if m in filled]
        if len(before) < p["least"]:
            continue
        usual = expected(before)
        score = usual.score(value)
        if abs(score) <= p["threshold"] or abs(value - usual.middle) < p["deviation"]:
            continue
        if _seasonal(series.get(shifted(month, -12), 0), usual, score, p):
            continue
        reach = p["threshold"] * usual.scale
        low, high = max(0.0, float(math.floor(usual.middle - reach))), float(math.ceil(usual.middle + reach))
        yield Hit(month, float(value), low, high, severity(abs(score) / p["threshold"]))


def _window(month: str, length: int) -> list[str]:
    return months_between(shifted(month, -length), shifted(month, -1))


def _seasonal(year_before: int, usual: Expected, score: float, p: Parameters) -> bool:
    """Whether the same month a year before differed the same way."""
    before = usual.score(year_before)
    return bool(year_before) and before * score > 0 and abs(before) > p["season"] * p["threshold"]


def empty_months(series: Months, last: str, p: Parameters) -> Iterator[Hit]:
    """Months without a record between months with records, in a dense series; not where it is so each year."""
    filled = {month for month, value in series.items() if value}
    if not filled:
        return
    first, newest = min(filled), min(max(filled), last)
    for month in months_between(max(first, shifted(last, 1 - int(p["evaluated"]))), newest):
        if month in filled:
            continue
        year_before = shifted(month, -12)
        if first < year_before and year_before not in filled:
            continue
        before = [series.get(m, 0) for m in _window(month, int(p["history"])) if m >= first]
        usual = float(median(before))
        if len(before) >= p["months"] and usual >= p["least"]:
            yield Hit(month, 0.0, 1.0, usual, severity(usual / p["least"]))


def not_stated(missing: Months, whole: Months, last: str, p: Parameters) -> Iterator[Hit]:
    """A share of *keine Angabe* above the bound and rising, in the newest months against those before."""
    recent = months_between(shifted(last, 1 - int(p["recent"])), last)
    before = _window(recent[0], int(p["before"]))
    base, base_before = (sum(whole.get(month, 0) for month in part) for part in (recent, before))
    if base < p["base"] or not base_before:
        return
    share, share_before = (
        sum(missing.get(month, 0) for month in part) / total for part, total in ((recent, base), (before, base_before))
    )
    if share >= p["bound"] and share >= share_before + p["rise"]:
        high = max(p["bound"], share_before)
        yield Hit(last, round(share, 4), 0.0, round(high, 4), severity(share / high))


def silent_office(last_recorded: str, last: str, p: Parameters) -> Iterator[Hit]:
    """An office whose newest month with a record is older than the bound; one that is silent for years is forgotten."""
    silence = len(months_between(shifted(last_recorded, 1), last))
    if p["months"] <= silence < p["forgotten"]:
        yield Hit(last_recorded, float(silence), None, p["months"], severity(silence / p["months"]))


def silent_network(days: float | None, p: Parameters) -> Iterator[Hit]:
    """A network whose last sign of life is too old, or (None) that never gave one."""
    if days is None:
        yield Hit("", None, None, p["days"], severity(1.0))
    elif days >= p["days"]:
        yield Hit("", float(math.floor(days)), None, p["days"], severity(2.0 + days / p["days"]))
