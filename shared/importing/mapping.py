"""Headers of a file and columns of a kind: matched, mended by answers, or refused in German (contracts §5)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, NamedTuple

from shared.importing.fields import Choice
from shared.importing.kinds import Column, Kind
from shared.importing.reader import Line
from shared.importing.words import key, shown
from shared.problems import FieldProblem, Problem

TITLES = 10
"""Lines that may stand above the headers: a title, a date, what merged cells say of several columns."""
NOT_UNIQUE = "Diese Spalte kommt mehrfach vor."


class Slot(NamedTuple):
    """A column of the file that is taken: its place in the file, that among the kind's columns, header, column."""

    place: int
    at: int
    header: str
    column: Column


@dataclass(frozen=True)
class Plan:
    """What the header of a file says: columns taken, headers nobody knows or that compete, columns missing."""

    kind: Kind
    header: Sequence[str]
    slots: tuple[Slot, ...]
    unknown: tuple[str, ...]
    competing: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """Headers a person must decide on."""
        return self.unknown + self.competing

    def problems(self, *, strict: bool) -> list[FieldProblem]:
        """What refuses the file: when strict anything unusual, else only what no mapping can mend."""
        names = list(self.kind.by_name)
        found = [FieldProblem(name, "", "Diese Pflichtspalte fehlt.", "Bitte ergänzen.") for name in self.missing]
        if not strict:
            return [] if self.open else found
        rename = "Bitte umbenennen oder weglassen."
        found += [FieldProblem(word, word, "Diese Spalte ist nicht bekannt.", rename, names) for word in self.unknown]
        return found + [FieldProblem(word, word, NOT_UNIQUE, "Bitte nur eine behalten.") for word in self.competing]


def match_header(kind: Kind, header: Sequence[str], mapping: Mapping[str, Any]) -> Plan:
    """Match the headers of a file with the columns of a kind, with the answers given so far.

    `mapping` is `{"columns": {header: column or ""}, "values": {column: {word: code or "" or None}}}`.
    Raises Problem 422 when two headers are the same word: then no answer could tell them apart.
    """
    answers = {_header_key(word): name for word, name in mapping.get("columns", {}).items()}
    words = [_header_key(word) for word in header]
    if twice := [word for word, name in zip(header, words, strict=True) if word and words.count(name) > 1]:
        raise Problem(422, NOT_UNIQUE, [FieldProblem(twice[0], twice[0], NOT_UNIQUE, "Bitte nur eine behalten.")])
    names = [answers.get(word, kind.headers.get(word)) for word in words]
    competing = [name for name in names if name and names.count(name) > 1]
    places = {column.name: place for place, column in enumerate(kind.columns)}
    slots = [
        Slot(index, places[name], header[index], _answered(kind.by_name[name], mapping))
        for index, name in enumerate(names)
        if name and name not in competing
    ]
    return Plan(
        kind,
        header,
        tuple(slots),
        tuple(word for word, name in zip(header, names, strict=True) if word and name is None),
        tuple(word for word, name in zip(header, names, strict=True) if name in competing),
        tuple(column.name for column in kind.columns if column.required and column.name not in names),
    )


def _header_key(word: str) -> str:
    return key(word) or word


def _answered(column: Column, mapping: Mapping[str, Any]) -> Column:
    """The column with the file's answers; a vocabulary is copied, for it remembers the words of the file."""
    if not isinstance(column.parse, Choice):
        return column
    return replace(column, parse=column.parse.answered(mapping.get("values", {}).get(column.name, {})))


def read_header(kind: Kind, lines: Iterator[Line]) -> tuple[list[str], Iterator[Line]]:
    """Headers of a file and the lines below them: the first line, or one further down if titles stand above it.

    Raises Problem 422 when there are no headers at all.
    """
    ahead = [next(lines)]
    if _known(kind, ahead[0][1]) < 2:
        ahead += islice(lines, TITLES)
    at = max(range(len(ahead)), key=lambda place: (_known(kind, ahead[place][1]), -place))
    if at and _known(kind, ahead[at][1]) < 2:
        at = 0  # nothing down there is more of a header than the first line
    header = header_of(ahead[at][1])
    if not _known(kind, header) and any(re.fullmatch(r"[\d.,:/-]+", word) for word in header):
        text = f"In Zeile {ahead[at][0]} stehen keine Spaltenköpfe."
        raise Problem(422, f"{text} Bitte die Überschriften der Vorlage ergänzen.")
    return header, chain(ahead[at + 1 :], lines)


def header_of(cells: Iterable[object]) -> list[str]:
    """A line as headers."""
    header = ["" if cell is None else shown(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    return header


def below(header: Sequence[str], lines: Iterator[Line]) -> Iterator[Line]:
    """The lines below the headers that were read when the file came in."""
    for _, cells in lines:
        if header_of(cells) == header:
            break
    return lines


def _known(kind: Kind, cells: Iterable[object]) -> int:
    return sum(key(shown(cell)) in kind.headers for cell in cells if cell is not None)
