"""Certificates: the code is one that nobody guesses and everyone can type; who gets which."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.certificates.codes import ALPHABET, code_of, grouped, hash_of, normal
from services.registration.certificates.rules import (
    NOT_ACCEPTED,
    NOT_COMPLETED,
    NOT_THERE,
    Attended,
    Held,
    Holder,
    attended,
    for_all,
    missing,
)
from services.registration.programmes.definition import definitions
from shared.vocabulary import Programme
from shared.vocabulary.certificates import CertificateKind as K

START = datetime(2027, 3, 4, 8, 0, tzinfo=UTC)


@given(st.uuids(), st.text(min_size=32, max_size=40))
def test_a_code_has_80_bits_of_the_key_and_is_the_same_each_time(certificate: UUID, key: str) -> None:
    code = code_of(certificate, key)
    assert (len(code), set(code) <= set(ALPHABET), len(ALPHABET)) == (16, True, 32)
    assert code == code_of(certificate, key)
    assert code != code_of(certificate, key + "x")
    assert code != code_of(uuid4(), key)


def test_every_letter_of_the_alphabet_is_used_in_every_place() -> None:
    codes = [code_of(uuid4(), "k" * 32) for _ in range(1000)]
    for place in range(16):
        assert {code[place] for code in codes} == set(ALPHABET)


@given(st.uuids())
def test_a_code_is_known_however_it_is_typed(certificate: UUID) -> None:
    code = code_of(certificate, "k" * 32)
    confused = code.replace("0", "o").replace("1", "l")
    for typed in (grouped(code), code.lower(), f"  {grouped(code).replace('-', ' ')} \n", confused, f"{code}\ud800ß漢"):
        assert normal(typed) == code
        assert hash_of(typed) == hash_of(code)
    assert hash_of(code[:-1]) != hash_of(code)
    assert grouped(code).count("-") == 3


def day(number: int, hours: float = 8, step: str = "seminar_1") -> Held:
    """A date of a run, some days after its first."""
    starts = START + timedelta(days=number)
    return Held(uuid4(), step, starts, starts + timedelta(hours=hours))


def test_what_was_attended_counts_days_and_hours_and_names_its_steps() -> None:
    held = [day(0, step="kickoff"), day(40, 3.5), day(40, 4, "coaching_1"), day(41)]
    there = attended(held, {held[0].key, held[1].key, held[2].key, uuid4()})
    assert (there.held, there.dates, there.days, there.minutes) == (4, 3, 2, (8 * 60) + 210 + 240)
    assert (str(there.first), str(there.last)) == ("2027-03-04", "2027-04-13")
    assert there.steps == ("kickoff", "seminar_1", "coaching_1")
    assert attended(held, set()) == Attended(held=4)


def test_days_are_those_of_berlin() -> None:
    late = Held(uuid4(), "kickoff", datetime(2027, 3, 4, 23, 30, tzinfo=UTC), datetime(2027, 3, 5, 1, 0, tzinfo=UTC))
    assert str(attended([late], {late.key}).first) == "2027-03-05"


@pytest.mark.parametrize(("dates", "held", "enough"), [(3, 4, True), (2, 4, False), (6, 8, True), (5, 8, False)])
def test_three_quarters_are_enough_for_all_at_once(dates: int, held: int, *, enough: bool) -> None:
    holder = person(Attended(held=held, dates=dates))
    assert for_all(K.ATTENDANCE, holder, "iko") is enough
    assert missing(K.ATTENDANCE, holder, "iko") == ""


def person(there: Attended, stage: str = "registered") -> Holder:
    """Somebody who takes part."""
    return Holder(uuid4(), "Teilnehmerin Eins", "accepted", there, uuid4(), stage=stage)


def house(there: Attended, state: str = "accepted") -> Holder:
    """A registration of a house."""
    return Holder(uuid4(), "Haus am Park", state, there, house=True)


def test_iko_27_a_house_gets_a_certificate_once_somebody_of_it_was_there() -> None:
    there, nobody = Attended(held=8, dates=1), Attended(held=8)
    assert missing(K.HOUSE, house(there), "iko") == ""
    assert for_all(K.HOUSE, house(there), "iko")
    assert missing(K.HOUSE, house(nobody), "iko") == NOT_THERE
    assert missing(K.HOUSE, house(there, "waiting"), "iko") == NOT_ACCEPTED
    assert not for_all(K.HOUSE, person(there), "iko")


@pytest.mark.parametrize(
    ("programme", "stage", "lacking"),
    [
        ("ikke_mib", "phase3_completed", ""),
        ("ikke_mib", "mandated", ""),
        ("ikke_mib", "coaching_completed", NOT_COMPLETED),
        ("ikbo", "graduated", ""),
        ("ikbo", "module_5", NOT_COMPLETED),
        ("general", "completed", ""),
        ("general", "graduated", NOT_COMPLETED),
    ],
)
def test_who_has_completed_a_programme_is_certified_so(programme: str, stage: str, lacking: str) -> None:
    assert missing(K.COMPLETION, person(Attended(), stage), programme) == lacking


@pytest.mark.parametrize("programme", [Programme.IKKE_MIB, Programme.IKBO])
def test_the_stages_that_complete_are_the_last_of_their_programme(programme: Programme) -> None:
    stages = definitions()[programme].stages
    done = [stage for stage in stages if not missing(K.COMPLETION, person(Attended(), stage), programme.value)]
    assert done
    assert done == list(stages[-len(done) :])


@pytest.mark.parametrize("state", ["submitted", "waiting", "offered", "accepted", "rejected", "withdrawn", "cancelled"])
def test_a_registration_is_confirmed_as_long_as_it_stands(state: str) -> None:
    stands = state in ("submitted", "waiting", "offered", "accepted")
    assert (K.REGISTRATION in house(Attended(), state).kinds) is stands
    assert for_all(K.REGISTRATION, house(Attended(), state), "iko") is (state == "accepted")


def test_who_has_no_place_and_was_never_there_does_not_take_part() -> None:
    waiting = Holder(uuid4(), "Teilnehmer", "waiting", Attended(held=4), uuid4())
    assert waiting.kinds == ()
    assert replace(waiting, attended=Attended(held=4, dates=1)).kinds == (K.ATTENDANCE, K.COMPLETION)


def test_each_gets_only_what_is_meant_for_it() -> None:
    alone = Holder(uuid4(), "Teilnehmer Zwei", "accepted", Attended())
    assert person(Attended()).kinds == (K.ATTENDANCE, K.COMPLETION)
    assert house(Attended()).kinds == (K.HOUSE, K.REGISTRATION)
    assert alone.kinds == (K.REGISTRATION,)
