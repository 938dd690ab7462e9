"""German words: whatever the catalogue of reporting names can be shown."""

import pytest

from services.gateway.labels import dimension, dimensions, languages, value_label
from services.reporting.catalogue import load_catalogue
from shared.topology import CENTRE

SAME = ("digital", "online", "hybrid")
"""Words that are German too."""
CLOSED = [
    (code, name)
    for code, indicator in load_catalogue().items()
    for name in indicator.dimensions
    if indicator.values(name, CENTRE)
]


def test_every_dimension_of_the_catalogue_has_german_words() -> None:
    asked = {name for indicator in load_catalogue().values() for name in indicator.dimensions}
    assert asked - dimensions().keys() == set()


@pytest.mark.parametrize(("code", "name"), CLOSED, ids=[f"{code}-{name}" for code, name in CLOSED])
def test_every_value_that_a_filter_may_name_has_a_german_label(code: str, name: str) -> None:
    labels = {value: value_label(value, name) for value in load_catalogue()[code].values(name, CENTRE)}
    assert [value for value, text in labels.items() if text == value and value not in SAME] == []


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("SY", "nationality", "Syrien"),
        ("no", "seen_before", "neu im Programm"),
        ("no", "mobile", "nein"),
        ("NO", "nationality", "Norwegen"),
        ("2022-09", "month", "09/2022"),
        ("2022-Q3", "quarter", "3. Quartal 2022"),
        ("2015-2018", "round", "2015–2018"),
        ("other", "occasion", "anderer Beratungsanlass"),
        ("_rest", "nationality", "übrige"),
        ("not_stated", "office", "keine Angabe"),
        ("ar", "language", "Arabisch"),
        ("sn", "region", "Sachsen"),
        ("BS-17", "office", "BS-17"),
        ("running", "month", "noch nicht beendet"),
        ("running", "quarter", "noch nicht beendet"),
    ],
)
def test_values_in_german(code: str, name: str, text: str) -> None:
    assert value_label(code, name) == text


def test_what_is_not_known_yet_keeps_its_code() -> None:
    assert (dimension("colour").title, value_label("red", "colour")) == ("colour", "red")


def test_languages_stand_in_german_order_and_the_two_words_last() -> None:
    names = [text for _, text in languages()]
    assert names.index("Arabisch") < names.index("Ukrainisch") < names.index("Urdu")
    assert names[-2:] == ["andere Sprache", "keine Angabe"]
