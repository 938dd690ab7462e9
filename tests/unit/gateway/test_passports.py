"""Passports in words: the sentence to cite, the Stand, coverage, what is missing."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest

from services.gateway.passports import Desk, citation, lines, listed, named, other_stands, period, stand
from services.gateway.sheets import Sheet
from services.gateway.special_requests import read_request

TODAY = date(2026, 11, 24)
CENTRE = Desk("MUT IQ – Bund", centre=True, today=TODAY)
SAXONY = Desk("Landesnetzwerk Sachsen", centre=False, today=TODAY)


def passport(**more: Any) -> dict[str, Any]:
    return {
        "indicator": "first_counsellings",
        "title": "Erstberatungen",
        "version": 1,
        "unit": "first_counsellings",
        "filters": {},
        "period": {"from": "2019-01", "to": "2022-09"},
        "as_of": "2022-10-15",
        "known_at": "2026-11-24",
        "coverage": {"networks": 16, "answered": 16, "records": 512_345, "expected": 512_346},
        "status": "working",
        "method": "Exakt.",
        "definition": "Zahl der Erstberatungen.",
        "source": "IQ-Verbund",
        "synthetic": True,
    } | more


def cited(typed: str, desk: Desk = CENTRE, **more: Any) -> str:
    request = read_request(parse_qsl(f"indicator=first_counsellings&{typed}"))
    return citation(request, {"passport": passport(**more), "total": 181_175}, "Erstberatungen", desk)


def test_the_sentence_to_cite() -> None:
    assert cited("by=nationality") == (
        "Erstberatungen nach Staatsangehörigkeit, 01/2019–09/2022, Stand 15.10.2022, Kenntnisstand 24.11.2026: "
        "181.175 (IQ-Verbund, Arbeitsstand, 16 von 16 Netzwerken, synthetische Daten)"
    )


def test_the_sentence_names_filters_and_says_when_networks_are_missing() -> None:
    typed = "by=gender,month&nationality=SY,UA&refugee_background=yes"
    coverage = {"networks": 16, "answered": 15, "records": 1, "expected": 2, "missing": ["sl"]}
    assert cited(typed, coverage=coverage, synthetic=False, period={"from": None, "to": None}) == (
        "Erstberatungen (Staatsangehörigkeit: Syrien, Ukraine; Fluchthintergrund: ja) nach Geschlecht und Monat, "
        "gesamter Zeitraum, Stand 15.10.2022, Kenntnisstand 24.11.2026: "
        "181.175 (IQ-Verbund, Arbeitsstand, 15 von 16 Netzwerken)"
    )
    assert named(passport(coverage=coverage), "missing") == ["Saarland"]


def test_in_a_network_its_name_stands_for_the_coverage() -> None:
    assert cited("", SAXONY).endswith("181.175 (IQ-Verbund, Landesnetzwerk Sachsen, Arbeitsstand, synthetische Daten)")


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2026-11-23", "gestern, 24 Uhr (23.11.2026)"),
        ("2026-11-24", "jetzt (24.11.2026)"),
        ("2022-10-15", "15.10.2022, 24 Uhr"),
    ],
)
def test_the_stand_in_words(as_of: str, words: str) -> None:
    assert stand(as_of, TODAY) == words


def test_the_stand_can_be_switched_to_the_others() -> None:
    yesterday, now = ("gestern, 24 Uhr", ""), ("Jetzt", "jetzt")
    assert other_stands("2026-11-23", TODAY) == [now]
    assert other_stands("2026-11-24", TODAY) == [yesterday]
    assert other_stands("2022-10-15", TODAY) == [yesterday, now]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2019-01", "2022-09", "01/2019–09/2022"),
        ("2022-09", "2022-09", "09/2022"),
        ("2019-01", None, "ab 01/2019"),
        (None, "2022-09", "bis 09/2022"),
        (None, None, "gesamter Zeitraum"),
    ],
)
def test_periods_in_words(first: str | None, last: str | None, words: str) -> None:
    assert period({"from": first, "to": last}) == words


SHEET = Sheet(
    code="first_counsellings",
    title="Erstberatungen",
    unit="Erstberatungen",
    definition="",
    statement="",
    assessment="",
    source="",
    dimensions=(),
    asked=(),
    values={},
    period="months",
    measure="count",
    protect=True,
    valid_from=date(2005, 1, 1),
    version=1,
)


def test_the_passport_line_by_line() -> None:
    shown = dict(lines(passport(filters={"nationality": ["SY", "UA"]}), SHEET, CENTRE))
    assert list(shown)[:4] == ["Kennzahl", "Einheit", "Zeitraum", "Eingegrenzt auf"]
    assert shown["Kennzahl"] == "Erstberatungen (first_counsellings, Fassung 1)"
    assert shown["Eingegrenzt auf"] == "Staatsangehörigkeit: Syrien, Ukraine"
    assert shown["Vollständigkeit"] == "512.345 von 512.346 Datensätzen"
    assert shown["Status"] == "Arbeitsstand, intern"
    assert shown["Daten"] == "synthetisch (erfunden)"
    assert {"Ohne Antwort", "Abweichende eigene Zählung"} & shown.keys() == set()


def test_the_passport_names_networks_where_something_is_wrong() -> None:
    silent = {"networks": 16, "answered": 14, "records": 0, "expected": 0, "missing": ["sl", "sn"], "differing": ["rp"]}
    shown = dict(lines(passport(coverage=silent, status="edition"), SHEET, CENTRE))
    assert (shown["Ohne Antwort"], shown["Abweichende eigene Zählung"]) == ("Saarland, Sachsen", "Rheinland-Pfalz")
    assert shown["Status"] == "Veröffentlichung"


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A und B"), (["A", "B", "C"], "A, B und C")]
)
def test_lists_as_people_write_them(words: list[str], text: str) -> None:
    assert listed(words) == text
