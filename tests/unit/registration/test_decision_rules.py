"""Which decision of the board holds, and what it makes of an item; expected by hand (GP-07, GP-10)."""

from datetime import date
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest

from services.registration.decisions.rules import holds, state_after

FIRST, NEXT = date(2026, 11, 20), date(2026, 11, 27)


def decision(revision: int, day: date = FIRST, outcome: str = "selected") -> Any:
    return SimpleNamespace(revision=revision, decided_on=day, outcome=outcome)


def test_in_any_order_the_same_decision_holds() -> None:
    told = [decision(1), decision(3, outcome="not_selected"), decision(5, NEXT)]
    for order in permutations(told):
        kept = None
        for one in (*order, order[0]):
            kept = one if holds(one, kept) else kept
        assert kept is told[2]


def test_a_centre_that_was_set_back_and_decides_anew_is_heard() -> None:
    assert holds(decision(1, NEXT), decision(4, FIRST))
    assert not holds(decision(1, FIRST), decision(4, FIRST))


@pytest.mark.parametrize(
    ("state", "outcome", "after"),
    [
        ("proposed", "selected", "selected"),
        ("in_review", "not_selected", "not_selected"),
        ("not_selected", "selected", "selected"),
        ("published", "selected", "published"),
        ("published", "not_selected", "not_selected"),
    ],
)
def test_gp_10_a_published_sheet_stays_so_while_it_is_selected(state: str, outcome: str, after: str) -> None:
    assert state_after(state, outcome) == after
