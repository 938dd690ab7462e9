"""Months that lists are filtered by."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.base import Month
from shared.recording import month_days

MONTHS = TypeAdapter[str](Month)


@pytest.mark.parametrize("month", ["1900-01", "2022-09", "2099-12"])
def test_every_month_that_is_accepted_has_days(month: str) -> None:
    first, after = month_days(MONTHS.validate_python(month))
    assert first < after


@pytest.mark.parametrize("month", ["0000-01", "9999-12", "2022-13", "2022-9", "22-09"])
def test_what_no_calendar_has_is_refused(month: str) -> None:
    with pytest.raises(ValidationError):
        MONTHS.validate_python(month)
