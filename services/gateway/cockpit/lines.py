"""What pages of the cockpit count, as data (`lines.toml`): the overview, each programme line, notes to them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.gateway.languages import _, term_label
from services.gateway.sheets import Sheet
from shared.problems import FieldProblem, Problem
from shared.vocabulary import ProgrammeLine


@dataclass(frozen=True)
class Breakdown:
    """An indicator by dimensions; `top`: only its largest values."""

    indicator: str
    by: tuple[str, ...]
    top: int = 0

    def asks(self, sheets: Mapping[str, Sheet]) -> bool:
        """Whether only the networks can answer it: then no page waits for them."""
        return bool({*self.by} & {*sheets[self.indicator].asked})


@dataclass(frozen=True)
class Line:
    """A programme line: its indicators, the main one first, and their breakdowns."""

    code: str
    indicators: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]

    @property
    def main(self) -> str:
        """The indicator that stands for the line."""
        return self.indicators[0]


@dataclass(frozen=True)
class Note:
    """What must be known of a line before its figures are read; with a region, of it in that network."""

    line: str
    text: str
    region: str = ""


@dataclass(frozen=True)
class Contents:
    """All of it."""

    indicators: tuple[str, ...]
    tiles: tuple[str, ...]
    main: str
    lines: Mapping[str, Line]
    not_stated: tuple[Breakdown, ...]
    notes: tuple[Note, ...]

    def notes_on(self, lines: Sequence[str], region: str) -> list[Note]:
        """Notes on some lines: those on all networks, and those on one; without a region those on each."""
        return [note for note in self.notes if note.line in lines and (not region or note.region in ("", region))]


@cache
def load_contents() -> Contents:
    """The contents of the pages."""
    found = tomllib.loads(Path(__file__).with_name("lines.toml").read_text(encoding="utf-8"))
    overview = found["overview"]
    lines = {
        code: Line(code, tuple(entry["indicators"]), tuple(_breakdown(**one) for one in entry["breakdowns"]))
        for code, entry in found["lines"].items()
    }
    return Contents(
        indicators=tuple(overview["indicators"]),
        tiles=tuple(overview["tiles"]),
        main=overview["main"],
        lines=lines,
        not_stated=tuple(_breakdown(**one) for one in found["not_stated"]),
        notes=tuple(Note(**note) for note in found["notes"]),
    )


def _breakdown(indicator: str, by: str | list[str], top: int = 0) -> Breakdown:
    return Breakdown(indicator, (by,) if isinstance(by, str) else tuple(by), top)


def find_line(code: str) -> Line:
    """A line by its code. Raises Problem 404 naming those that exist."""
    lines = load_contents().lines
    if code in lines:
        return lines[code]
    names = {name: term_label(ProgrammeLine(name)) for name in lines}
    raise unknown("line", code, _("Dieses Handlungsfeld gibt es nicht."), names)


def unknown(field: str, value: str, problem: str, allowed: Mapping[str, str]) -> Problem:
    """The refusal of a code in an address that does not exist, with those that do and their names."""
    named = ", ".join(f"{name} ({code})" for code, name in allowed.items())
    remedy = _("Möglich sind: {allowed}.").format(allowed=named)
    return Problem(404, f"{problem} {remedy}", [FieldProblem(field, value[:80], problem, remedy, tuple(allowed))])
