"""Rules of structural work, of places that recur in sealed records, and of what an answer makes of a referral."""

from typing import Any
from uuid import uuid4

import pytest

from services.counselling.referrals.rules import result_of
from services.counselling.sensitive.places import place_hash, recurs, same_name
from services.counselling.structural.rules import check_work


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "examination", "context": None}, ["context"]),
        ({"kind": "examination", "context": "housing"}, []),
        ({"kind": "network_map", "context": "housing"}, ["context"]),
        ({"kind": "network_map", "context": None}, []),
    ],
)
def test_dis_06_an_examination_says_where_and_nothing_else_does(values: dict[str, Any], field: list[str]) -> None:
    assert [problem.field for problem in check_work(values)] == field


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jobcenter Mainz", "  jobcenter  MAINZ "),
        ("Ausländerbehörde Mainz", "Mainz, Auslaenderbehörde"),
        ("Muster Wohnbau GmbH & Co. KG", "Muster Wohnbau"),
        ("Café Jose\u0301 e. V.", "cafe josé"),
        ("Straße 7", "STRASSE 7"),
        ("???", " ??? "),
    ],
)
def test_dis_06_a_place_is_known_again_however_it_is_written(one: str, other: str) -> None:
    carrier = uuid4()
    assert place_hash("key", carrier, "record", one) == place_hash("key", carrier, "record", other)


def test_dis_06_different_places_stay_apart() -> None:
    carrier = uuid4()
    names = ("Jobcenter Mainz", "Jobcenter Mainz-Bingen", "Straße 7", "Straße 8", "GmbH", "KG", "???", "!")
    assert len({place_hash("key", carrier, "record", name) for name in names}) == len(names)
    assert same_name("GmbH") == "gmbh"


def test_dis_06_a_hash_says_nothing_without_the_key_the_carrier_and_what_it_is_for() -> None:
    carrier = uuid4()
    asked = [("key", carrier, "record"), ("other", carrier, "record"), ("key", uuid4(), "record")]
    found = {place_hash(key, of, "record", "Jobcenter Mainz") for key, of, _ in asked}
    found.add(place_hash("key", carrier, "examination", "Jobcenter Mainz"))
    nothing = [place_hash("key", carrier, "record", None) for _ in range(2)]
    assert len({*found, *nothing}) == 6  # of no place one of nothing, each time another
    assert {len(text) for text in (*found, *nothing)} == {64}


def test_dis_06_one_person_alone_is_no_pattern() -> None:
    assert [recurs(persons) for persons in (0, 1, 2, 3)] == [False, False, True, True]


def test_an_answer_becomes_the_result_of_its_referral() -> None:
    assert [result_of(answer) for answer in (None, "accepted", "declined")] == [None, "taken_up", "turned_away"]
