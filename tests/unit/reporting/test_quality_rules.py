"""Rules of data quality on series, shares and silences: what they find, and that they never stumble (properties)."""

import math
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.periods import months, shifted
from services.reporting.quality import rules
from services.reporting.quality.parameters import load_rules
from services.reporting.quality.rules import Hit
from shared.vocabulary.quality import FindingRule

LAST = "2026-10"
BOOK = load_rules()
OUTLIER, EMPTY = BOOK.of(FindingRule.OUTLIER), BOOK.of(FindingRule.EMPTY_MONTH)
STATED, OFFICE = BOOK.of(FindingRule.NOT_STATED), BOOK.of(FindingRule.SILENT_OFFICE)
MONTHS = months("2023-11", LAST)
COUNTS = st.integers(0, 100_000)
SERIES = st.lists(COUNTS, min_size=0, max_size=len(MONTHS)).map(
    lambda counts: dict(zip(MONTHS[len(MONTHS) - len(counts) :], counts, strict=True))
)


def steady(value: int = 100, **more: int) -> dict[str, int]:
    """A series of three years that hardly moves, with months of its own (`m2026_09=7`)."""
    found = {month: value + (place % 3 - 1) * 4 for place, month in enumerate(MONTHS)}
    return found | {name[1:].replace("_", "-"): count for name, count in more.items()}


def outliers(series: dict[str, int]) -> list[Hit]:
    return list(rules.outliers(series, LAST, OUTLIER))


def test_a_month_far_from_the_own_history_is_found_with_what_was_expected() -> None:
    (hit,) = outliers(steady(m2026_09=260))
    assert (hit.period, hit.value) == ("2026-09", 260.0)
    assert hit.low is not None
    assert hit.high is not None
    assert hit.low < 96
    assert 104 < hit.high < 260
    assert hit.severity > 1
    (low,) = outliers(steady(m2026_09=9))
    assert low.low is not None
    assert low.low > 9


def test_the_modified_z_score_is_that_of_iglewicz_and_hoaglin() -> None:
    history = [80, 90, 100, 110, 200]  # median 100, deviations 20 10 0 10 100: MAD 10
    usual = rules.expected(history)
    assert usual.score(170) == pytest.approx(0.6745 * 70 / 10)
    assert usual.score(148) < OUTLIER["threshold"] < usual.score(153)


def test_an_outlier_in_the_history_does_not_hide_the_next_one() -> None:
    found = [hit.period for hit in outliers(steady(m2026_05=900, m2026_08=900))]
    assert found == ["2026-05", "2026-08"]


def test_a_small_change_of_a_constant_series_is_nothing_and_a_large_one_is() -> None:
    constant = dict.fromkeys(MONTHS, 100)
    assert outliers(constant | {"2026-09": 115}) == []
    assert [hit.period for hit in outliers(constant | {"2026-09": 190})] == ["2026-09"]
    assert outliers(dict.fromkeys(MONTHS, 1) | {"2026-09": 9}) == []  # within ten records


def test_a_short_series_says_nothing() -> None:
    short = dict.fromkeys(MONTHS[-int(OUTLIER["least"]) :], 100)
    assert outliers(short | {LAST: 5000}) == []


def test_what_is_so_each_year_is_no_outlier() -> None:
    each_august = {month: 20 for month in MONTHS if month.endswith("-08")}
    assert outliers(steady() | each_august) == []
    assert [hit.period for hit in outliers(steady() | {"2026-08": 20})] == ["2026-08"]


def test_the_running_month_is_never_looked_at() -> None:
    assert outliers(steady() | {shifted(LAST, 1): 3}) == []


def test_a_series_that_stops_is_told_once() -> None:
    stopped = {month: count for month, count in steady().items() if month < "2026-07"}
    assert [(hit.period, hit.value) for hit in outliers(stopped)] == [("2026-07", 0.0)]


@given(SERIES)
def test_every_hit_lies_outside_of_what_was_expected_and_has_a_history(series: dict[str, int]) -> None:
    for hit in outliers(series):
        assert hit.value is not None
        assert hit.low is not None
        assert hit.high is not None
        assert not hit.low < hit.value < hit.high
        before = [series[month] for month in series if shifted(hit.period, -24) <= month < hit.period and series[month]]
        assert len(before) >= OUTLIER["least"]
        assert abs(hit.value - median(before)) >= OUTLIER["deviation"]
        assert 1 <= hit.severity <= rules.MOST_SEVERE


@given(SERIES, st.integers(1, 6))
def test_later_months_do_not_change_what_is_said_of_a_month(series: dict[str, int], later: int) -> None:
    until = shifted(LAST, -later)
    known = {month: count for month, count in series.items() if month <= until}
    if not known.get(until):
        return  # whether a series stops depends on what follows
    early = {hit for hit in rules.outliers(known, until, OUTLIER) if hit.value}
    full = {hit for hit in outliers(series) if hit.period <= until and hit.value}
    assert {hit for hit in early if hit.period >= shifted(LAST, -5)} == full


@given(st.integers(0, 100_000), st.integers(0, 40))
def test_a_constant_series_is_never_found(value: int, length: int) -> None:
    series = dict.fromkeys(MONTHS[-length:] if length else [], value)
    assert outliers(series) == []
    assert list(rules.empty_months(series, LAST, EMPTY)) == []


@given(st.integers(1, 10_000), st.floats(1.0, 50.0))
def test_what_is_far_enough_away_is_always_found(value: int, times: float) -> None:
    spike = math.ceil(value + OUTLIER["threshold"] * max(math.sqrt(value), 1) * times + OUTLIER["deviation"] + 1)
    series = dict.fromkeys(MONTHS, value) | {"2026-09": spike}
    assert "2026-09" in [hit.period for hit in outliers(series)]


def empty(series: dict[str, int]) -> list[str]:
    return [hit.period for hit in rules.empty_months(series, LAST, EMPTY)]


def test_a_month_without_records_between_others_is_found() -> None:
    series = steady()
    del series["2026-06"]
    assert empty(series) == ["2026-06"]
    assert empty(steady(m2026_06=0)) == ["2026-06"]


@pytest.mark.parametrize(
    "series",
    [
        {},
        {"2026-03": 40, "2026-05": 40},  # no history that says what is usual
        {month: 2 for month in MONTHS if month != "2026-06"},  # too thin
        {month: 50 for month in MONTHS if not month.endswith("-08")},  # closed each August
        {month: 50 for month in MONTHS if month < "2026-06"},  # ended: no month after it
    ],
)
def test_what_is_no_missing_month(series: dict[str, int]) -> None:
    assert empty(series) == []


@given(SERIES)
def test_an_empty_month_is_empty_and_lies_between_others(series: dict[str, int]) -> None:
    filled = [month for month, count in series.items() if count]
    for month in empty(series):
        assert not series.get(month)
        assert min(filled) < month < max(filled)


def stated(recent: int, before: int, whole: int = 100) -> list[Hit]:
    """Share of missing statements in the newest three months, and in those before."""
    missing = {month: recent if month >= "2026-08" else before for month in MONTHS}
    return list(rules.not_stated(missing, dict.fromkeys(MONTHS, whole), LAST, STATED))


def test_a_share_of_not_stated_is_found_above_the_bound_and_rising() -> None:
    (hit,) = stated(25, 5)
    assert (hit.period, hit.value, hit.high) == (LAST, 0.25, 0.1)
    assert stated(25, 24) == []  # much, but as ever
    assert stated(8, 1) == []  # rising, but below the bound
    assert stated(3, 0, whole=10) == []  # too few records
    assert list(rules.not_stated({}, {}, LAST, STATED)) == []


@pytest.mark.parametrize(
    ("month", "silent"), [(LAST, False), ("2026-08", False), ("2026-07", True), ("2020-01", False)]
)
def test_an_office_is_silent_from_a_bound_on_until_it_is_forgotten(month: str, silent: bool) -> None:
    found = list(rules.silent_office(month, LAST, OFFICE))
    assert bool(found) == silent
    assert not silent or found[0].value == 3.0


def test_a_network_is_silent_after_a_day_or_if_it_never_spoke() -> None:
    parameters: dict[str, Any] = dict(BOOK.of(FindingRule.SILENT_NETWORK))
    assert list(rules.silent_network(0.9, parameters)) == []
    (old,) = rules.silent_network(3.5, parameters)
    (never,) = rules.silent_network(None, parameters)
    assert (old.value, never.value) == (3.0, None)
    assert old.severity > never.severity
