"""Which registrations are taken: teams of two to four led by a graduate, one per house, in time to the microsecond."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.registration.enrolment.rules import offer_ends, refusals, state_at, to_be_decided
from services.registration.programmes.admission import Applicant, Member
from services.registration.run_tables import TrainingRunRow
from shared.vocabulary import RunState

BERLIN = ZoneInfo("Europe/Berlin")
DEADLINE = datetime(2026, 4, 15, 22, tzinfo=UTC)
LEAD, OTHER = Member(graduate=True, lead=True), Member()
IN_TIME = DEADLINE - timedelta(days=1)


def run(**more: Any) -> TrainingRunRow:
    """A run of IKÖ 4.0 that is open."""
    values: dict[str, Any] = {
        "run_id": UUID(int=1),
        "carrier_id": UUID(int=2),
        "recorded_on": date(2026, 1, 1),
        "programme": "iko",
        "programme_line": "intercultural",
        "state": "registration_open",
        "public_title": "IKÖ 4.0",
        "starts_on": date(2026, 9, 1),
        "min_places": 3,
        "max_places": 8,
        "deadline": DEADLINE,
        "policy": "strict",
    }
    return TrainingRunRow(**values | more)


def rules(
    applicant: Applicant, house: str | None = "jc", of: TrainingRunRow | None = None, *, late: bool = False
) -> Any:
    """Fields that a registration is refused for."""
    return [one.field for one in refusals(of or run(), applicant, house, late=late)]


def team(*members: Member, at: datetime = IN_TIME, **more: Any) -> Applicant:
    """A binding registration with a topic."""
    return Applicant(**{"members": members, "topic": "Sprache", "binding": True, "submitted_at": at} | more)


@pytest.mark.parametrize(
    ("members", "fields"),
    [
        ([LEAD, OTHER], []),
        ([LEAD, OTHER, OTHER, OTHER], []),
        ([LEAD], ["members"]),
        ([LEAD, OTHER, OTHER, OTHER, OTHER], ["members"]),
        ([OTHER, OTHER], ["members"]),
        ([Member(graduate=True), Member(lead=True)], ["members"]),
    ],
)
def test_iko_02_iko_03_iko_04_a_team_of_two_to_four_is_led_by_a_graduate(members: Any, fields: list[str]) -> None:
    assert rules(team(*members)) == fields


def test_iko_01_a_registration_has_a_house_once_a_topic_and_is_binding() -> None:
    assert rules(team(LEAD, OTHER, topic=None, binding=False), None) == ["topic", "binding", "house"]
    assert rules(team(LEAD, OTHER, house_registered=True)) == ["house"]


@pytest.mark.parametrize(("after", "fields"), [(0, []), (1, ["submitted_at"]), (1_000_000, ["submitted_at"]), (-1, [])])
def test_iko_06_a_microsecond_after_the_deadline_is_late_but_for_an_exception(after: int, fields: list[str]) -> None:
    at = DEADLINE + timedelta(microseconds=after)
    assert rules(team(LEAD, OTHER, at=at)) == fields
    assert rules(team(LEAD, OTHER, at=at), late=True) == []


def test_iko_06_a_deadline_in_the_hour_that_comes_twice_is_an_instant() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    again = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert rules(team(LEAD, OTHER, at=again), of=run(deadline=first)) == ["submitted_at"]
    assert rules(team(LEAD, OTHER, at=first), of=run(deadline=again)) == []


def test_a_closed_or_decided_run_is_never_opened_again_by_a_later_deadline() -> None:
    for state in (RunState.REGISTRATION_CLOSED, RunState.CONFIRMED, RunState.CANCELLED):
        assert rules(team(LEAD, OTHER), of=run(state=state.value)) == ["submitted_at"]


def test_a_run_opens_closes_and_is_decided_by_the_clock_or_opened_by_hand() -> None:
    opens = DEADLINE - timedelta(days=30)
    waiting = run(state="announced", opens_at=opens)
    assert state_at(waiting, opens - timedelta(microseconds=1)) is RunState.ANNOUNCED
    assert rules(team(LEAD, OTHER, at=opens - timedelta(seconds=1)), of=waiting) == ["submitted_at"]
    assert state_at(waiting, opens) is RunState.REGISTRATION_OPEN
    assert rules(team(LEAD, OTHER, at=opens), of=waiting) == []
    assert rules(team(LEAD, OTHER, at=opens - timedelta(days=1)), of=run(opens_at=opens)) == []  # by hand
    assert state_at(waiting, DEADLINE) is RunState.REGISTRATION_OPEN
    assert state_at(waiting, DEADLINE + timedelta(microseconds=1)) is RunState.REGISTRATION_CLOSED
    assert not to_be_decided(waiting, DEADLINE + timedelta(seconds=59))
    assert to_be_decided(waiting, DEADLINE + timedelta(seconds=60))
    assert not to_be_decided(run(state="announced"), DEADLINE + timedelta(days=1))  # never opened


def test_an_offer_ends_after_some_days_or_with_the_beginning() -> None:
    assert offer_ends(run(), DEADLINE, 3) == DEADLINE + timedelta(days=3)
    assert offer_ends(run(), datetime(2026, 8, 31, tzinfo=UTC), 3) == datetime(2026, 8, 31, 22, tzinfo=UTC)
