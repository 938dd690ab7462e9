"""Rules of a case, without a database."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.counselling.cases.rules import (
    check_offer,
    handover_state,
    is_closed_circle,
    is_set_up,
    may_see,
    proposes_case_management,
)

DAY = date(2026, 11, 26)


@dataclass(frozen=True)
class Case:
    """What the rules look at."""

    programme_line: str = "recognition_counselling"
    protected: bool = False
    owner: str = "ada"
    deputy: str | None = "bea"


@pytest.mark.parametrize(
    ("occasions", "bodies", "proposed"),
    [
        ([], [], False),
        ([], ["lawyer"], False),
        (["pay", "dismissal"], [], False),
        ([], ["lawyer", "lawyer"], False),
        ([], ["lawyer", "job_centre"], True),
        (["pay", "dismissal"], ["lawyer"], True),
    ],
)
def test_cns_11_several_problems_and_bodies_propose_case_management(
    occasions: list[str], bodies: list[str], proposed: bool
) -> None:
    assert proposes_case_management("short", occasions, bodies) is proposed
    assert not proposes_case_management("case_management", occasions, bodies)


@pytest.mark.parametrize(
    ("method", "aim", "steps", "expected"),
    [
        ("short", None, [], True),
        ("case_management", None, ["open"], False),
        ("case_management", "Arbeit", [], False),
        ("case_management", "Arbeit", ["dropped"], False),
        ("case_management", "Arbeit", ["done"], True),
    ],
)
def test_cns_12_case_management_needs_a_help_plan(
    method: str, aim: str | None, steps: list[str], expected: bool
) -> None:
    assert is_set_up(method, aim, steps) is expected


@pytest.mark.parametrize(
    ("case", "closed"), [(Case(), False), (Case(protected=True), True), (Case("migration_service"), True)]
)
def test_top_02_a_closed_circle_is_owner_and_deputy(case: Case, closed: bool) -> None:
    assert is_closed_circle(case) is closed
    assert [may_see(case, who) for who in ("ada", "bea", "eva")] == [True, True, not closed]


def test_an_offer_holds_for_14_days_and_what_was_decided_stays() -> None:
    assert handover_state("offered", DAY, DAY) == "offered"
    assert handover_state("offered", DAY, date(2026, 11, 27)) == "expired"
    assert handover_state("accepted", DAY, date(2027, 1, 1)) == "accepted"


@pytest.mark.parametrize(
    ("case", "to", "office", "field"),
    [
        (Case(), "eva", None, None),
        (Case(), None, "MZ", None),
        (Case(), None, None, "to"),
        (Case(), "eva", "MZ", "to"),
        (Case(), "ada", None, "to"),
        (Case(protected=True), None, "MZ", "office"),
        (Case(protected=True), "eva", None, None),
    ],
)
def test_an_offer_names_one_receiver_and_a_protected_case_goes_to_no_office(
    case: Case, to: str | None, office: str | None, field: str | None
) -> None:
    assert [problem.field for problem in check_offer(case, to, office)] == ([field] if field else [])
