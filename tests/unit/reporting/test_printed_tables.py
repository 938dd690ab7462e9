"""Definition and answers in, comparison out."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from services.reporting.printed import Cell, PrintedTable, load_printed
from services.reporting.printed_tables import AFTER, ComparedTable, Unanswered, compare, heading, questions_of

KNOWN = date(2026, 11, 24)
QUESTION = {"indicator": "first_counsellings", "from": "2019-01", "to": "2022-09", "as_of": "2022-10-15"}
ROWS = [
    {"nationality": "IR", "value": 30, "share": 0.3},
    {"nationality": "SY", "value": 60, "share": 0.6},
    {"nationality": "not_stated", "value": 70, "share": 0.1},
    {"nationality": "TR", "value": 30, "share": 0.3},
]


def cell(**values: Any) -> Cell:
    common = {"figure": "figure", "label": "Syrien", "question": "q", "printed": 60}
    return Cell(**(common | {"pick": {"nationality": "SY"}} | values))


def table(*cells: Cell, **values: Any) -> PrintedTable:
    common: dict[str, Any] = {"id": "t99", "title": "Probe", "field": "Feld", "unit": "Erstberatungen", "head": "Wer"}
    common |= {"source": "Quelle", "chart": "bars", "notes": ("Hinweis",)}
    return PrintedTable(**common | {"cells": cells, "questions": {"q": QUESTION | {"by": "nationality"}}} | values)


def answer(rows: list[dict[str, Any]] = ROWS, total: int = 200, **coverage: Any) -> dict[str, Any]:
    known = {"networks": 16, "answered": 16, "records": 9, "expected": 9} | coverage
    return {"rows": rows, "total": total, "passport": {"coverage": known, "synthetic": True}}


def compared(given: PrintedTable, found: Any = None, stichtag: date | None = None) -> ComparedTable:
    return compare(given, stichtag, KNOWN, {"q": found or answer()})


@pytest.mark.parametrize(
    ("values", "value", "share", "rank", "equal"),
    [
        ({}, 60, None, None, True),
        ({"printed": 61}, 60, None, None, False),
        ({"share_of": "total", "printed_share": Decimal("30.0")}, 60, 30.0, None, True),
        ({"share_of": "total", "printed_share": Decimal("30.1")}, 60, 30.0, None, False),
        ({"rank": 1}, 60, None, 1, True),
        ({"rank": 2}, 60, None, 1, False),
        ({"pick": {"nationality": "TR"}, "printed": 30, "rank": 3}, 30, None, 3, True),  # equal values: by code
        ({"pick": {"nationality": "XK"}, "printed": 0}, 0, None, None, True),  # absent is none
        ({"pick": {}, "printed": 200}, 200, None, None, True),
        ({"measure": "rows", "pick": {}, "printed": 4}, 4, None, None, True),
        ({"printed": None, "share_of": "total", "printed_share": Decimal(30)}, 60, 30.0, None, True),
    ],
)
def test_a_figure_agrees_when_all_that_is_printed_comes_out(
    values: dict[str, Any], value: int, share: float | None, rank: int | None, equal: bool
) -> None:
    (found,) = compared(table(cell(**values))).cells
    assert (found.value, found.share, found.rank, found.equal) == (value, share, rank, equal)


@pytest.mark.parametrize(
    ("value", "total", "printed", "share"),
    [(54, 97, "56", 56.0), (16, 97, "16", 16.0), (1, 54, "2", 2.0), (1, 8, "12.5", 12.5), (5, 1000, "0.5", 0.5)],
)
def test_shares_have_as_many_places_as_printed(value: int, total: int, printed: str, share: float) -> None:
    rows = [{"nationality": "SY", "value": value, "share": 0.0}]
    one = cell(printed=value, share_of="total", printed_share=Decimal(printed))
    (found,) = compared(table(one), answer(rows, total)).cells
    assert (found.share, found.equal, found.derived) == (share, True, False)


def test_a_share_that_is_not_printed_is_derived_from_another_figure() -> None:
    whole = cell(figure="whole", pick={}, printed=200, total=True)
    part = cell(figure="part", share_of="whole")
    _, found = compared(table(whole, part)).cells
    assert (found.share, found.derived, found.equal) == (30.0, True, True)


def test_the_link_of_a_figure_asks_for_exactly_this_number() -> None:
    counted = cell(figure="number", measure="rows", pick={}, printed=4)
    found, rows = compared(table(cell(), counted)).cells
    asked = {name: [value] for name, value in QUESTION.items()} | {"known_at": ["2026-11-24"]}
    assert parse_qs(found.link) == asked | {"nationality": ["SY"]}
    assert parse_qs(rows.link) == asked | {"by": ["nationality"]}


def test_one_stichtag_for_all_networks_cuts_every_period() -> None:
    given = load_printed()["t01"]
    found = questions_of(given, date(2020, 6, 30), KNOWN)
    assert isinstance(found["old"], dict)
    assert isinstance(found["new"], dict)
    assert (found["old"]["to"], found["old"]["as_of"]) == ("2018-12", "2020-06-30")
    assert (found["new"]["to"], found["new"]["as_of"]) == ("2020-06", "2020-06-30")
    assert given.questions["new"]["to"] == "2022-09"
    assert questions_of(given, date(2018, 12, 31), KNOWN)["new"] == Unanswered(AFTER)


def test_a_question_without_an_answer_does_not_spoil_the_rest() -> None:
    other = cell(figure="other", question="r", share_of="figure")
    given = table(cell(), other, questions={"q": QUESTION, "r": QUESTION})
    found = compare(given, None, KNOWN, {"q": answer(), "r": Unanswered("Das geht nicht.")})
    first, second = found.cells
    assert (first.equal, second.equal, second.value, second.share) == (True, None, None, None)
    assert second.reason == "Das geht nicht."
    assert [question.reason for question in found.questions] == ["", "Das geht nicht."]
    assert found.equal == 1


def test_networks_that_are_missing_are_named() -> None:
    given = table(cell())
    found = compare(given, None, KNOWN, {"q": answer(answered=14, missing=["sn", "rp"])}, ["by"])
    assert found.missing == ("by", "rp", "sn")
    assert compared(given).missing == ()
    assert found.synthetic


def test_the_heading_says_which_stichtag_holds() -> None:
    known = load_printed()
    assert heading(known["t01"], None) == "Stichtage wie gedruckt: 15.01.2019 und 15.10.2022"
    assert heading(known["t04"], None) == "Stichtag wie gedruckt: 07.07.2022"
    assert heading(known["t08"], None) == "kein Stichtag gedruckt, gerechnet zum 31.12.2022"
    assert heading(known["t08"], date(2023, 3, 31)) == "ein Stichtag für alle Netzwerke: 31.03.2023"


@pytest.mark.parametrize(
    ("name", "counts", "shares"),
    [("t10", [54, 16, 27], [56, 16, 28]), ("t11", [34, 6, 7, 6, 1], [63, 11, 13, 11, 2])],
)
def test_vst_03_shares_of_transfers_are_shown_in_whole_per_cent(
    name: str, counts: list[int], shares: list[int]
) -> None:
    given = load_printed()[name]
    cells = [cell for cell in given.cells if cell.pick]
    rows = [{**cell.pick, "value": count} for cell, count in zip(cells, counts, strict=True)]
    told = {question: answer(rows, sum(counts)) for question in given.questions}
    found = compare(given, date(2022, 9, 26), KNOWN, told)
    shown = [entry for entry in found.cells if entry.share is not None]
    assert [(entry.share, entry.places) for entry in shown] == [(share, 0) for share in shares]
