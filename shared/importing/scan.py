"""From lines to rows of a kind: valid rows, cells to mend, and words a person must decide on (contracts §5)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter

from shared.importing.fields import Choice, RefusedError, UnknownWordError
from shared.importing.kinds import ParsedRow
from shared.importing.mapping import Plan
from shared.importing.reader import Line
from shared.importing.words import SYNONYMS, key, shown
from shared.problems import Problem

MAX_UNKNOWN = 500
MAX_DETAILED = 200_000
NOTHING = {"", *(key(word) for word in SYNONYMS["not_stated"])}
ERRORS = frozenset({*ERROR_CODES, "#NV", "#WERT!", "#BEZUG!", "#ZAHL!"})
PLAIN = frozenset({str, int, float, bool, date, datetime, time, timedelta})  # everything else is a formula


@dataclass
class Scan:
    """Rows of a file read under a plan: the valid ones in compact form, cells to mend, words nobody knows."""

    plan: Plan
    strict: bool
    rows: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    errors: list[tuple[int, str, str, str]] = field(default_factory=list)
    rejected: int = 0
    unknown: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[ParsedRow]:
        """The valid rows, made one after the other."""
        names = [column.name for column in self.plan.kind.columns]
        for line, values in self.rows:
            yield ParsedRow(line, dict(zip(names, values, strict=True)))

    def read(self, lines: Iterable[Line]) -> None:
        """Read the rows under the header. Raises Problem for an unreadable file or a column full of unknown words."""
        blank = [column.empty for column in self.plan.kind.columns]
        for line, cells in lines:
            values = blank.copy()
            problems = self._parse(line, cells, values) + self._stray(line, cells)
            if problems:
                self.rejected += 1
                self.errors += problems if len(self.errors) < MAX_DETAILED else problems[:1]
            else:
                self.rows.append((line, tuple(values)))

    def _parse(self, line: int, cells: Sequence[object], values: list[Any]) -> list[tuple[int, str, str, str]]:
        problems, unknown, whole = [], list[tuple[str, RefusedError]](), True
        for index, at, header, column in self.plan.slots:
            cell = cells[index] if index < len(cells) else None
            try:
                empty = cell is None or cell == "" or (not column.required and _says_nothing(cell))
                value = None if empty else column.parse(_entered(cell, index, line))
                if value is not None:
                    values[at] = value
                elif column.required:
                    whole = False
                    raise RefusedError("Diese Angabe ist Pflicht. Bitte eintragen.")
            except RefusedError as refused:
                unknown.append((column.name, refused))
                problems.append((line, header, "" if cell is None else shown(cell), str(refused)))
        for name, word in unknown if whole else ():  # nobody is asked about the words of a line of sums
            self._note(name, word)
        return problems

    def _stray(self, line: int, cells: Sequence[object]) -> list[tuple[int, str, str, str]]:
        header = self.plan.header
        message = "Über dieser Zelle steht keine Überschrift. Bitte ergänzen oder die Zelle leeren."
        return [
            (line, get_column_letter(index + 1), shown(cell), message)
            for index, cell in enumerate(cells)
            if cell is not None and cell != "" and (index >= len(header) or not header[index])
        ]

    def _note(self, column: str, refused: RefusedError) -> None:
        for word in refused.words if isinstance(refused, UnknownWordError) and not self.strict else ():
            first, count = self.unknown.get((column, key(word)), (word, 0))
            self.unknown[column, key(word)] = (first, count + 1)
            if len(self.unknown) > MAX_UNKNOWN:
                text = f"Mehr als {MAX_UNKNOWN} Werte sind nicht bekannt, zuletzt in der Spalte „{column}“."
                raise Problem(422, f"{text} Bitte prüfen, ob die Überschriften zu den Spalten passen.")


def _says_nothing(cell: object) -> bool:
    """Whether a cell only says that nothing is known: *k. A.*, a dash. No reference, number or day is meant by it."""
    return isinstance(cell, str) and not cell.startswith("=") and key(cell) in NOTHING


def _entered(cell: object, index: int, line: int) -> object:
    """The cell, unless it is a formula or an error value of Excel."""
    formula = cell.startswith("=") if isinstance(cell, str) else type(cell) not in PLAIN
    if formula or cell in ERRORS:
        what = "Formel" if formula else "Fehlerwert"
        raise RefusedError(f"{what} in der Zelle {get_column_letter(index + 1)}{line}, bitte den Wert eintragen.")
    return cell


def _like(word: str, known: Mapping[str, str]) -> set[str]:
    """Columns whose headers look like the word, or begin it."""
    near = {known[one] for one in get_close_matches(word, known, cutoff=0.75)}
    return near | {name for one, name in known.items() if len(one) > 4 and word.startswith(one)}


def unmapped(scan: Scan) -> dict[str, Any]:
    """What a person must decide on once for the file, with suggestions; falsy lists when there is nothing."""
    plan, words = scan.plan, scan.plan.kind.headers
    taken = {slot.column.name for slot in plan.slots}
    columns = [{"header": word, "suggestions": sorted(_like(key(word), words) - taken)} for word in plan.open]
    headers = {slot.column.name: slot for slot in plan.slots}
    values = []
    for (name, _), (word, count) in scan.unknown.items():
        parse = headers[name].column.parse
        near = parse.suggestions(word) if isinstance(parse, Choice) else []
        entry = {"column": name, "header": headers[name].header, "value": word, "rows": count, "suggestions": near}
        values.append(entry)
    return {"columns": columns, "values": values, "missing": list(plan.missing)}
