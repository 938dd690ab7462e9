"""Sheets of indicators: the four parts, who answers which dimension, groups of the manual."""

from typing import Any

from services.gateway.sheets import grouped, read_sheets

ENTRY: dict[str, Any] = {
    "code": "first_counsellings",
    "title_de": "Erstberatungen",
    "title_en": "First counsellings",
    "unit": "first_counsellings",
    "definition": "Was gezählt wird.",
    "dimensions": ["region", "month", "gender"],
    "answerable": ["region", "month"],
    "valid_from": "2005-01-01",
    "version": 1,
}
FULL = {
    "statement": "Was es sagt.",
    "assessment": "Wie gut.",
    "source": "Woher.",
    "protect": True,
    "period": "months",
    "asked": ["gender"],
}


def test_the_four_parts_in_their_order() -> None:
    sheet = read_sheets([ENTRY | FULL])["first_counsellings"]
    assert [title for title, _ in sheet.parts] == ["Definition", "Aussage", "Bewertung", "Quelle"]
    assert [text for _, text in sheet.parts] == ["Was gezählt wird.", "Was es sagt.", "Wie gut.", "Woher."]
    assert [entry.title for entry in sheet.kept] == ["Netzwerk", "Monat"]
    assert [entry.title for entry in sheet.answered] == ["Geschlecht"]


def test_a_catalogue_that_says_less_is_shown_as_far_as_it_goes() -> None:
    sheet = read_sheets([ENTRY])["first_counsellings"]
    assert [title for title, _ in sheet.parts] == ["Definition"]
    assert (sheet.protect, sheet.period, sheet.asked) == (None, "months", ("gender",))


def test_the_manual_is_grouped_and_forgets_no_indicator() -> None:
    codes = ["first_counsellings", "fair_integration_total", "transfers", "brand_new", "timeliness"]
    found = grouped(read_sheets(ENTRY | {"code": code, "title_de": code} for code in codes))
    assert [(title, [sheet.code for sheet in members]) for title, members in found] == [
        ("Beratung", ["first_counsellings"]),
        ("Faire Integration", ["fair_integration_total"]),
        ("Verstetigung und Good Practice", ["transfers"]),
        ("Güte der Daten", ["timeliness"]),
        ("Weitere Kennzahlen", ["brand_new"]),
    ]


def test_how_a_stock_is_counted() -> None:
    sheets = read_sheets([ENTRY | {"period": "none"}, ENTRY | {"code": "x", "period": "validity"}])
    assert "am Stichtag" in sheets["first_counsellings"].counting
    assert "besteht" in sheets["x"].counting
