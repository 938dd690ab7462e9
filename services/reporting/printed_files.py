"""Printed tables as files: CSV and one workbook with a sheet per table and the Zahlenpass of every question."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter

from services.reporting.files import BOM, plain_text
from services.reporting.printed_tables import ComparedCell, ComparedTable

COLUMNS = (
    "Kennung", "Gruppe", "Zeile", "Einheit", "Wert", "gedruckt", "Abgleich", "Anteil in Prozent",
    "Anteil gedruckt in Prozent", "Rang", "Zweifel der Quelle", "Frage",
)  # fmt: skip
WIDTHS = (42, 20, 44, 20, 12, 18, 16, 12, 14, 8, 12, 90)
SYNTHETIC = "Synthetische Daten – Vorführung; alle Personen und Zahlen sind erfunden."
DERIVED = "Anteile ohne gedruckten Wert daneben sind abgeleitet, nicht gedruckt."
NOTES_WIDTH = 6
"""Columns over which a note runs in the workbook."""


def verdict(cell: ComparedCell) -> str:
    """Whether a figure comes out as printed, in German."""
    if cell.equal is None:
        return "nicht beantwortet"
    return "gleich" if cell.equal else "weicht ab"


def _row(cell: ComparedCell) -> list[str | int | float | None]:
    printed = cell.words or cell.printed
    doubt = "ja" if cell.doubtful else ""
    return [
        cell.figure, cell.group, cell.label, cell.unit, cell.value, printed, verdict(cell), cell.share,
        cell.printed_share, cell.rank, doubt, cell.link or cell.reason,
    ]  # fmt: skip


def _passport(passport: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in passport.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", plain_text(detail)) for inner, detail in value.items())
        else:
            yield key, plain_text(value)


def to_csv(table: ComparedTable) -> bytes:
    """CSV for German spreadsheets; table, doubts and passports stand first, as lines `# key: value`."""
    out = io.StringIO()
    head = [("table", f"{table.id} {table.title}"), ("stichtag", table.heading), ("source", table.source)]
    head += [("synthetic", SYNTHETIC)] if table.synthetic else []
    head += [("note", note) for note in table.notes]
    for question in table.questions:
        head.append((f"{question.key}.question", question.link or question.reason))
        head += [(f"{question.key}.{key}", value) for key, value in _passport(question.passport or {})]
    for key, value in head:
        out.write(f"# {key}: {' '.join(value.split())}\r\n")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cell in table.cells:
        writer.writerow([_text(value) for value in _row(cell)])
    return BOM.encode() + out.getvalue().encode()


def _text(value: str | float | None) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) else plain_text(value)


def to_xlsx(tables: Sequence[ComparedTable]) -> bytes:
    """Workbook: *Übersicht*, one sheet per table, *Zahlenpass*."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        styles = _Styles(book)
        _overview(book.add_worksheet("Übersicht"), tables, styles)
        for table in tables:
            _sheet(book.add_worksheet(table.id), table, styles)
        _passports(book.add_worksheet("Zahlenpass"), tables, styles)
    return out.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E8EDFB"})
        self.bold = book.add_format({"bold": True})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0"})


def _overview(sheet: Any, tables: Sequence[ComparedTable], styles: _Styles) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 74)
    sheet.set_column(2, 4, 34)
    sheet.write_string(0, 0, "Tabellen der IQ konkret 3/2022, aus den Datensätzen nachgerechnet", styles.title)
    sheet.write_string(1, 0, f"{SYNTHETIC} {DERIVED}" if any(table.synthetic for table in tables) else DERIVED)
    sheet.write_row(3, 0, ["Tabelle", "Titel", "Stichtag", "wie gedruckt", "Netzwerke, die fehlen"], styles.head)
    for number, table in enumerate(tables, start=4):
        same = f"{table.equal} von {len(table.cells)}"
        missing = ", ".join(table.missing) or "keine"
        sheet.write_row(number, 0, [table.id, table.title, table.heading, same, missing])
    sheet.freeze_panes(4, 0)


def _sheet(sheet: Any, table: ComparedTable, styles: _Styles) -> None:
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"{table.id} {table.title}", styles.title)
    sheet.write_string(1, 0, f"{table.field}; {table.heading}; Quelle: {table.source}")
    sheet.write_row(2, 0, COLUMNS, styles.head)
    last = 2 + len(table.cells)
    for number, cell in enumerate(table.cells, start=3):
        for place, value in enumerate(_row(cell)):
            if isinstance(value, int | float):
                sheet.write_number(number, place, value, styles.count if isinstance(value, int) else None)
            elif value:
                sheet.write_string(number, place, plain_text(value))
    sheet.autofilter(2, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(3, 0)
    sheet.write_string(last + 2, 0, "Zweifel der Quelle und Hinweise", styles.bold)
    for number, note in enumerate(table.notes, start=last + 3):
        sheet.merge_range(number, 0, number, NOTES_WIDTH, note, styles.wrap)
        sheet.set_row(number, 15 * (1 + len(note) // 150))


def _passports(sheet: Any, tables: Sequence[ComparedTable], styles: _Styles) -> None:
    lines = [
        (table.id, question, dict(_passport(question.passport or {})))
        for table in tables
        for question in table.questions
    ]
    keys = list(dict.fromkeys(key for _, _, passport in lines for key in passport))
    sheet.set_column(0, 1, 14)
    sheet.set_column(2, 2, 60)
    sheet.set_column(3, 3 + len(keys), 20)
    sheet.write_row(0, 0, ["Tabelle", "Frage", "Frage als Adresse", *keys, "nicht beantwortet"], styles.head)
    for number, (name, question, passport) in enumerate(lines, start=1):
        row = [name, question.key, question.link, *(passport.get(key, "") for key in keys), question.reason]
        for place, value in enumerate(row):
            sheet.write_string(number, place, value)
    sheet.freeze_panes(1, 3)
