"""Sheets of indicators: the four parts, who answers which dimension, groups of the manual."""

from typing import Any, get_args

import pytest

from services.gateway.sheets import MEASURES, OTHERS, PERIODS, Sheet, grouped, read_sheets
from services.reporting.catalogue import load_catalogue
from services.reporting.indicator import Measure, Period

ENTRY: dict[str, Any] = {
    "code": "first_counsellings",
    "title_de": "Erstberatungen",
    "title_en": "First counsellings",
    "unit": "first_counsellings",
    "unit_de": "Erstberatungen",
    "definition": "Was gezählt wird.",
    "statement": "Was es sagt.",
    "assessment": "Wie gut.",
    "source": "Woher.",
    "dimensions": ["region", "month", "gender"],
    "answerable": ["region", "month"],
    "asked": ["gender"],
    "values": {"gender": ["female", "male"]},
    "period": "months",
    "measure": "count",
    "protect": True,
    "valid_from": "2005-01-01",
    "version": 1,
}


def test_the_four_parts_in_their_order() -> None:
    sheet = read_sheets([ENTRY])["first_counsellings"]
    assert sheet.parts == [
        ("Definition", "Was gezählt wird."),
        ("Aussage", "Was es sagt."),
        ("Bewertung", "Wie gut."),
        ("Quelle", "Woher."),
    ]
    assert [entry.title for entry in sheet.kept] == ["Netzwerk", "Monat"]
    assert [entry.title for entry in sheet.answered] == ["Geschlecht"]


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


@pytest.mark.parametrize(
    ("period", "measure", "words"),
    [
        ("months", "count", "Gezählt werden Datensätze, jeder einmal. Ein Zeitraum wählt nach Monaten."),
        ("none", "holdings", "lässt sich nicht wählen"),
        ("validity", "distinct", "auch wenn mehrere Netzwerke sie melden"),
        ("months", "level", "Monate werden nicht addiert"),
    ],
)
def test_how_it_is_counted(period: str, measure: str, words: str) -> None:
    sheet = read_sheets([ENTRY | {"period": period, "measure": measure}])["first_counsellings"]
    assert words in sheet.counting


def test_every_measure_and_period_of_the_catalogue_is_explained() -> None:
    assert get_args(Measure) == tuple(MEASURES)
    assert set(get_args(Period)) == set(PERIODS)
    assert {OTHERS} & {title for title, _ in grouped(catalogue())} == set()


def catalogue() -> dict[str, Sheet]:
    """The sheets of the catalogue that reporting has."""
    shown = [ENTRY | {"code": code, "title_de": entry.title_de} for code, entry in load_catalogue().items()]
    return read_sheets(shown)
