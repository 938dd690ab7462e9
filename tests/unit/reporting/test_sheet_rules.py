"""Decisions on their way, reminders of transfers, and what a transfer cannot be; expected by hand (GP-07)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.reporting.sheets.rules import Known, check_transfer, due_on, months_after
from services.reporting.sheets.telling import decided
from shared.vocabulary.items import DecisionStanding as S

ITEM = UUID("7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b14")
HEARD = {"item_state": "selected", "item_decision": 2, "withdrawn": False}


def known(**values: Any) -> Known:
    common: dict[str, Any] = {"region": "rp", "item_id": ITEM, "revision": 2, "state": "decided", "reasons": "Gründe"}
    return Known(**common | {"outcome": "selected", "decided_on": date(2026, 11, 20)} | values)


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        ({}, S.UNKNOWN),
        (HEARD, S.ARRIVED),
        (HEARD | {"item_state": "published"}, S.ARRIVED),
        (HEARD | {"item_state": "in_review"}, S.UNDERWAY),
        (HEARD | {"item_decision": None}, S.UNDERWAY),  # selected before the board had decided, as in an old list
        (HEARD | {"item_decision": 1}, S.UNDERWAY),  # other reasons than it heard
        (HEARD | {"outcome": "not_selected"}, S.UNDERWAY),
        (HEARD | {"outcome": "not_selected", "item_state": "not_selected"}, S.ARRIVED),
        (HEARD | {"set_back": True}, S.UNDERWAY),
        (HEARD | {"withdrawn": True}, S.WITHDRAWN),
        (HEARD | {"withdrawn": True, "set_back": True}, S.UNDERWAY),  # its withdrawal is lost there
        (HEARD | {"state": "reopened"}, S.REOPENED),
    ],
)
def test_gp_07_a_decision_has_arrived_when_the_item_shows_it(values: dict[str, Any], standing: S) -> None:
    assert known(**values).standing is standing


def test_a_network_hears_outcome_day_and_reasons_and_neither_who_nor_what_is_too_long() -> None:
    told = decided(known(reasons="x" * 3000))
    assert set(type(told).model_fields) == {"item_id", "revision", "outcome", "decided_on", "reasons"}
    assert (told.revision, told.outcome, len(told.reasons)) == (2, "selected", 2000)


@pytest.mark.parametrize(
    ("begun", "half", "whole"),
    [
        (date(2026, 3, 15), date(2026, 9, 15), date(2027, 3, 15)),
        (date(2025, 8, 31), date(2026, 2, 28), date(2026, 8, 31)),
        (date(2027, 8, 31), date(2028, 2, 29), date(2028, 8, 31)),
        (date(2026, 12, 31), date(2027, 6, 30), date(2027, 12, 31)),
        (date(2024, 2, 29), date(2024, 8, 29), date(2025, 2, 28)),
        (date(2026, 6, 30), date(2026, 12, 30), date(2027, 6, 30)),
    ],
)
def test_reminders_come_after_six_and_twelve_months_whatever_the_end_of_a_month(
    begun: date, half: date, whole: date
) -> None:
    assert (months_after(begun, 6), months_after(begun, 12)) == (half, whole)
    assert due_on(begun, "begun", None) == half
    assert due_on(begun, "established", half) == whole
    assert due_on(begun, "begun", whole) is None
    assert due_on(begun, "ended", None) is None


def test_an_enquiry_before_the_day_answers_no_reminder_and_a_late_one_answers_both() -> None:
    begun = date(2025, 1, 10)
    assert due_on(begun, "begun", date(2025, 7, 9)) == date(2025, 7, 10)
    assert due_on(begun, "begun", date(2026, 2, 1)) is None


def test_a_transfer_goes_to_another_network_that_exists_and_has_begun() -> None:
    today = date(2026, 11, 27)
    assert check_transfer("rp", "sn", today, today) == []
    (own,) = check_transfer("rp", "rp", today, today)
    assert (own.field, "selbst aus Rheinland-Pfalz" in own.problem) == ("to_region", True)
    unknown, future = check_transfer("rp", "xx", date(2026, 11, 28), today)
    assert (unknown.field, "sn" in unknown.allowed) == ("to_region", True)
    assert (future.field, future.problem) == ("begun_on", "Der 28.11.2026 liegt in der Zukunft.")
