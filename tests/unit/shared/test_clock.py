"""Days are days in Berlin, instants are UTC, through both changes of the clock."""

from datetime import UTC, date, datetime

import pytest

from shared import clock
from tests.support.clock import clock_at


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Winter: an hour ahead of UTC. The clock went forward on 27 March 2022 at 2 o'clock.
        ("2022-03-26T22:30:00Z", "2022-03-26"),
        ("2022-03-26T22:59:59Z", "2022-03-26"),
        ("2022-03-26T23:00:00Z", "2022-03-27"),
        ("2022-03-26T23:30:00Z", "2022-03-27"),
        # Summer: two hours ahead.
        ("2022-03-27T21:30:00Z", "2022-03-27"),
        ("2022-03-27T21:59:59Z", "2022-03-27"),
        ("2022-03-27T22:00:00Z", "2022-03-28"),
        ("2022-03-27T22:30:00Z", "2022-03-28"),
        # The clock went back on 30 October 2022 at 3 o'clock; half past two came twice.
        ("2022-10-29T21:30:00Z", "2022-10-29"),
        ("2022-10-29T22:30:00Z", "2022-10-30"),
        ("2022-10-30T00:30:00Z", "2022-10-30"),
        ("2022-10-30T01:30:00Z", "2022-10-30"),
        ("2022-10-30T22:30:00Z", "2022-10-30"),
        ("2022-10-30T22:59:59Z", "2022-10-30"),
        ("2022-10-30T23:00:00Z", "2022-10-31"),
        # New Year's Eve and a leap day.
        ("2018-12-31T22:30:00Z", "2018-12-31"),
        ("2018-12-31T23:30:00Z", "2019-01-01"),
        ("2020-02-28T23:30:00Z", "2020-02-29"),
        ("2020-02-29T23:30:00Z", "2020-03-01"),
    ],
)
def test_today_is_the_day_in_berlin(instant: str, day: str) -> None:
    with clock_at(datetime.fromisoformat(instant)):
        assert clock.today() == date.fromisoformat(day)


def test_now_is_the_instant_in_utc() -> None:
    instant = datetime.fromisoformat("2022-03-27T22:30:00Z")
    with clock_at(instant):
        assert clock.now() == instant
        assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "month"), [("2018-12-31", "2018-12"), ("2019-01-01", "2019-01"), ("2022-10-30", "2022-10")]
)
def test_month_of_a_day(day: str, month: str) -> None:
    assert clock.month_of(date.fromisoformat(day)) == month
