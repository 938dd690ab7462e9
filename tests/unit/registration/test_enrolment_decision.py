"""The decision on registrations: the earliest that the policy admits, whole, each explained (IKO-07 … IKO-11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, combinations
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.registration.enrolment.decision import Decision, Entry, Terms, decide, in_order, promoted
from services.registration.enrolment.words import REASONS, STATES
from shared.vocabulary import RunState
from shared.vocabulary.runs import DecisionReason, Policy, RegistrationState

S, R = RegistrationState, DecisionReason
START = datetime(2020, 4, 1, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
IKO = Terms(3, 8, Policy.STRICT)

entries = st.builds(
    Entry,
    st.uuids(),
    st.integers(0, 3).map(lambda step: START + timedelta(microseconds=step)),  # many at the same instant
    st.integers(1, 4),
    st.booleans(),
)
lists = st.lists(entries, max_size=9, unique_by=lambda one: one.registration_id)
terms = st.builds(Terms, st.integers(0, 4), st.integers(4, 10), st.sampled_from(Policy))


def houses(count: int) -> list[Entry]:
    """So many houses, one a minute."""
    return [Entry(UUID(int=number), START + timedelta(minutes=number)) for number in range(1, count + 1)]


def accepted(decision: Decision) -> set[UUID]:
    """Who has a place."""
    return {one.registration_id for one in decision.verdicts if one.state is S.ACCEPTED}


def earliest(offer: Terms, ordered: Sequence[Entry]) -> set[UUID]:
    """The earliest admissible set, found by trying: the longest beginning that fits, or, filling, the best subset."""
    if offer.policy is Policy.STRICT:
        fitting = [total <= offer.most for total in accumulate(one.size for one in ordered)]
        return {one.registration_id for one in ordered[: fitting.count(True)]}
    ranks = range(len(ordered))
    sets = (chosen for count in range(len(ordered) + 1) for chosen in combinations(ranks, count))
    fitting_sets = (chosen for chosen in sets if sum(ordered[rank].size for rank in chosen) <= offer.most)
    best = max(fitting_sets, key=lambda chosen: [rank in chosen for rank in ranks])
    return {ordered[rank].registration_id for rank in best}


@given(terms, lists)
def test_iko_09_the_earliest_admissible_registrations_are_accepted_and_no_others(
    offer: Terms, found: list[Entry]
) -> None:
    decision = decide(offer, found)
    total = sum(one.size for one in found)
    if total < offer.least:
        assert decision.state is RunState.CANCELLED
        assert {one.state for one in decision.verdicts} <= {S.CANCELLED}
        return
    assert decision.state is RunState.CONFIRMED
    assert accepted(decision) == earliest(offer, in_order(found))
    assert sum(one.size for one in found if one.registration_id in accepted(decision)) <= offer.most


@given(terms, lists, st.randoms(use_true_random=False))
def test_the_order_in_which_registrations_are_given_decides_nothing(
    offer: Terms, found: list[Entry], chance: Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert decide(offer, shuffled) == decide(offer, found)


@given(terms, lists)
def test_every_house_is_explained_once_and_by_a_reason_that_fits(offer: Terms, found: list[Entry]) -> None:
    decision = decide(offer, found)
    assert [one.rank for one in decision.verdicts] == list(range(1, len(found) + 1))
    assert {one.registration_id for one in decision.verdicts} == {one.registration_id for one in found}
    granting = {R.WITHIN, R.EARLIEST, R.FILLED, R.EXCEPTION}
    for one in decision.verdicts:
        assert (one.state is S.ACCEPTED) == (one.reason in granting)
    held = [one.reason for one in decision.verdicts if one.reason in (R.HELD, R.FILLED)]
    assert set(held) <= {R.HELD if offer.policy is Policy.STRICT else R.FILLED}


@given(terms, lists)
@example(Terms(1, 4, Policy.STRICT), [])
def test_the_waiting_list_goes_on_where_the_decision_ended(offer: Terms, found: list[Entry]) -> None:
    waiting = [one for one in found if one.registration_id not in accepted(decide(offer, found))]
    chosen = promoted(offer.most, offer.policy, waiting)
    assert set(chosen) == earliest(offer, in_order(waiting))


@pytest.mark.parametrize(("count", "state", "reason"), [(2, S.CANCELLED, R.TOO_FEW), (3, S.ACCEPTED, R.WITHIN)])
def test_iko_07_iko_08_two_houses_are_too_few_and_three_are_enough(
    count: int, state: RegistrationState, reason: DecisionReason
) -> None:
    assert {(one.state, one.reason) for one in decide(IKO, houses(count)).verdicts} == {(state, reason)}


def test_iko_08_iko_09_eight_houses_fit_and_the_ninth_waits() -> None:
    assert len(accepted(decide(IKO, houses(8)))) == 8
    nine = decide(IKO, reversed(houses(9)))
    assert [one.state for one in nine.verdicts] == [S.ACCEPTED] * 8 + [S.WAITING]
    assert [one.reason for one in nine.verdicts] == [R.EARLIEST] * 8 + [R.LATER]


def test_iko_11_at_the_limit_the_microsecond_decides() -> None:
    first = houses(7)
    at = START + timedelta(hours=1)
    late = Entry(UUID(int=50), at + timedelta(microseconds=1))
    early = Entry(UUID(int=99), at)
    assert early.registration_id in accepted(decide(IKO, [*first, late, early]))
    assert late.registration_id not in accepted(decide(IKO, [*first, late, early]))


def test_iko_11_when_the_clock_goes_back_the_instant_decides_and_not_what_it_showed() -> None:
    before = Entry(UUID(int=2), datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN))
    after = Entry(UUID(int=1), datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1))  # twenty minutes later
    assert [one.registration_id.int for one in in_order([after, before])] == [2, 1]


@pytest.mark.parametrize(
    ("policy", "reasons"),
    [
        (Policy.STRICT, [R.EARLIEST, R.TOO_LARGE, R.HELD, R.HELD]),
        (Policy.FILL, [R.EARLIEST, R.TOO_LARGE, R.FILLED, R.LATER]),
    ],
)
def test_a_team_is_never_split_and_its_place_is_held_or_filled_by_policy(
    policy: Policy, reasons: list[DecisionReason]
) -> None:
    found = [Entry(UUID(int=n), START + timedelta(seconds=n), size) for n, size in enumerate((3, 4, 1, 1))]
    assert [one.reason for one in decide(Terms(1, 4, policy), found).verdicts] == reasons


def test_a_registration_is_moved_before_others_with_a_reason_only() -> None:
    found = [*houses(8), Entry(UUID(int=99), START + timedelta(days=1), moved=True)]
    decision = decide(IKO, found)
    assert decision.verdicts[0].registration_id.int == 99
    assert decision.verdicts[0].reason is R.EXCEPTION
    assert [one.registration_id.int for one in decision.verdicts if one.state is S.WAITING] == [8]


def test_every_state_and_reason_is_said_in_words() -> None:
    assert set(REASONS) == set(R)
    assert set(STATES) == set(S)


def test_ikbo_05_who_is_not_released_waits_whatever_the_rank() -> None:
    first, second, third = houses(3)
    waits = replace(first, pending=True)
    decision = decide(Terms(1, 2, Policy.STRICT), [waits, second, third])
    assert [(one.state, one.reason) for one in decision.verdicts] == [
        (S.WAITING, R.UNRELEASED),
        (S.ACCEPTED, R.WITHIN),
        (S.ACCEPTED, R.WITHIN),
    ]
    assert decide(Terms(3, 8, Policy.STRICT), [waits, second, third]).state is RunState.CANCELLED
    assert promoted(2, Policy.STRICT, [waits, second]) == [second.registration_id]
    assert promoted(1, Policy.STRICT, [first]) == [first.registration_id]
