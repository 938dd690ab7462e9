"""Column layouts of other systems, kept as data (`layouts/*.toml`): which field goes where, in whose words.

A layout names columns in their order. A column has a constant `value`, or a `field` of a session; `words` turns its
codes into the other system's, and is `german` (our labels), `codes` (as stored) or a table. Files in the folder of
IQ_LAYOUTS come on top of those shipped.
"""

import csv
import io
import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from xlsxwriter import Workbook

from services.gateway.labels import value_label
from shared.problems import FieldProblem, invalid

SHIPPED = Path(__file__).parent / "layouts"
# What a session offers, and the dimension that has the German words of its codes.
FIELDS: Mapping[str, str] = {
    "session_id": "",
    "external_id": "",
    "date": "",
    "recorded_on": "",
    "revision": "",
    "office": "",
    "office_name": "",
    "programme_line": "programme_line",
    "session_type": "session_type",
    "seen_before": "seen_before",
    "channel": "channel",
    "mobile": "mobile",
    "outreach": "outreach",
    "language": "language",
    "nationality": "nationality",
    "refugee_background": "refugee_background",
    "gender": "gender",
    "age_group": "age_group",
    "has_degree": "has_degree",
    "reference_occupation": "",
    "occasions": "occasion",
    "referral_target": "referral_target",
}
DAYS = ("date", "recorded_on")
# A spreadsheet would run a cell that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class Closed(BaseModel):
    """A misspelt key of a layout is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Closed):
    """A column: its header, and where its cells come from; `missing` stands where nothing is known."""

    header: Line
    field: str | None = None
    value: str | None = None
    words: Literal["german", "codes"] | dict[str, str] = "codes"
    missing: str = ""

    @field_validator("field")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None and name not in FIELDS:
            raise ValueError(f"a session has no field {name}; known: {', '.join(FIELDS)}")
        return name

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.field is None) == (self.value is None):
            raise ValueError(f"column {self.header}: either field or value")
        return self


class Layout(Closed):
    """A layout of the other system's file."""

    title: Line
    about: Line
    separator: Literal[";", ",", "\t", "|"] = ";"
    encoding: Literal["utf-8", "utf-8-sig", "windows-1252", "iso-8859-15"] = "utf-8-sig"
    date_format: Line = "%d.%m.%Y"
    joined: Line = ", "
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]


@cache
def load_layouts() -> Mapping[str, Layout]:
    """Layouts by code (the file's name). Raises ValueError that names the file for one that cannot be read."""
    folders = [SHIPPED, *([Path(extra)] if (extra := os.environ.get("IQ_LAYOUTS")) else [])]
    found = {}
    for path in [path for folder in folders for path in sorted(folder.glob("*.toml"))]:
        try:
            found[path.stem] = Layout.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
    return found


def cell(column: Column, layout: Layout, item: Mapping[str, Any]) -> str:
    """The text of a cell."""
    if column.field is None:
        return column.value or ""
    stored = item[column.field]
    if isinstance(stored, list | tuple):
        return layout.joined.join(_word(column, str(code)) for code in stored) or column.missing
    if stored is None:
        return column.missing
    if column.field in DAYS:
        return date.fromisoformat(str(stored)[:10]).strftime(layout.date_format)
    return _word(
        column, {True: "yes", False: "no"}.get(stored, str(stored)) if isinstance(stored, bool) else str(stored)
    )


def _word(column: Column, code: str) -> str:
    """A code in the other system's words; one that its table does not name stays as it is."""
    if isinstance(column.words, dict):
        return column.words.get(code, code)
    dimension = FIELDS[column.field or ""]
    return value_label(code, dimension) if column.words == "german" and dimension else code


def table(layout: Layout, items: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Header and rows; no cell can start a formula in a spreadsheet."""
    rows = [[cell(column, layout, item) for column in layout.columns] for item in items]
    return [[_harmless(text) for text in row] for row in [[column.header for column in layout.columns], *rows]]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def to_csv(layout: Layout, items: Sequence[Mapping[str, Any]]) -> bytes:
    """The file as CSV. Raises Problem 422 that quotes what the layout's encoding cannot write."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=layout.separator, lineterminator="\r\n").writerows(table(layout, items))
    try:
        return out.getvalue().encode(layout.encoding)
    except UnicodeEncodeError as error:
        quoted = error.object[error.start : error.end]
        text = f"Die Datei kann das Zeichen „{quoted}“ nicht schreiben ({layout.encoding})."
        raise invalid(FieldProblem("file", quoted, text, "Bitte als Excel-Datei ausgeben.")) from None


def to_xlsx(layout: Layout, items: Sequence[Mapping[str, Any]]) -> bytes:
    """The file as XLSX; every cell is text, as the layout writes it."""
    out = io.BytesIO()
    with Workbook(out, SAFE) as book:
        sheet = book.add_worksheet("Daten")
        sheet.set_column(0, len(layout.columns) - 1, 20, book.add_format({"num_format": "@"}))
        for number, row in enumerate(table(layout, items)):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
