"""Periods: which months a value means, and whether filters of periods exclude one another."""

import pytest

from services.reporting.catalogue import load_catalogue
from services.reporting.edition_tables import _meant
from services.reporting.periods import FIRST, LAST, meets, months, span


@pytest.mark.parametrize(
    ("dimension", "value", "expected"),
    [
        ("month", "2022-09", ("2022-09", "2022-09")),
        ("quarter", "2022-Q1", ("2022-01", "2022-03")),
        ("quarter", "2022-Q4", ("2022-10", "2022-12")),
        ("year", "2022", ("2022-01", "2022-12")),
        ("month", "running", (FIRST, LAST)),
        ("quarter", "running", (FIRST, LAST)),
        ("year", "running", (FIRST, LAST)),
        ("nationality", "SY", (FIRST, LAST)),
    ],
)
def test_span(dimension: str, value: str, expected: tuple[str, str]) -> None:
    assert span(dimension, value) == expected


def test_months() -> None:
    assert months("2021-11", "2022-02") == ["2021-11", "2021-12", "2022-01", "2022-02"]
    assert months("2022-02", "2022-01") == []


@pytest.mark.parametrize(
    ("first", "last", "filters", "expected"),
    [
        (None, None, [], True),
        ("2021-03", "2022-02", [("year", ("2021",))], True),
        ("2021-03", "2022-02", [("year", ("2023",))], False),
        (None, None, [("year", ("2021",)), ("quarter", ("2022-Q1",))], False),
        (None, None, [("year", ("2021", "2022")), ("quarter", ("2022-Q1",))], True),
        (None, None, [("month", ("running",))], True),
        (None, None, [("year", ("2021",)), ("nationality", ("SY",))], True),
    ],
)
def test_meets(first: str | None, last: str | None, filters: list[tuple[str, tuple[str, ...]]], expected: bool) -> None:
    assert meets(first, last, filters) is expected


def test_of_an_edition_too_what_runs_has_no_month() -> None:
    ends = load_catalogue()["qualification_ends"]
    quarter = {"2022-04", "2022-05", "2022-06"}
    assert _meant(ends, "quarter", ("2022-Q2", "running")) == ("month_ended", quarter | {"running"})
    assert _meant(ends, "year", ("running",)) == ("month_ended", {"running"})
