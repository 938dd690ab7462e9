"""One table of an edition for programs: JSON, tidy CSV and Parquet, a column per variable and a row per cell.

Column names, codes and types are a promise to whoever reads them by a script; `gesperrt` is an empty value beside a
`suppressed` that is true (W3C Tabular Data Model; Wickham, *Tidy Data*, 2014).
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from services.reporting.files import cell_text, parquet

NUMBERS = {"value": "int64", "share": "float64", "recorded": "int64"}
TRUTHS = ("suppressed", "printed")
Table = Mapping[str, Any]


def columns(table: Table) -> list[str]:
    """Dimensions in the table's order, then what is told of a cell: the same columns in every table."""
    return [*table["by"], "value", "share", "suppressed", "printed", "recorded"]


def cells(table: Table) -> list[dict[str, Any]]:
    """Rows with every column; what a cell does not have is None, a mark it does not have is false."""
    return [
        {name: bool(row.get(name)) if name in TRUTHS else row.get(name) for name in columns(table)}
        for row in table["rows"]
    ]


def to_json(document: Table, number: int) -> dict[str, Any]:
    """The table with what names it, its passport, and its cells; `number` counts from one."""
    table = document["tables"][number - 1]
    named = {name: document[name] for name in ("edition_id", "title", "as_of", "method", "hash")}
    told = {"number": number, "indicator": table["indicator"], "columns": columns(table), "total": table["total"]}
    return named | told | {"passport": table["passport"], "rows": cells(table)}


def to_csv(document: Table, number: int) -> bytes:
    """CSV as RFC 4180 has it: comma, decimal point, UTF-8, the header first, an empty cell for what is not told."""
    table, out = document["tables"][number - 1], io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(table))
    for row in cells(table):
        writer.writerow([cell_text(value, plain=True) for value in row.values()])
    return out.getvalue().encode()


def to_parquet(document: Table, number: int) -> bytes:
    """Parquet with the passport under `iq.passport` and what names the edition under `iq.edition`."""
    table, told = document["tables"][number - 1], to_json(document, number)
    types = NUMBERS | dict.fromkeys(TRUTHS, "bool")
    named = {name: value for name, value in told.items() if name not in ("passport", "rows", "columns")}
    metadata = {"iq.passport": table["passport"], "iq.edition": named}
    fields = {name: types.get(name, "string") for name in columns(table)}
    written = {name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in metadata.items()}
    return parquet(fields, cells(table), written)
