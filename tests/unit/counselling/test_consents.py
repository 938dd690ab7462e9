"""Whether a release from confidentiality covers what is to happen: recipient, purpose, period, not withdrawn."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.counselling.bodies.rules import NEAREST, in_order, usual_purpose
from services.counselling.consents.rules import LONGEST_DAYS, Release, check_consent, covers, why_not
from shared.vocabulary import ProgrammeLine, ReferralTarget
from shared.vocabulary.consents import ConsentPurpose, HandoverKind, ReferralResult

AUTHORITY, LAWYER = uuid4(), uuid4()
FIRST, LAST = date(2026, 11, 1), date(2027, 10, 31)
REFERRAL, PROCEDURE = ConsentPurpose.REFERRAL.value, ConsentPurpose.RECOGNITION_PROCEDURE.value


def release(
    recipient: UUID = AUTHORITY, purposes: tuple[str, ...] = (REFERRAL,), *, withdrawn: bool = False
) -> Release:
    return Release(uuid4(), recipient, purposes, FIRST, LAST, withdrawn)


@pytest.mark.parametrize("day", [FIRST, FIRST + timedelta(days=30), LAST])
def test_con_02_a_release_covers_its_recipient_and_purpose_from_its_first_day_to_its_last(day: date) -> None:
    one = release()
    assert covers([release(LAWYER), one], AUTHORITY, REFERRAL, day) is one


@pytest.mark.parametrize(
    ("releases", "recipient", "purpose", "day", "why"),
    [
        ([], AUTHORITY, REFERRAL, FIRST, "keine Entbindung"),
        ([release(LAWYER)], AUTHORITY, REFERRAL, FIRST, "keine Entbindung"),
        ([release()], AUTHORITY, PROCEDURE, FIRST, "nicht für den Zweck „Anerkennungsverfahren“"),
        ([release()], AUTHORITY, REFERRAL, FIRST - timedelta(days=1), "erst ab dem 01.11.2026"),
        ([release()], AUTHORITY, REFERRAL, LAST + timedelta(days=1), "bis zum 31.10.2027"),
        ([release(withdrawn=True)], AUTHORITY, REFERRAL, FIRST, "widerrufen"),
        ([release(withdrawn=True), release(purposes=(PROCEDURE,))], AUTHORITY, REFERRAL, FIRST, "nicht für den Zweck"),
    ],
)
def test_con_02_what_no_release_covers_is_refused_with_its_reason(
    releases: list[Release], recipient: UUID, purpose: str, day: date, why: str
) -> None:
    assert covers(releases, recipient, purpose, day) is None
    assert why in why_not(releases, recipient, purpose, day)


def test_con_04_a_new_release_covers_again_after_a_withdrawn_one() -> None:
    again = release()
    assert covers([release(withdrawn=True), again], AUTHORITY, REFERRAL, FIRST) is again


@given(
    st.sampled_from([AUTHORITY, LAWYER]), st.sampled_from([REFERRAL, PROCEDURE]), st.integers(-3, 400), st.booleans()
)
def test_con_02_covers_says_yes_only_if_all_four_hold(
    recipient: UUID, purpose: str, shift: int, withdrawn: bool
) -> None:
    day = FIRST + timedelta(days=shift)
    found = covers([release(withdrawn=withdrawn)], recipient, purpose, day)
    holds = recipient == AUTHORITY and purpose == REFERRAL and FIRST <= day <= LAST and not withdrawn
    assert (found is not None) is holds


TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("signed", "first", "last", "purposes", "fields"),
    [
        (TODAY, TODAY, TODAY + timedelta(days=365), [REFERRAL], []),
        (TODAY, TODAY, TODAY, [], ["purposes"]),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=1), TODAY + timedelta(days=2), [REFERRAL], ["signed_on"]),
        (TODAY, TODAY - timedelta(days=1), TODAY, [REFERRAL], ["valid_from"]),
        (TODAY, TODAY, TODAY - timedelta(days=1), [REFERRAL], ["valid_until"]),
        (TODAY, TODAY, TODAY + timedelta(days=LONGEST_DAYS + 1), [REFERRAL], ["valid_until"]),
    ],
)
def test_con_03_a_release_is_signed_before_it_holds_and_ends_some_day(
    signed: date, first: date, last: date, purposes: list[str], fields: list[str]
) -> None:
    assert [one.field for one in check_consent(purposes, signed, first, last, TODAY)] == fields


def test_every_purpose_has_its_words_in_both_languages() -> None:
    assert all(purpose.de and purpose.en for purpose in ConsentPurpose)


def test_no_code_means_two_things_where_labels_are_looked_up_by_code() -> None:
    vocabularies = (ConsentPurpose, HandoverKind, ReferralResult, ReferralTarget)
    assert len({str(term) for terms in vocabularies for term in terms}) == sum(map(len, vocabularies))


@pytest.mark.parametrize("line", list(ProgrammeLine))
def test_ref_01_every_line_offers_regular_services_before_what_is_not_nearest(line: ProgrammeLine) -> None:
    found = in_order(line)
    assert sorted(found) == sorted(ReferralTarget)
    assert found.index(ReferralTarget.REGULAR_SERVICE) == len(NEAREST.get(line, ()))


@pytest.mark.parametrize("target", list(ReferralTarget))
def test_ref_02_every_kind_of_body_has_a_usual_purpose(target: ReferralTarget) -> None:
    assert ConsentPurpose(usual_purpose(target))
