"""Times of an office: cut into slots by the local clock, closed days, places, what may be booked."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from services.registration.appointments import rules
from services.registration.appointments.rules import Opening, Plan, Slot
from services.registration.appointments.tickets import hash_of, token_of
from shared.clock import BERLIN

MONDAY = date(2026, 12, 7)
MORNING = Opening(0, time(9), time(11, 20))


def plan(*openings: Opening, minutes: int = 45, places: int = 2, closed: tuple[date, ...] = ()) -> Plan:
    return Plan(openings or (MORNING,), closed, minutes, places)


def local(slots: list[Slot]) -> list[str]:
    return [f"{slot.starts_at.astimezone(BERLIN):%H:%M}" for slot in slots]


def at(text: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), tzinfo=BERLIN).astimezone(UTC)


def test_a_span_is_cut_into_slots_and_what_does_not_fit_is_left_out() -> None:
    assert local(rules.slots(plan(), MONDAY)) == ["09:00", "09:45", "10:30"]
    assert local(rules.slots(plan(minutes=60), MONDAY)) == ["09:00", "10:00"]
    assert rules.slots(plan(), MONDAY + timedelta(days=1)) == []
    assert rules.slots(plan(closed=(MONDAY,)), MONDAY) == []
    afternoon = Opening(0, time(14), time(15))
    assert local(rules.slots(plan(afternoon, MORNING), MONDAY)) == ["09:00", "09:45", "10:30", "14:00"]


def test_an_office_opens_by_its_own_clock_in_summer_and_winter() -> None:
    for day, hour in ((date(2026, 7, 6), 7), (date(2026, 12, 7), 8)):
        assert rules.slots(plan(), day)[0].starts_at == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "wanted", "said"),
    [
        (at("09:00"), at("09:00"), rules.PAST),
        (at("08:00"), at("09:45"), rules.SOON),
        (at("09:00") - timedelta(days=70), at("09:00"), rules.FAR),
        (at("06:00"), at("09:10"), rules.CLOSED),
        (at("06:00"), at("09:00", MONDAY + timedelta(days=1)), rules.CLOSED),
        (at("06:00"), at("09:00"), None),
    ],
    ids=["past", "soon", "far", "off the grid", "closed day", "good"],
)
def test_cns_15_a_time_is_refused_with_its_reason(
    now: datetime, wanted: datetime, said: tuple[str, str] | None
) -> None:
    found = rules.check_time(plan(), wanted, now, staff=False)
    assert [(one.problem, one.remedy) for one in found] == ([said] if said else [])
    by_staff = rules.check_time(plan(), wanted, now, staff=True)
    assert bool(by_staff) == (said in (rules.PAST, rules.CLOSED))  # who answers the telephone knows what is possible


def test_cns_16_cns_26_a_person_chooses_among_the_languages_and_ways_of_the_office() -> None:
    def said(language: str | None, channel: str) -> list[str]:
        return [one.field for one in rules.check_choice(["de", "ar"], ["phone", "digital"], language, channel)]

    assert said("ar", "digital") == said(None, "phone") == []
    assert said("uk", "in_person") == ["language", "channel"]


def test_a_place_is_free_unless_somebody_sits_there_at_an_overlapping_time() -> None:
    slot = rules.slots(plan(), MONDAY)[1]
    before, after = (at("09:00"), at("09:45"), 1), (at("10:30"), at("11:15"), 1)
    assert rules.places_left(plan(), slot, [before, after]) == 2
    assert rules.places_left(plan(), slot, [(at("09:30"), at("09:50"), 1)]) == 1
    assert rules.places_left(plan(), slot, [(at("09:30"), at("09:50"), 1), (at("10:00"), at("10:10"), 2)]) == 0
    assert rules.places_left(plan(places=1), slot, [(at("09:45"), at("10:30"), 2)]) == 1


@pytest.mark.parametrize(
    ("openings", "fields"),
    [
        ([Opening(0, time(9), time(12)), Opening(0, time(12), time(14)), Opening(1, time(9), time(12))], []),
        ([Opening(0, time(9), time(12)), Opening(0, time(11), time(14))], ["day_0"]),
        ([Opening(3, time(12), time(9))], ["day_3"]),
        ([Opening(4, time(9), time(9, 30))], ["day_4"]),
    ],
    ids=["good", "overlap", "backwards", "too short"],
)
def test_cns_16_opening_times_that_cannot_be_are_named_by_their_day(openings: list[Opening], fields: list[str]) -> None:
    assert [one.field for one in rules.check_openings(openings, 45)] == fields


def test_a_token_is_long_stable_and_another_for_each_appointment_and_network() -> None:
    one, other = uuid4(), uuid4()
    tokens = {token_of(key, secret) for key in (one, other) for secret in ("a" * 32, "b" * 32)}
    assert len(tokens) == 4
    assert {len(token) for token in tokens} == {43}
    assert token_of(one, "a" * 32) in tokens
    assert hash_of(token_of(one, "a" * 32)) not in tokens
