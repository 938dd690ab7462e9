"""Figures as files: CSV, XLSX and Parquet, each with its passport (contracts §6)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

BOM = "\ufeff"
# A spreadsheet would run a cell that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDTH = 24


def plain_text(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The passport line by line (`coverage.records`, …), and the total."""
    for key, value in answer["passport"].items():
        if isinstance(value, Mapping):
            for inner, detail in value.items():
                yield f"{key}.{inner}", plain_text(detail)
        else:
            yield key, plain_text(value)
    yield "total", plain_text(answer["total"])


def header(answer: Mapping[str, Any]) -> list[str]:
    """Columns of the table."""
    base = ["base"] if any("base" in row for row in answer["rows"]) else []
    return [*answer["by"], "value", "share", *base]


def to_csv(answer: Mapping[str, Any], *, plain: bool) -> bytes:
    """CSV for German spreadsheets (`;`, decimal comma, BOM), or `plain` (`,`, decimal point, no BOM).

    The passport stands first, as lines `# key: value`.
    """
    out = io.StringIO()
    for key, value in lines(answer):
        out.write(f"# {key}: {' '.join(value.split())}\r\n")
    writer = csv.writer(out, delimiter="," if plain else ";", lineterminator="\r\n")
    columns = header(answer)
    writer.writerow(columns)
    for row in answer["rows"]:
        writer.writerow([cell_text(row[column], plain=plain) for column in columns])
    return ("" if plain else BOM).encode() + out.getvalue().encode()


def cell_text(value: object, *, plain: bool) -> str:
    """A cell of CSV; numbers with a decimal comma unless `plain`."""
    if isinstance(value, float):
        text = format(Decimal(str(value)), "f")
        return text if plain else text.replace(".", ",")
    return plain_text(value)


def to_xlsx(answer: Mapping[str, Any]) -> bytes:
    """Workbook with the sheets *Zahlen* and *Zahlenpass*."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.00 %"})
        columns = header(answer)
        sheet = book.add_worksheet("Zahlen")
        sheet.set_column(0, len(columns) - 1, WIDTH)
        sheet.write_row(0, 0, columns, bold)
        for number, row in enumerate(answer["rows"], start=1):
            for place, column in enumerate(columns):
                value = row[column]
                if isinstance(value, str):
                    sheet.write_string(number, place, plain_text(value))
                else:
                    sheet.write_number(number, place, value, percent if column == "share" else None)
        passport = book.add_worksheet("Zahlenpass")
        passport.set_column(0, 1, WIDTH * 2)
        for number, (key, value) in enumerate(lines(answer)):
            passport.write_string(number, 0, key, bold)
            passport.write_string(number, 1, value)
    return out.getvalue()


def to_parquet(answer: Mapping[str, Any]) -> bytes:
    """Parquet with the passport as JSON under the key `iq.passport` of the file's metadata."""
    types = {"value": "int64", "share": "float64", "base": "int64"}
    metadata = {"iq.passport": json.dumps(answer["passport"], ensure_ascii=False, sort_keys=True)}
    return parquet({name: types.get(name, "string") for name in header(answer)}, answer["rows"], metadata)


def parquet(fields: Mapping[str, str], rows: Sequence[Mapping[str, Any]], metadata: Mapping[str, str]) -> bytes:
    """A Parquet file with columns of these Arrow types, rows and metadata."""
    import pyarrow as pa  # noqa: PLC0415  # 60 MB that only this format needs
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([pa.field(name, pa.type_for_alias(kind)) for name, kind in fields.items()], metadata=metadata)
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()
