"""Two versions of a record: what differs, in words, and whose change it was; due days in words."""

from datetime import date

import pytest
from starlette.datastructures import FormData

from services.gateway.forms import Field, Form
from services.gateway.pages.conflict import differences, settled, wants_stored
from services.gateway.pages.session_form import values_of
from services.gateway.rendering import due_words

FORM = Form(
    (
        Field("date", "Datum", "date"),
        Field("channel", "Kanal", "radio", options=[("", "keine Angabe"), ("phone", "telefonisch")]),
        Field("occasions", "Anlässe", "checks", options=[("pay", "Entgelt"), ("other", "anderer")]),
        Field("name", "Name"),
    ),
    {"before": ""},
)
BEFORE = FORM.with_values({"date": "2026-09-01", "channel": "", "occasions": ["pay"], "name": "Ada"})


def typed(**fields: object) -> Form:
    pairs = [("before", values_of(BEFORE)), ("date", "1.9.26"), ("occasions", "pay"), ("name", "Ada"), ("channel", "")]
    kept = [pair for pair in pairs if pair[0] not in fields]
    return FORM.filled(FormData(kept + [(name, str(value)) for name, value in fields.items()]))


def test_the_same_values_written_differently_are_no_difference() -> None:
    assert differences(typed(name=" Ada "), BEFORE) == []


def test_a_difference_says_both_in_words_and_who_changed_it() -> None:
    stored = FORM.with_values({"date": "2026-09-01", "channel": "phone", "occasions": ["pay"], "name": "Bea"})
    found = {entry.name: entry for entry in differences(typed(name="Cleo", occasions="other"), stored)}
    assert found.keys() == {"channel", "occasions", "name"}
    assert (found["channel"].typed, found["channel"].stored, found["channel"].mine) == (
        "keine Angabe",
        "telefonisch",
        False,
    )
    assert (found["occasions"].typed, found["occasions"].stored, found["occasions"].mine) == (
        "anderer",
        "Entgelt",
        True,
    )
    assert (found["name"].typed, found["name"].stored, found["name"].mine) == ("Cleo", "Bea", True)


@pytest.mark.parametrize("before", ["", "{", "[]", "7"])
def test_without_the_values_of_the_opening_every_difference_is_ones_own(before: str) -> None:
    stored = FORM.with_values({"date": "2026-09-01", "channel": "phone", "occasions": ["pay"], "name": "Ada"})
    assert [entry.mine for entry in differences(typed(before=before), stored)] == [True]


def test_only_the_fields_for_which_the_stored_value_was_chosen_take_it() -> None:
    stored = FORM.with_values({"date": "2026-09-02", "channel": "phone", "occasions": ["other"], "name": "Bea"})
    data = FormData([("wahl_name", "meins"), ("wahl_channel", "gespeichert"), ("wahl_unknown", "gespeichert")])
    form = settled(typed(name="Cleo"), stored, wants_stored(data))
    assert [entry.value for entry in form.fields if entry.kind != "checks"] == ["1.9.26", "phone", "Cleo"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-26", "heute"),
        ("2026-11-25", "seit gestern"),
        ("2026-11-23", "seit 3 Tagen"),
        ("2026-11-27", "morgen"),
        ("2026-11-30", "am Montag"),
        ("2026-12-24", "am 24.12.2026"),
    ],
)
def test_due_days_are_said_as_people_say_them(day: str, words: str) -> None:
    assert due_words(date.fromisoformat(day), date(2026, 11, 26)) == words
