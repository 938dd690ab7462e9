"""Months that lists are filtered by."""

import re

import pytest

from shared.recording import MONTH, month_days


@pytest.mark.parametrize("month", ["1900-01", "2022-09", "2099-12"])
def test_every_month_that_is_accepted_has_days(month: str) -> None:
    assert re.fullmatch(MONTH, month)
    first, after = month_days(month)
    assert first < after


@pytest.mark.parametrize("month", ["0000-01", "9999-12", "2022-13", "2022-9", "22-09"])
def test_what_no_calendar_has_is_refused(month: str) -> None:
    assert not re.fullmatch(MONTH, month)
