"""Shares, order, ranks, passport and files."""

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.answer import Cell, ordered, rows, share
from services.reporting.facts import effective_day
from services.reporting.files import to_csv, to_parquet, to_xlsx
from services.reporting.passport import Reach, passport
from services.reporting.question import Question, find_indicator
from services.reporting.store import Coverage

DAY = date(2022, 10, 15)
QUESTION = Question(find_indicator("first_counsellings"), DAY, DAY, ("nationality",), first="2019-01", last="2022-09")


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [(1, 3, 0.3333), (2, 3, 0.6667), (1, 32, 0.0313), (45540, 181175, 0.2514), (3, 2, 1.5), (0, 0, 0.0)],
)
def test_share(value: int, base: int, expected: float) -> None:
    assert share(value, base) == expected


@given(
    st.dictionaries(st.sampled_from(["AF", "IR", "SY", "TR", "other", "not_stated"]), st.integers(1, 9)),
    st.integers(1, 5),
)
def test_ranks_keep_the_sum_and_never_rank_other_or_not_stated(values: dict[str, int], top: int) -> None:
    cells = [Cell((code,), value) for code, value in values.items()]
    found = ordered(cells, replace(QUESTION, top=top))
    assert sum(cell.value for cell in found) == sum(values.values())
    codes = [cell.values[0] for cell in found]
    assert "other" not in codes
    ranked = [cell for cell in found if cell.values[0] not in ("not_stated", "_rest")]
    assert len(ranked) == min(top, len(values.keys() - {"other", "not_stated"}))
    assert ranked == sorted(ranked, key=lambda cell: (-cell.value, cell.values))
    assert codes[len(ranked) :] in ([], ["not_stated"], ["_rest"], ["not_stated", "_rest"])
    assert ("not_stated" in codes) is ("not_stated" in values)


def test_passport_has_the_keys_of_the_contract_and_what_comparing_needs() -> None:
    networks = [Coverage("rp", 10, 10), Coverage("sn", 5, 7), Coverage("th", 0, 3), Coverage("hh", 0, 0)]
    found = passport(replace(QUESTION, filters=(("gender", ("male",)),)), "de", Reach(networks), synthetic=True)
    assert list(found) == [
        "indicator",
        "title",
        "version",
        "unit",
        "period",
        "filters",
        "as_of",
        "known_at",
        "coverage",
        "status",
        "method",
        "definition",
        "source",
        "synthetic",
        "link",
    ]
    assert found["coverage"] == {"networks": 4, "answered": 3, "records": 15, "expected": 20, "missing": ["th"]}
    assert found["period"] == {"from": "2019-01", "to": "2022-09"}
    assert (found["as_of"], found["status"], found["synthetic"]) == ("2022-10-15", "working", True)


def test_passport_of_a_question_about_some_networks() -> None:
    networks = [Coverage("rp", 10, 10), Coverage("sn", 5, 7)]
    question = replace(QUESTION, filters=(("region", ("sn",)),))
    found = passport(question, "de", Reach(networks).of(question), synthetic=False)
    assert found["coverage"] == {"networks": 1, "answered": 1, "records": 5, "expected": 7}


def answer(*codes: str) -> dict[str, Any]:
    cells = [Cell((code,), 1) for code in codes]
    return {
        "indicator": "first_counsellings",
        "passport": passport(QUESTION, "de", Reach([Coverage("rp", 10, 10)]), synthetic=False),
        "by": ["nationality"],
        "rows": rows(cells, QUESTION, 8, None),
        "total": 8,
    }


def test_csv_for_german_spreadsheets() -> None:
    text = to_csv(answer("SY", "TR"), plain=False)
    assert text.startswith(b"\xef\xbb\xbf# indicator: first_counsellings\r\n")
    lines = text.decode("utf-8-sig").splitlines()
    assert "# coverage.records: 10" in lines
    assert "# period.from: 2019-01" in lines
    assert "# synthetic: false" in lines
    assert "# total: 8" in lines
    assert lines[-3:] == ["nationality;value;share", "SY;1;0,125", "TR;1;0,125"]


def test_plain_csv() -> None:
    text = to_csv(answer("SY"), plain=True).decode()
    assert not text.startswith("\ufeff")
    assert text.splitlines()[-2:] == ["nationality,value,share", "SY,1,0.125"]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    last = to_csv(answer(evil), plain=True).decode().splitlines()[-1]
    assert last.startswith(f"'{evil[0]}")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(answer(evil))))
    cell = book["Zahlen"]["A2"]
    assert (cell.data_type, cell.value) == ("s", f"'{evil}")


def test_xlsx_has_figures_and_passport() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(answer("SY", "TR"))))
    assert book.sheetnames == ["Zahlen", "Zahlenpass"]
    assert list(book["Zahlen"].values) == [("nationality", "value", "share"), ("SY", 1, 0.125), ("TR", 1, 0.125)]
    told = dict(book["Zahlenpass"].values)
    assert told["unit"] == "first_counsellings"
    assert told["coverage.expected"] == "10"
    assert told["total"] == "8"


def test_parquet_carries_types_and_the_passport() -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(to_parquet(answer("SY", "TR"))))
    assert table.to_pylist() == [
        {"nationality": "SY", "value": 1, "share": 0.125},
        {"nationality": "TR", "value": 1, "share": 0.125},
    ]
    assert str(table.schema.field("value").type) == "int64"
    told = json.loads(table.schema.metadata[b"iq.passport"])
    assert (told["unit"], told["coverage"]["expected"]) == ("first_counsellings", 10)


@pytest.mark.parametrize(
    ("recorded_on", "month", "received_on", "expected"),
    [
        (date(2022, 10, 3), "2022-09", date(2022, 10, 4), date(2022, 10, 3)),
        (None, "2022-09", date(2022, 11, 4), date(2022, 9, 30)),
        (None, "2022-09", date(2022, 9, 12), date(2022, 9, 12)),
        (None, "2024-02", date(2024, 3, 1), date(2024, 2, 29)),
        (None, None, date(2024, 3, 1), date(2024, 3, 1)),
    ],
)
def test_effective_day(recorded_on: date | None, month: str | None, received_on: date, expected: date) -> None:
    assert effective_day(recorded_on, month, received_on) == expected
