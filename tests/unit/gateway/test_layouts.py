"""Column layouts: data that is checked when it is read, and files no spreadsheet runs."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from services.counselling.tables import SessionRow
from services.gateway.labels import dimension
from services.gateway.layouts import FIELDS, Column, Layout, load_layouts, to_csv, to_xlsx
from shared.problems import Problem

ITEM: dict[str, Any] = {
    "session_id": "11111111-1111-4111-8111-111111111111",
    "external_id": "=1+1",
    "date": "2026-05-04",
    "recorded_on": "2026-05-05",
    "revision": 2,
    "office": "MZ-1",
    "office_name": "Büro Łódź",
    "programme_line": "fair_integration",
    "session_type": "first",
    "seen_before": "no",
    "channel": None,
    "mobile": True,
    "outreach": False,
    "language": "ar",
    "nationality": "SY",
    "refugee_background": "yes",
    "gender": "female",
    "age_group": "30_54",
    "has_degree": "not_stated",
    "reference_occupation": None,
    "occasions": ["pay", "dismissal"],
    "referral_target": None,
}


def layout(*columns: dict[str, Any], **more: Any) -> Layout:
    return Layout.model_validate({"title": "Probe", "about": "Probe", "columns": columns} | more)


def read(content: bytes, encoding: str = "utf-8-sig", separator: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding)), delimiter=separator))


def test_every_shipped_layout_names_known_fields_and_known_codes() -> None:
    found = load_layouts()
    assert "beispiel" in found
    for one in found.values():
        for column in one.columns:
            if isinstance(column.words, dict):
                assert column.words.keys() <= {code for code, _ in dimension(FIELDS[str(column.field)]).options}
        assert to_xlsx(one, [ITEM]).startswith(b"PK")


def test_every_field_is_one_of_a_session() -> None:
    assert FIELDS.keys() - {"office", "office_name"} <= SessionRow.model_fields.keys()
    assert FIELDS.keys() == ITEM.keys()
    assert not FIELDS.keys() & {"person_id", "person_key", "withdrawn_reason"}


def test_the_example_writes_the_other_systems_words() -> None:
    header, row = read(to_csv(load_layouts()["beispiel"], [ITEM]), "windows-1252")
    told = dict(zip(header, row, strict=True))
    assert told["Programm"] == "IQ"
    assert told["Beratungsdatum"] == "04.05.2026"
    assert told["Beratungsart"] == "EB"
    assert told["Erstmals im Programm"] == "ja"
    assert told["Kanal"] == "k. A."
    assert told["Geschlecht"] == "w"
    assert told["Anlässe"].count(", ") == 1
    assert told["Verwiesen an"] == ""


def test_words_are_german_codes_or_a_table() -> None:
    columns = [
        {"header": "A", "field": "mobile", "words": "german"},
        {"header": "B", "field": "session_type"},
        {"header": "C", "field": "session_type", "words": {"follow_up": "FB"}},
        {"header": "D", "field": "revision"},
    ]
    assert read(to_csv(layout(*columns, separator="|"), [ITEM]), separator="|")[1] == ["ja", "first", "first", "2"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_starts_a_formula(start: str) -> None:
    one = layout({"header": f"{start.strip() or '='}x", "field": "external_id"}, {"header": "n", "field": "date"})
    item = ITEM | {"external_id": f"{start}1+1"}
    header, row = read(to_csv(one, [item]))
    assert (header[0][0], row[0]) == ("'", f"'{start}1+1")
    sheet = load_workbook(io.BytesIO(to_xlsx(one, [item]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")


def test_what_an_encoding_cannot_write_is_said_and_not_lost() -> None:
    one = layout({"header": "Stelle", "field": "office_name"}, encoding="windows-1252")
    with pytest.raises(Problem) as refused:
        to_csv(one, [ITEM])
    assert refused.value.status == 422
    assert "„Ł“" in refused.value.detail
    assert "Excel" in refused.value.detail


@pytest.mark.parametrize(
    "column",
    [
        {"header": "A"},
        {"header": "A", "field": "date", "value": "x"},
        {"header": "A", "field": "name"},
        {"header": "A", "field": "date", "word": "german"},
    ],
)
def test_a_layout_that_says_something_else_is_refused(column: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Column.model_validate(column)


def test_layouts_of_the_operator_come_on_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "land.toml").write_text('title = "Land"\nabout = "x"\n[[columns]]\nheader = "Tag"\nfield = "date"\n')
    monkeypatch.setenv("IQ_LAYOUTS", str(tmp_path))
    load_layouts.cache_clear()
    try:
        assert set(load_layouts()) >= {"beispiel", "land"}
        (tmp_path / "kaputt.toml").write_text("title = 1")
        load_layouts.cache_clear()
        with pytest.raises(ValueError, match=r"kaputt\.toml"):
            load_layouts()
    finally:
        load_layouts.cache_clear()
