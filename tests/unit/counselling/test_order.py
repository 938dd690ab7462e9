"""The order of a person's sessions and of a company's counsellings, typed by hand from the rules (CNS-01 to -04)."""

from datetime import date
from uuid import UUID

import pytest

from services.counselling.order import (
    OrderKey,
    Place,
    derive,
    finds_new,
    first_by_round,
    merged_in,
    root,
    surplus_firsts,
)

A, B, C, D = (UUID(int=n) for n in range(1, 5))


def place(key: UUID, day: str, kind: str = "first", recorded: str = "2026-11-01", *, given: bool = False) -> Place:
    return Place(key, date.fromisoformat(day), date.fromisoformat(recorded), kind, given)


CASES = {
    "one session is first and new (CNS-01)": ([place(A, "2026-05-01")], {A: ("first", "no")}),
    "the second in a round follows (CNS-02)": (
        [place(A, "2026-05-01"), place(B, "2026-06-01")],
        {A: ("first", "no"), B: ("follow_up", "this_round")},
    ),
    "a session before the first takes its place": (
        [place(A, "2026-05-01"), place(B, "2026-04-01", "follow_up")],
        {B: ("first", "no"), A: ("follow_up", "this_round")},
    ),
    "a new round begins with a first (CNS-03)": (
        [place(A, "2018-12-31"), place(B, "2019-01-01"), place(C, "2019-01-02")],
        {A: ("first", "no"), B: ("first", "earlier_round"), C: ("follow_up", "this_round")},
    ),
    "on one day the earlier recording comes first": (
        [place(A, "2026-05-01", recorded="2026-05-03"), place(B, "2026-05-01", recorded="2026-05-02")],
        {B: ("first", "no"), A: ("follow_up", "this_round")},
    ),
    "on one day of recording the smaller id comes first": (
        [place(B, "2026-05-01"), place(A, "2026-05-01")],
        {A: ("first", "no"), B: ("follow_up", "this_round")},
    ),
    "a referral takes no part but sees what lies before": (
        [place(A, "2026-04-01", "referral"), place(B, "2026-05-01"), place(C, "2026-06-01", "short")],
        {A: ("referral", "no"), B: ("first", "no"), C: ("short", "this_round")},
    ),
    "an imported follow-up without a first stays": (
        [place(A, "2026-05-01", "follow_up", given=True), place(B, "2026-06-01", "follow_up", given=True)],
        {A: ("follow_up", "no"), B: ("follow_up", "this_round")},
    ),
    "after an imported follow-up an entered session follows": (
        [place(A, "2026-05-01", "follow_up", given=True), place(B, "2026-06-01")],
        {A: ("follow_up", "no"), B: ("follow_up", "this_round")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_order(name: str) -> None:
    places, expected = CASES[name]
    assert derive(places) == expected
    assert derive(reversed(places)) == expected


def test_when_a_first_goes_the_earliest_remaining_becomes_first_even_if_imported() -> None:
    left = [place(B, "2026-06-01", "follow_up", given=True), place(C, "2026-07-01", "follow_up", given=True)]
    assert derive(left, frozenset({"2023-2028"})) == {B: ("first", "no"), C: ("follow_up", "this_round")}


def test_a_lost_first_of_another_round_changes_nothing_here() -> None:
    left = [place(B, "2026-06-01", "follow_up", given=True)]
    assert derive(left, frozenset({"2019-2022"})) == {B: ("follow_up", "no")}


def test_a_second_first_of_a_round_is_surplus() -> None:
    places = [place(D, "2026-07-01"), place(A, "2026-05-01"), place(B, "2018-05-01"), place(C, "2026-06-01")]
    assert surplus_firsts(places) == [C, D]


def key(record: UUID, day: str, recorded: str = "2026-11-01") -> OrderKey:
    return (date.fromisoformat(day), date.fromisoformat(recorded), record)


COMPANIES: dict[str, tuple[list[OrderKey], set[UUID]]] = {
    "one counselling finds the company new": ([key(A, "2026-05-01")], {A}),
    "a second one in the round does not": ([key(A, "2026-05-01"), key(B, "2026-06-01")], {A}),
    "an earlier one recorded later does": ([key(A, "2026-05-01", "2026-05-01"), key(B, "2026-04-01")], {B}),
    "the last and the first day of a round lie in two rounds": (
        [key(A, "2022-12-31"), key(B, "2023-01-01"), key(C, "2023-01-02")],
        {A, B},
    ),
    "a company that was away for a round is new once more": ([key(A, "2015-01-01"), key(B, "2023-01-01")], {A, B}),
    "on one day the earlier recording comes first": (
        [key(A, "2026-05-01", "2026-05-03"), key(B, "2026-05-01", "2026-05-02")],
        {B},
    ),
    "on one day of recording the smaller id comes first": ([key(B, "2026-05-01"), key(A, "2026-05-01")], {A}),
    "none": ([], set()),
}


@pytest.mark.parametrize("name", COMPANIES)
def test_which_counsellings_find_a_company_new(name: str) -> None:
    keys, expected = COMPANIES[name]
    for given in (keys, keys[::-1]):
        first = first_by_round(given)
        assert {entry[2] for entry in given if finds_new(entry, first)} == expected


def test_a_counselling_outside_the_order_finds_what_lies_before_it() -> None:
    first = first_by_round([key(B, "2026-05-01")])
    assert finds_new(key(A, "2026-04-30"), first)
    assert not finds_new(key(A, "2026-05-02"), first)
    assert finds_new(key(A, "2022-12-31"), first)


def test_who_became_another_is_the_last_one_and_a_ring_has_one_root() -> None:
    became = {A: B, B: C}
    assert [root(person, became) for person in (A, B, C, D)] == [C, C, C, D]
    assert {root(person, {A: B, B: A}) for person in (A, B)} == {A}
    assert root(C, {C: B, B: A, A: B}) == A
    assert merged_in([C], became) == {A, B, C}
    assert merged_in([A], became) == {A}
