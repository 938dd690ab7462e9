"""A run's own days and a date's own times: what cannot be reckoned with, what lies in the wrong order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.registration.programmes.definition import definitions
from services.registration.runs.rules import check_date, check_run
from shared.vocabulary import Programme

RUN: dict[str, Any] = {"starts_on": date(2027, 3, 4), "ends_on": None, "min_places": 3, "max_places": 8}
RUN |= {"opens_at": None, "deadline": None, "published": False}
NINE = datetime(2027, 3, 4, 9, tzinfo=UTC)
DATE: dict[str, Any] = {"step": "kickoff", "starts_at": NINE, "ends_at": NINE + timedelta(hours=7)}
DATE |= {"registration_id": None}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_on": date.min}, "starts_on"),
        ({"ends_on": date.max}, "ends_on"),
        ({"opens_at": datetime.min.replace(tzinfo=UTC)}, "opens_at"),
        ({"deadline": datetime.max.replace(tzinfo=UTC)}, "deadline"),
        ({"min_places": 9}, "min_places"),
        ({"published": True}, "deadline"),
    ],
)
def test_a_run_with_days_or_sizes_that_cannot_be_is_refused(changed: dict[str, Any], field: str) -> None:
    assert [one.field for one in check_run(RUN | changed)] == [field]
    assert check_run(RUN) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_at": datetime.min.replace(tzinfo=UTC)}, "starts_at"),
        ({"ends_at": NINE}, "ends_at"),
        ({"ends_at": NINE + timedelta(hours=15)}, "ends_at"),
        ({"step": "nothing"}, "step"),
        ({"step": "coaching_1"}, "registration_id"),
        ({"registration_id": uuid4()}, "registration_id"),
    ],
)
def test_a_date_out_of_its_step_or_its_day_is_refused(changed: dict[str, Any], field: str) -> None:
    definition = definitions()[Programme.IKO]
    assert [one.field for one in check_date(DATE | changed, definition)] == [field]
    assert check_date(DATE, definition) == []
