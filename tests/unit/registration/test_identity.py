"""A person's name in parts, her birth and what cannot be."""

from datetime import date
from typing import Any

import pytest

from services.registration.identity import birth_values, check_person, name_values

TODAY = date(2026, 11, 26)
STORED = {"name": "Beispiel, Person", "family_name": "Beispiel", "given_names": "Person"}


@pytest.mark.parametrize(
    ("told", "stored", "expected"),
    [
        ({"name": "Beispiel, Person"}, {}, ("Beispiel", "Person")),
        ({"name": "Ohne Komma"}, {}, ("Ohne Komma", None)),
        ({"name": ", Vorname"}, {}, ("Vorname", None)),
        ({"family_name": "Beispiel", "given_names": "Person"}, {}, ("Beispiel", "Person")),
        ({"given_names": "Nur"}, {}, ("Nur", None)),
        ({"name": "Beispiel, Person"}, STORED, ("Beispiel", "Person")),
        ({"name": "Anders"}, STORED, ("Anders", None)),
        ({"given_names": None}, STORED, ("Beispiel", None)),
        ({"name": "Beispiel, Person", "family_name": "Neu"}, STORED, ("Neu", "Person")),
        ({}, STORED, ("Beispiel", "Person")),
    ],
)
def test_parts_count_where_they_are_told(
    told: dict[str, Any], stored: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    found = name_values(told, stored)
    assert (found["family_name"], found["given_names"]) == expected


BORN = date(1988, 2, 3)


@pytest.mark.parametrize(
    ("told", "stored", "expected"),
    [
        ({"birth_year": 1988}, {}, (None, 1988)),
        ({"birth_date": BORN}, {}, (BORN, 1988)),
        ({"birth_year": 1988}, {"birth_date": BORN, "birth_year": 1988}, (BORN, 1988)),
        ({"birth_year": 1990}, {"birth_date": BORN, "birth_year": 1988}, (None, 1990)),
        ({"birth_year": None}, {"birth_date": BORN, "birth_year": 1988}, (None, None)),
        ({"birth_date": None, "birth_year": None}, {"birth_date": BORN, "birth_year": 1988}, (None, None)),
        ({}, {"birth_date": BORN, "birth_year": 1988}, (BORN, 1988)),
    ],
)
def test_the_date_says_the_year(told: dict[str, Any], stored: dict[str, Any], expected: tuple[Any, Any]) -> None:
    found = birth_values(told, stored)
    assert (found["birth_date"], found["birth_year"]) == expected


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"birth_date": date(2027, 1, 1)}, "birth_date"),
        ({"birth_date": date(1899, 12, 31)}, "birth_date"),
        ({"birth_year": 2027}, "birth_year"),
        ({"qualifications": [{"year": 2027, "reference_occupation": None}]}, "qualifications.0.year"),
        ({"qualifications": [{"reference_occupation": "99"}]}, "qualifications.0.reference_occupation"),
        ({"qualifications": [{"reference_occupation": "43104"}]}, "qualifications.0.reference_occupation"),
    ],
)
def test_what_cannot_be_is_named(values: dict[str, Any], field: str) -> None:
    (problem,) = check_person(values, TODAY, {"43104"})
    assert problem.field == field
    assert problem.remedy


def test_a_main_group_is_enough_where_no_list_is_loaded() -> None:
    assert check_person({"qualifications": [{"reference_occupation": "43104"}], "birth_year": 2026}, TODAY) == []
