"""What networks are told of each other's runs, and which runs are short: pure, on made-up runs."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.reporting.runs import Run, offers_for, short_runs, waiting_elsewhere
from shared.contracts.offers import MOST_OFFERS
from shared.contracts.registration import LeanRun
from shared.vocabulary import RunState
from tests.support.events import LEAN

TODAY = date(2027, 2, 1)
COMMON: dict[str, Any] = LEAN["run"] | {"revision": 1, "withdrawn": False, "recorded_on": date(2026, 11, 20)}


def run(region: str, number: int, **values: Any) -> Run:
    return Run(region, LeanRun(run_id=UUID(int=number), **COMMON | values))


def numbers(region: str, *runs: Run) -> list[int]:
    return [offer.run_id.int for offer in offers_for(region, runs, TODAY).offers]


def test_a_network_is_told_the_runs_of_others_and_not_its_own() -> None:
    runs = [run("rp", 1), run("sn", 2)]
    assert (numbers("rp", *runs), numbers("sn", *runs), numbers("sl", *runs)) == ([2], [1], [1, 2])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"cross_region": False}, False),
        ({"month_from": "2026-11", "month_to": "2027-01"}, False),  # nobody decided, and it is over
        ({"month_from": "2026-11", "month_to": "2027-02"}, True),
        ({"month_from": "2027-01", "month_to": None}, False),
        *(({"state": state}, state not in ("confirmed", "cancelled", "completed")) for state in map(str, RunState)),
    ],
)
def test_only_runs_open_to_every_land_and_not_decided_yet_are_told(values: dict[str, Any], *, told: bool) -> None:
    assert bool(numbers("sn", run("rp", 1, **values))) is told


def test_what_closes_first_comes_first_and_what_never_closes_last() -> None:
    days = {1: None, 2: date(2027, 2, 20), 3: date(2027, 2, 10)}
    assert numbers("sn", *(run("rp", number, closes_on=day) for number, day in days.items())) == [3, 2, 1]
    assert len(offers_for("sn", [run("rp", one) for one in range(MOST_OFFERS + 3)], TODAY).offers) == MOST_OFFERS


def test_the_state_is_the_same_in_whatever_order_facts_came() -> None:
    runs = [run("rp", 1, waiting=2), run("bw", 2, programme="ikbo", waiting=1), run("bw", 3, closes_on=TODAY)]
    assert offers_for("sn", runs, TODAY).digest() == offers_for("sn", runs[::-1], TODAY).digest()


def test_who_waits_elsewhere_is_counted_by_programme_without_the_own_and_what_is_over() -> None:
    runs = [
        run("rp", 1, waiting=4),
        run("bw", 2, waiting=2, state="confirmed"),
        run("bw", 3, waiting=9, state="completed"),
        run("sl", 4, waiting=1, cross_region=False),
        run("sl", 5, waiting=3, programme="ikbo"),
        run("sl", 6, programme="ikke_mib"),
    ]
    assert waiting_elsewhere("rp", runs) == {"iko": 3, "ikbo": 3}
    assert waiting_elsewhere("de", runs) == {"iko": 7, "ikbo": 3}


@pytest.mark.parametrize(
    ("values", "short"),
    [
        ({"closes_on": date(2027, 2, 15), "registered": 2}, True),  # the first day of the two weeks
        ({"closes_on": date(2027, 2, 16), "registered": 2}, False),
        ({"closes_on": date(2027, 1, 31)}, True),  # past, and nobody has decided
        ({"closes_on": date(2027, 2, 15), "registered": 3}, False),
        ({"closes_on": date(2027, 2, 15), "registered": 2, "accepted": 1}, False),
        ({"closes_on": date(2027, 2, 15), "waiting": 3}, True),  # who waits has no place
        ({"closes_on": None}, False),
        ({"closes_on": date(2027, 2, 15), "state": "cancelled"}, False),
        ({"closes_on": date(2027, 2, 15), "state": "confirmed"}, False),
    ],
)
def test_iko_07_a_run_is_short_two_weeks_before_its_deadline(values: dict[str, Any], *, short: bool) -> None:
    assert bool(short_runs([run("rp", 1, **values)], TODAY)) is short
