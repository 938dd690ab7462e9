"""Editions in words: hidden numbers are named, never shown as nothing, and the words never change."""

import pytest

from services.gateway.editions import EditionRow, view
from tests.support.shown_editions import edition, of_period, sheets


def test_hidden_numbers_are_named_and_shares_stand_where_they_are_told() -> None:
    found = view(edition(), sheets(), "MUT IQ – Bund", centre=True)
    (table,) = found["tables"]
    assert table.rows == (
        EditionRow(("Iran",), "gesperrt", "–", hidden=True),
        EditionRow(("Syrien",), "1.204", "70,8\u00a0%", hidden=False),
        EditionRow(("Türkei",), "20", "–", hidden=False),
    )
    assert (table.title, table.columns) == ("Beratungen nach Staatsangehörigkeit", ("Staatsangehörigkeit",))
    assert (table.total, table.hidden, found["hidden"]) == ("gesperrt", True, True)


def test_the_passport_names_days_and_not_how_long_ago_they_are() -> None:
    (table,) = view(edition(), sheets(), "MUT IQ – Bund", centre=True)["tables"]
    facts = dict(table.facts)
    assert facts["Stand"] == "15.07.2022, 24 Uhr"
    assert facts["Kenntnisstand"] == "20.07.2022"
    assert facts["Status"] == "Veröffentlichung"
    assert facts["Daten"] == "synthetisch (erfunden)"


@pytest.mark.parametrize(
    ("method", "words"), [("minimum3", "Zahlen 1 und 2 gesperrt"), ("rounded", "Vielfachen von 5")]
)
def test_the_protection_is_explained(method: str, words: str) -> None:
    found = view(edition(method=method), sheets(), "MUT IQ – Bund", centre=True)
    assert words in found["protection"][0]
    assert any("ändert sich nicht mehr" in text for text in found["protection"])


def test_a_table_of_one_number_hides_nothing() -> None:
    found = view(edition(tables=[of_period(None, None)]), sheets(), "MUT IQ – Bund", centre=True)
    assert (found["tables"][0].total, found["tables"][0].columns, found["hidden"]) == ("1.700", (), False)


def test_a_page_shows_five_hundred_rows_and_says_how_many_more_there_are() -> None:
    rows = [{"nationality": "SY", "value": 5, "share": None}] * 503
    (table,) = view(edition(tables=[edition()["tables"][0] | {"rows": rows}]), sheets(), "x", centre=True)["tables"]
    assert (len(table.rows), table.left_out) == (500, 3)
