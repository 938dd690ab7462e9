"""A book as a workbook: what it is, a sheet for each table, every passport; rows go to a file as they are written."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import xlsxwriter

from services.gateway.books.shown import Shown, heading, shown
from services.gateway.languages import speaking
from services.gateway.passports import limits, period, records_of
from services.gateway.rendering import day

Book = Mapping[str, Any]
INTERNAL = "Arbeitsstand, exakt – intern: nur für Rollen mit Recht auf exakte Zahlen, nicht weitergeben"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH, MOST_NAME = 26, 31
UNFIT = re.compile(r"[\[\]:*?/\\]")
PASS_HEAD: tuple[str, ...] = (
    "Tabelle",
    "Titel",
    "Spalte",
    "Kennzahl",
    "Version",
    "Einheit",
    "Zeitraum",
    "Stichtag",
    "Kenntnisstand",
)
PASS_HEAD += ("Eingegrenzt auf", "Netzwerke", "Vollständigkeit", "Status", "Zählweise", "Definition", "Quelle", "Frage")


def workbook(book: Book) -> bytes:
    """The XLSX of a finished book. CPU-bound: call it in a thread."""
    out = io.BytesIO()
    with speaking("de"), xlsxwriter.Workbook(out, OPTIONS) as file:
        styles = {"bold": file.add_format({"bold": True}), "share": file.add_format({"num_format": "0.0 %"})}
        styles["number"] = file.add_format({"num_format": "#,##0"})
        tables = [shown(table, place) for place, table in enumerate(book["tables"], start=1)]
        _lines(file.add_worksheet("Inhalt"), _cover(book, tables), styles)
        for table in tables:
            _table(file.add_worksheet(sheet_name(table)), table, styles)
        _lines(file.add_worksheet("Zahlenpass"), [[INTERNAL], list(PASS_HEAD), *_passports(book)], styles, bold=1)
    return out.getvalue()


def sheet_name(table: Shown) -> str:
    """Name of a table's sheet: its number, then as much of its title as fits."""
    return f"{table.number} {UNFIT.sub(' ', table.title)}"[:MOST_NAME].strip()


def _cover(book: Book, tables: list[Shown]) -> Iterator[list[Any]]:
    yield [book["title"] + (" – vorläufig" if book["provisional"] else "")]
    yield [INTERNAL]
    yield ["Stichtag", day(book["as_of"])]
    yield ["Kenntnisstand", day(book["known_at"])]
    yield ["Prüfsumme", book["hash"]]
    yield ["Daten", "synthetisch (erfunden)" if book["synthetic"] else "echt"]
    yield []
    yield ["Tabelle", "Titel", "Hinweis"]
    yield from ([table.number, table.title, table.problem] for table in tables)


def _table(sheet: Any, table: Shown, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, max(len(table.columns) - 1, 0), WIDTH)
    lines = [[f"Tabelle {table.number}: {table.title}"], [INTERNAL], [f"Einheit: {table.unit}"] if table.unit else []]
    lines.append([f"Nicht vorhanden: {table.problem}"] if table.problem else [])
    head = len(lines)
    _lines(sheet, [*lines, list(table.columns)], styles, bold=head, width=False)
    for at, row in enumerate([*(row.cells for row in table.rows), *([table.total] if table.total else ())], head + 1):
        for column, value in enumerate(row):
            _cell(sheet, (at, column), value, styles["share" if column in table.shares else "number"])
    last = head + 2 + len(table.rows) + bool(table.total)
    for at, note in enumerate(table.notes, last):
        _cell(sheet, (at, 0), note, None)


def _lines(sheet: Any, lines: Any, styles: Mapping[str, Any], *, bold: int = 0, width: bool = True) -> None:
    if width:
        sheet.set_column(0, 3, WIDTH)
    for at, line in enumerate(lines):
        for column, value in enumerate(line):
            _cell(sheet, (at, column), value, styles["bold"] if at in (0, bold) else None)


def _cell(sheet: Any, place: tuple[int, int], value: object, style: Any) -> None:
    """A number as a number; a text never as a formula."""
    if isinstance(value, int | float):
        sheet.write_number(*place, value, style)
    elif value is not None and value != "":
        text = str(value)
        sheet.write_string(*place, f"'{text}" if text.startswith(FORMULA_STARTS) else text, style)


def _passports(book: Book) -> Iterator[list[Any]]:
    """Every question of a book with its passport, or why it has no answer."""
    for place, table in enumerate(book["tables"], start=1):
        periods = table.get("periods", ())
        entries = table.get("passports") or [row for row in table["rows"] if "passport" in row]
        for entry in entries:
            column = heading(periods[entry["column"]]) if periods else ""
            yield [place, table["title"], column, *_passport(entry["passport"])]
        for entry in table.get("problems", ()):
            column = heading(periods[entry["column"]])
            yield [place, table["title"], column, entry["indicator"], "", "", "nicht beantwortet", entry["problem"]]


def _passport(found: Mapping[str, Any]) -> list[Any]:
    coverage = found["coverage"]
    networks = f"{coverage['answered']} von {coverage['networks']}"
    absent = ", ".join(coverage.get("missing", ()))
    return [
        f"{found['title']} ({found['indicator']})",
        found["version"],
        found["unit"],
        period(found["period"]),
        day(found["as_of"]),
        day(found["known_at"]),
        "; ".join(limits(found["filters"].items())),
        f"{networks}, ohne {absent}" if absent else networks,
        records_of(coverage),
        "Arbeitsstand, intern",
        found["method"],
        found["definition"],
        found["source"],
        found["link"],
    ]
