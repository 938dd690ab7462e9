"""The tables that IQ konkret 3/2022 prints, as data: `printed/*.toml`, one file per table.

Every cell names the printed figure, the question whose answer must give it, and what is printed. Printed figures are
public and never corrected here; what the source itself leaves open is said in the table's notes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

TOTAL = "total"
"""As `share_of`: the share refers to the total of the cell's own answer."""
Chart = Literal["bars", "series", "groups", "shares", "map"]
Measure = Literal["value", "rows"]
Parameters = Mapping[str, str]
"""A question as the parameters of `/api/v1/figures`."""


class PrintedError(ValueError):
    """A file of a printed table that does not hold together, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A printed figure and where its value stands in an answer.

    `pick` names the rows of the answer (none: its total), `measure` `rows` counts those above zero. `printed` is the
    printed count (none: only a share is printed), `words` what is printed instead of a digit, `short` the label in a
    chart. A share without `printed_share` is derived, not printed. `doubtful`: the table's notes say why.
    """

    figure: str
    label: str
    question: str
    group: str = ""
    short: str = ""
    unit: str = ""
    pick: Mapping[str, str] = field(default_factory=dict)
    measure: Measure = "value"
    printed: int | None = None
    words: str = ""
    printed_share: Decimal | None = None
    share_of: str = ""
    rank: int | None = None
    total: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """A printed table: its words, its questions with the printed Stichtag, its cells in order, its doubts.

    `head` stands above the labels, `source` says where the table is printed and from which data (MON-11).
    `as_of_printed`: whether the source names a Stichtag; otherwise the notes say which day was chosen.
    """

    id: str
    title: str
    field: str
    unit: str
    head: str
    source: str
    chart: Chart
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]
    questions: Mapping[str, Parameters]
    as_of_printed: bool = True


@cache
def load_printed(folder: Path | None = None) -> Mapping[str, PrintedTable]:
    """All tables by id. Raises PrintedError for a file that does not hold together."""
    folder = folder or Path(__file__).with_name("printed")
    found = {}
    for path in sorted(folder.glob("*.toml")):
        entry = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        found[path.stem] = _read(path.stem, entry)
    return found


def _read(name: str, entry: dict[str, Any]) -> PrintedTable:
    try:
        cells = tuple(_cell(cell) for cell in entry["cells"])
        table = PrintedTable(**entry | {"notes": tuple(entry["notes"]), "cells": cells})
    except (KeyError, TypeError) as error:
        raise PrintedError(f"{name}: {error}") from None
    if table.id != name or table.chart not in get_args(Chart):
        raise PrintedError(f"{name}: id and file name differ, or unknown chart {table.chart!r}")
    for key, question in table.questions.items():
        if "indicator" not in question or "as_of" not in question:
            raise PrintedError(f"{name}.{key}: a question needs an indicator and a Stichtag")
    _check_cells(table)
    return table


def _cell(entry: dict[str, Any]) -> Cell:
    share = entry.get("printed_share")
    return Cell(**entry | {"printed_share": None if share is None else Decimal(share)})


def _check_cells(table: PrintedTable) -> None:
    figures = {cell.figure for cell in table.cells}
    if len(figures) < len(table.cells):
        raise PrintedError(f"{table.id}: a figure stands twice")
    for cell in table.cells:
        if cell.question not in table.questions:
            raise PrintedError(f"{cell.figure}: unknown question {cell.question!r}")
        if cell.share_of and cell.share_of not in figures | {TOTAL}:
            raise PrintedError(f"{cell.figure}: unknown base {cell.share_of!r}")
        if cell.measure not in get_args(Measure) or (cell.printed is None and cell.printed_share is None):
            raise PrintedError(f"{cell.figure}: unknown measure, or nothing printed")
