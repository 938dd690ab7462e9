"""What lies under what in the structure register, after a whole file; expected by hand (contracts §4, §5)."""

import pytest

from services.registration.hierarchy import Key, settle, settle_file

CARRIER, PROJECT, OFFICE = ("carrier", "c"), ("sub_project", "p"), ("office", "o")


def test_parents_are_found_in_the_file_in_any_order_and_in_the_register() -> None:
    parents, refused = settle({CARRIER: None}, {OFFICE: "p", PROJECT: "c"})
    assert refused == {}
    assert parents == {CARRIER: None, OFFICE: PROJECT, PROJECT: CARRIER}


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (None, "braucht als übergeordnete Einheit: Teilprojekt."),
        ("c", "„c“ ist nicht die richtige Art von Einheit (Träger) für „Beratungsstelle“."),
        ("x", "„x“ steht weder in dieser Datei noch im Strukturregister."),
    ],
)
def test_org_02_an_office_lies_under_a_teilprojekt_only(parent: str | None, words: str) -> None:
    _, refused = settle({CARRIER: None, PROJECT: CARRIER}, {OFFICE: parent})
    assert list(refused) == [OFFICE]
    assert words in refused[OFFICE].problem


def test_a_refused_row_takes_those_with_it_that_lie_under_it() -> None:
    parents, refused = settle({CARRIER: None}, {PROJECT: "nobody", OFFICE: "p"})
    assert set(refused) == {PROJECT, OFFICE}
    assert parents == {CARRIER: None}


def test_a_refused_change_leaves_the_unit_where_it_was() -> None:
    parents, refused = settle({CARRIER: None, PROJECT: CARRIER}, {PROJECT: "nobody", OFFICE: "p"})
    assert set(refused) == {PROJECT}
    assert (parents[PROJECT], parents[OFFICE]) == (CARRIER, PROJECT)


def test_no_unit_lies_under_itself() -> None:
    first, second, third = ("house", "1"), ("house", "2"), ("house", "3")
    _, refused = settle({}, {first: "3", second: "1", third: "2"})
    assert set(refused) == {first, second, third}
    assert "unter sich selbst" in refused[first].problem
    parents, refused = settle({first: None, second: first}, {first: "2"})
    assert (set(refused), parents[second]) == ({first}, first)
    _, refused = settle({}, {first: "1"})
    assert set(refused) == {first}


def test_a_code_that_several_kinds_have_is_no_name_of_a_parent() -> None:
    unit: Key = ("specialist_unit", "s")
    _, refused = settle({("carrier", "x"): None, ("network", "x"): None}, {unit: "x"})
    assert "haben mehrere Einheiten" in refused[unit].problem
    parents, refused = settle({("carrier", "x"): None, ("network", "x"): None}, {("sub_project", "x"): "x"})
    assert (refused, parents[("sub_project", "x")]) == ({}, ("carrier", "x"))


def test_a_unit_leaves_only_with_what_lies_under_it() -> None:
    stored: dict[Key, Key | None] = {CARRIER: None, PROJECT: CARRIER, OFFICE: PROJECT}
    _, refused = settle_file(stored, {CARRIER: None, PROJECT: "c"}, {CARRIER, PROJECT})
    assert set(refused) == {CARRIER, PROJECT}
    assert "„o“ (Beratungsstelle)" in refused[PROJECT].problem
    parents, refused = settle_file(stored, {CARRIER: None, PROJECT: "c", OFFICE: "p"}, {CARRIER, PROJECT, OFFICE})
    assert (refused, parents[OFFICE]) == ({}, PROJECT)


def test_nothing_comes_to_lie_under_a_unit_that_leaves() -> None:
    _, refused = settle_file({CARRIER: None, PROJECT: CARRIER}, {PROJECT: "c", OFFICE: "p"}, {PROJECT})
    assert set(refused) == {OFFICE}
