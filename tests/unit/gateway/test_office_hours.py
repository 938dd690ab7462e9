"""Opening times as people type them."""

import pytest

from services.gateway.pages.office_hours import spans_of
from shared.problems import Problem


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("9-12", ["09:00-12:00"]),
        ("9:00 bis 12:30 Uhr", ["09:00-12:30"]),
        ("8.15–10, 14:30 - 17", ["08:15-10:00", "14:30-17:00"]),
        ("9-12 und 14-16", ["09:00-12:00", "14:00-16:00"]),
        ("9-12; 14-16", ["09:00-12:00", "14:00-16:00"]),
    ],
)
def test_cns_16_opening_times_are_read_as_people_write_them(typed: str, spans: list[str]) -> None:
    found = spans_of(typed, 2)
    assert [f"{one['starts']}-{one['ends']}" for one in found] == spans
    assert {one["weekday"] for one in found} <= {2}


@pytest.mark.parametrize("typed", ["vormittags", "9", "9-25", "9:75-10", "-", "9-12 14-16"])
def test_what_cannot_be_read_is_named_with_its_day(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        spans_of(typed, 6)
    assert [one.field for one in refused.value.errors] == ["day_6"]
