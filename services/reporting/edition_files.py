"""Editions as files: CSV and XLSX with every table and its passport (contracts §6)."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import xlsxwriter

from services.reporting.files import BOM, WIDTH, cell_text, header, lines, plain_text

HIDDEN = "gesperrt"
MARKS = ("printed", "recorded")
PRINTED = "printed: bereits gedruckt in {source} und gezeigt wie gedruckt; recorded: was die Datensätze ergeben"


def _head(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, plain_text(document[name])) for name in ("title", "as_of", "method", "state", "hash")]


def _lines(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The passport, the total, and which numbers were printed before."""
    yield from lines(table)
    for name in ("total_printed", "total_recorded"):
        if name in table:
            yield name, plain_text(HIDDEN if table[name] is None else table[name])
    if "printed_in" in table:
        yield "note", PRINTED.format(source=table["printed_in"])


def _columns(table: Mapping[str, Any]) -> list[str]:
    """Columns of a table; the marks of printed numbers only where a row has them."""
    return [*header(table), *(name for name in MARKS if any(name in row for row in table["rows"]))]


def _shown(row: Mapping[str, Any], name: str) -> object:
    """A number that is not told is named; a mark that a row does not have is empty."""
    return HIDDEN if row.get(name, "" if name in MARKS else None) is None else row.get(name)


def to_csv(document: Mapping[str, Any]) -> bytes:
    """One CSV for German spreadsheets: the edition's lines, then each table after its passport; hidden cells named."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for key, value in _head(document):
        out.write(f"# {key}: {' '.join(value.split())}\r\n")
    for number, table in enumerate(document["tables"], start=1):
        out.write(f"\r\n# Tabelle {number}\r\n")
        for key, value in _lines(table):
            out.write(f"# {key}: {' '.join(value.split())}\r\n")
        columns = _columns(table)
        writer.writerow(columns)
        for row in table["rows"]:
            writer.writerow([cell_text(_shown(row, name), plain=False) for name in columns])
    return BOM.encode() + out.getvalue().encode()


def to_xlsx(document: Mapping[str, Any]) -> bytes:
    """A workbook with a sheet per table and one with all passports."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for number, table in enumerate(document["tables"], start=1):
            _sheet(book.add_worksheet(f"Tabelle {number}"), table, bold, book.add_format({"num_format": "0.00 %"}))
        passports = book.add_worksheet("Zahlenpass")
        passports.set_column(0, 1, WIDTH * 2)
        pairs = _head(document)
        for number, table in enumerate(document["tables"], start=1):
            pairs += [(f"Tabelle {number}: {key}", value) for key, value in _lines(table)]
        for place, (key, value) in enumerate(pairs):
            passports.write_string(place, 0, key, bold)
            passports.write_string(place, 1, value)
    return out.getvalue()


def _sheet(sheet: Any, table: Mapping[str, Any], bold: Any, percent: Any) -> None:
    columns = _columns(table)
    sheet.set_column(0, len(columns) - 1, WIDTH)
    sheet.write_row(0, 0, columns, bold)
    for number, row in enumerate(table["rows"], start=1):
        for place, name in enumerate(columns):
            value = _shown(row, name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, place, value, percent if name == "share" else None)
            else:
                sheet.write_string(number, place, plain_text(value))
