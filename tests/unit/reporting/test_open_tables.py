"""Tables of editions for programs: the same columns always, nothing hidden told, no formula."""

import csv
import io
import json

import pyarrow.parquet as pq

from services.reporting.open_tables import to_csv, to_json, to_parquet
from tests.support.shown_editions import PASSPORT, edition

COLUMNS = ["nationality", "value", "share", "suppressed", "printed", "recorded"]


def test_json_has_every_column_in_every_row() -> None:
    told = to_json(edition(), 1)
    assert told["columns"] == COLUMNS
    assert [list(row) for row in told["rows"]] == [COLUMNS] * 3
    assert told["rows"][0] == {
        "nationality": "IR", "value": None, "share": None, "suppressed": True, "printed": False, "recorded": None,
    }  # fmt: skip
    assert (told["edition_id"], told["passport"]) == (edition()["edition_id"], PASSPORT)


def test_csv_is_tidy_and_a_hidden_number_is_an_empty_cell() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(edition(), 1).decode())))
    assert list(rows[0]) == COLUMNS
    assert [row["value"] for row in rows] == ["", "1204", "20"]
    assert [row["share"] for row in rows] == ["", "0.7081", ""]
    assert [row["suppressed"] for row in rows] == ["true", "false", "false"]


def test_parquet_has_types_and_the_passport() -> None:
    table = pq.read_table(io.BytesIO(to_parquet(edition(), 1)))
    assert {field.name: str(field.type) for field in table.schema} == {
        "nationality": "string", "value": "int64", "share": "double", "suppressed": "bool", "printed": "bool",
        "recorded": "int64",
    }  # fmt: skip
    assert table.to_pylist() == to_json(edition(), 1)["rows"]
    assert json.loads(table.schema.metadata[b"iq.passport"]) == PASSPORT
    assert json.loads(table.schema.metadata[b"iq.edition"])["hash"] == edition()["hash"]


def test_a_value_that_looks_like_a_formula_is_none_in_csv() -> None:
    table = {"indicator": "x", "by": ["topic"], "passport": PASSPORT, "total": 3}
    document = edition(tables=[table | {"rows": [{"topic": "=1+1", "value": 3, "share": 1.0}]}])
    assert to_csv(document, 1).decode().splitlines()[1].startswith("'=1+1,3,1")
