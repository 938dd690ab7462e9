"""The template of a kind: an Excel file with German headers, drop-downs and a sheet that explains the columns."""

from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs

from shared.importing.fields import Choice, Day, Text, Whole
from shared.importing.kinds import Column, Kind

LAST_ROW = 10_000
HINTS = "Hinweise"
LISTS = "Listen"
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@cache
def template(kind: Kind) -> bytes:
    """The template as XLSX; its first sheet is the one the import reads."""
    target = BytesIO()
    with Workbook(target, SAFE) as book:
        bold, plain = book.add_format({"bold": True, "bg_color": "#E6ECF2"}), book.add_format({"text_wrap": True})
        formats = {Day: book.add_format({"num_format": "dd.mm.yyyy"}), Text: book.add_format({"num_format": "@"})}
        sheet, hints, lists = (book.add_worksheet(name) for name in (kind.title, HINTS, LISTS))
        lists.hide()
        sheet.freeze_panes(1, 0)
        hints.set_column(0, 2, 40, plain)
        hints.write_row(0, 0, ["Spalte (* = Pflicht)", "Was einzutragen ist", "Erlaubte Werte"], bold)
        for place, column in enumerate(kind.columns):
            header = f"{column.de} *" if column.required else column.de
            sheet.write(0, place, header, bold)
            sheet.set_column(place, place, max(14, len(header) + 2), formats.get(type(column.parse)))
            labels = list(column.parse.labels.values()) if isinstance(column.parse, Choice) else []
            lists.write_column(0, place, labels)
            if rule := _rule(column, place, len(labels)):
                sheet.data_validation(1, place, LAST_ROW, place, rule)
            hints.write_row(place + 1, 0, [header, column.parse.hint, ", ".join(labels)])
    return target.getvalue()


def _rule(column: Column, place: int, labels: int) -> dict[str, Any]:
    """Excel's own check of a column; a list with several values, or an open one, can only be proposed, not enforced."""
    title, message = column.de[:32], f"Bitte eintragen: {column.parse.hint}."[:255]
    told = {"input_title": title, "input_message": message, "error_title": title, "error_message": message}
    match column.parse:
        case Choice() as choice:
            source = f"={LISTS}!{xl_range_abs(0, place, labels - 1, place)}"
            return told | {
                "validate": "list",
                "source": source,
                "error_type": "information" if choice.many or not choice.enforced else "stop",
            }
        case Day():
            return told | {"validate": "date", "criteria": ">=", "value": date(2005, 1, 1)}
        case Whole(low=low, high=high):
            return told | {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
        case Text(limit=limit):
            return told | {"validate": "length", "criteria": "<=", "value": limit}
    return {}
