"""Dates proposed from the rules: free days of the Land, far enough apart, and never against a rule of the programme."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import pytest

from services.registration.programmes.calendars import closed, school_known
from services.registration.programmes.definition import Strength, definitions
from services.registration.programmes.plan import Frame, PlannedDate, check_plan
from services.registration.programmes.proposing import NoFreeDayError, Proposed, propose
from shared.clock import BERLIN
from shared.topology import load_topology
from shared.vocabulary import Programme

BW = partial(closed, "BW")


def days(found: list[Proposed], step: str) -> list[date]:
    return [one.starts_at.astimezone(BERLIN).date() for one in found if one.step == step]


def planned(found: list[Proposed]) -> list[PlannedDate]:
    return [PlannedDate(one.step, one.starts_at, one.ends_at) for one in found]


@pytest.mark.parametrize(
    ("land", "day", "reason"),
    [
        ("BW", date(2027, 1, 16), "Wochenende"),
        ("BW", date(2027, 1, 6), "Heilige Drei Könige"),
        ("SN", date(2027, 11, 17), "Buß- und Bettag"),
        ("RP", date(2027, 7, 5), "Sommerferien"),
        ("RP", date(2027, 10, 4), "Herbstferien"),
        ("SL", date(2027, 2, 8), "Winterferien"),
        ("RP", date(2027, 2, 8), None),
        ("SN", date(2027, 1, 6), None),
        ("Rheinland-Pfalz", date(2027, 10, 4), "Herbstferien"),
        ("Insel", date(2027, 10, 4), None),
    ],
)
def test_days_of_a_land_are_closed_for_what_its_calendar_says(land: str, day: date, reason: str | None) -> None:
    assert closed(land, day) == reason


def test_every_land_has_its_school_holidays_for_two_years_and_says_when_they_are_not_known_yet() -> None:
    lands = [network.land for network in load_topology().values()]
    assert len(lands) >= 16
    assert all(school_known(land, date(2028, 6, 1)) for land in lands)
    assert not any(school_known(land, date(2045, 1, 10)) for land in lands)


def test_ikke_10_four_half_days_lie_six_to_eight_weeks_apart_outside_holidays() -> None:
    found = propose(definitions()[Programme.IKKE_MIB], [], date(2027, 1, 11), partial(closed, "RP"))
    sessions = days(found, "coaching")
    assert len(sessions) == 4
    assert all((after - before).days >= 42 for before, after in pairwise(sessions))
    assert all(
        closed("RP", day) is None for step in ("seminar", "coaching", "verstetigung") for day in days(found, step)
    )
    half = [one for one in found if one.step == "coaching"]
    assert all(one.ends_at - one.starts_at == timedelta(hours=4) for one in half)
    assert len(days(found, "seminar")) == 1, "the least that IKKE-02 asks for"


@pytest.mark.parametrize("programme", [Programme.IKKE_MIB, Programme.IKBO, Programme.IKO, Programme.SPECIALIZED])
@pytest.mark.parametrize("land", ["RP", "SN", "BW"])
def test_what_is_proposed_breaks_no_hard_rule(programme: Programme, land: str) -> None:
    definition = definitions()[programme]
    for start in (date(2027, 1, 4) + timedelta(days=17 * place) for place in range(12)):
        found = propose(definition, [], start, partial(closed, land))
        frame = Frame((3, 8), start, process="IKÖ")
        findings = check_plan(definition, planned(found), frame)
        assert [one for one in findings if one.strength is Strength.HARD] == []
        assert all(closed(land, one.day) is None for one in planned(found))


def test_iko_19_both_days_of_a_seminar_lie_together_and_what_was_avoided_is_said() -> None:
    found = propose(definitions()[Programme.IKO], [], date(2027, 7, 8), BW)
    first, second = days(found, "seminar_1")
    assert second - first == timedelta(days=1)
    assert first >= date(2027, 7, 8) + timedelta(days=56)
    assert "Sommerferien" in str(next(one.avoided for one in found if one.step == "seminar_1"))
    assert not days(found, "coaching_1"), "agreed with each house"


def test_what_is_planned_already_stays_and_only_what_is_missing_is_proposed() -> None:
    definition = definitions()[Programme.IKKE_MIB]
    whole = planned(propose(definition, [], date(2027, 1, 11), BW))
    assert propose(definition, whole, date(2027, 1, 11), BW) == []
    without = [one for one in whole if one.step != "verstetigung"]
    again = propose(definition, without, date(2027, 1, 11), BW)
    assert [one.step for one in again] == ["verstetigung", "verstetigung"]
    assert [one.number for one in again] == [1, 2]
    last = max(one.day for one in without if one.step == "coaching")
    assert min(days(again, "verstetigung")) > last


def test_where_no_day_is_free_the_step_is_named() -> None:
    with pytest.raises(NoFreeDayError) as error:
        propose(definitions()[Programme.IKO], [], date(2027, 1, 11), lambda _day: "Streik")
    assert error.value.step.code == "kickoff"
