"""What a cell may hold, as data: parsers that return a value or refuse with a German sentence (contracts §5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from shared.importing.words import SYNONYMS, key, shown
from shared.nationalities import nationality_labels
from shared.vocabulary import Term
from shared.vocabulary.occupations import COUNTED, occupations

MAX_SEEN = 10_000
MAX_NEAR = 500
# KldB 2010: two to five digits that begin with one of the 37 main groups.
MAIN_GROUP = "01|1[1-4]|2[1-9]|3[1-4]|4[1-3]|5[1-4]|6[1-3]|7[1-3]|8[1-4]|9[1-4]"
OCCUPATION = re.compile(rf"((?:{MAIN_GROUP})\d{{0,3}})(?: +\D.*)?")
EXCEL_EPOCH = date(1899, 12, 30)
MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
WEEKDAY = re.compile(r"(?:Mo|Di|Mi|Do|Fr|Sa|So)(?:\.|[a-z]{2,8})?,? +(?=\d)")
NAMED_DAY = re.compile(r"(\d{1,2})\.? ?([A-Za-zÄä]{3,9})\.? ?((?:20|19)?\d\d)")
GERMAN_DAY = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?((?:20|19)?\d\d)(?: 00:00(?::00)?)?")
DASHED_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-((?:20|19)\d\d)")
ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?")


class RefusedError(ValueError):
    """A cell that cannot be taken; its text says in German what to do."""


class UnknownWordError(RefusedError):
    """Words outside their vocabulary; they can be mended for the whole file."""

    def __init__(self, words: list[str], message: str) -> None:
        super().__init__(message)
        self.words = words


@lru_cache(8_192)
def _day(text: str) -> date:
    serial = int(text) if re.fullmatch(r"\d{5}", text) else 0
    if 36_526 <= serial < 73_051:  # a day of the years 2000 to 2099 as Excel counts it
        return EXCEL_EPOCH + timedelta(serial)
    text = WEEKDAY.sub("", text)
    try:
        if found := GERMAN_DAY.fullmatch(text) or DASHED_DAY.fullmatch(text):
            return _dated(found[1], int(found[2]), found[3])
        if (found := NAMED_DAY.fullmatch(text)) and (month := _month(found[2])):
            return _dated(found[1], month, found[3])
        if found := ISO_DAY.fullmatch(text):
            return date(*map(int, found.groups()))
    except ValueError:
        raise RefusedError("Diesen Tag gibt es im Kalender nicht. Bitte das Datum prüfen.") from None
    raise RefusedError("Das Datum ist nicht lesbar. Bitte als TT.MM.JJJJ eintragen, zum Beispiel 01.09.2022.")


def _dated(day: str, month: int, year: str) -> date:
    return date(int(year) if len(year) > 2 else 2000 + int(year), month, int(day))


def _month(word: str) -> int:
    """Number of a month by its name or the beginning of it, else 0."""
    return next((place for place, name in enumerate(MONTHS, 1) if key(name).startswith(key(word))), 0)


@dataclass(frozen=True)
class Day:
    """A day: 31.12.2022, 1.9.22, 1. Sept. 2022, 2022-12-31 or an Excel date."""

    hint: str = "Datum, zum Beispiel 01.09.2022"

    def __call__(self, cell: object) -> date:
        """Parse a cell. Raises RefusedError."""
        if isinstance(cell, datetime):
            return cell.date()
        return cell if isinstance(cell, date) else _day(shown(cell))


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    @property
    def hint(self) -> str:
        """What to enter."""
        return f"ganze Zahl von {self.low} bis {self.high}"

    def __call__(self, cell: object) -> int:
        """Parse a cell. Raises RefusedError."""
        text = shown(cell)
        if not isinstance(cell, bool) and re.fullmatch(r"\d{1,9}", text) and self.low <= int(text) <= self.high:
            return int(text)
        raise RefusedError(f"Bitte eine {self.hint} eintragen.")


@dataclass(frozen=True)
class Text:
    """A text of at most `limit` characters in one line, of the form `pattern` if given (then `hint` names it)."""

    limit: int
    pattern: str = ""
    hint: str = "Text"

    def __call__(self, cell: object) -> str:
        """Parse a cell. Raises RefusedError."""
        mangled = isinstance(cell, datetime | time | timedelta | bool)
        if mangled or (isinstance(cell, int | float) and abs(cell) >= 10**15):
            raise RefusedError("Excel hat diesen Eintrag umgewandelt. Bitte die Zelle als Text formatieren.")
        text = shown(cell) if isinstance(cell, float) else str(cell).replace("\u00a0", " ").strip()
        if len(text) > self.limit:
            raise RefusedError(f"Der Text ist zu lang. Bitte auf höchstens {self.limit} Zeichen kürzen.")
        if not text.isprintable():
            raise RefusedError("Die Zelle enthält einen Zeilenumbruch oder ein Steuerzeichen. Bitte entfernen.")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise RefusedError(f"Die Angabe hat nicht die erwartete Form. Bitte eintragen: {self.hint}.")
        return text


class Choice:
    """One value of a closed vocabulary, or several divided by `|` (`many`).

    `labels` gives the German label of each value, `vocabulary` names the synonyms. Codes match literally, labels,
    synonyms and `answers` (word → code, "" = leave empty, None = reject) by `words.key`.
    """

    def __init__(
        self,
        vocabulary: str,
        labels: Mapping[Any, str],
        *,
        many: bool = False,
        answers: Mapping[str, str | None] | None = None,
    ) -> None:
        self.vocabulary, self.labels, self.many = vocabulary, labels, many
        self.codes = {str(value).lower() if isinstance(value, bool) else str(value): value for value in labels}
        known = {key(word): self.codes.get("not_stated") for word in SYNONYMS["not_stated"]}
        for code, words in SYNONYMS["values"].get(vocabulary, {}).items():
            known |= {key(word): self.codes.get(code) for word in words}
        # Two letters match literally only: "n. a." is neither Namibia nor Nauruisch.
        known |= {key(code): value for code, value in self.codes.items() if len(code) > 2}
        self.words = known | {key(label): value for value, label in labels.items()}
        self.answers = {key(word): code for word, code in (answers or {}).items()}
        self._seen: dict[str, Any] = {}  # a million cells hold a few hundred spellings
        self._near: dict[str, list[str]] = {}

    enforced = True
    """Whether nothing but the list can be entered."""

    @property
    def hint(self) -> str:
        """What to enter."""
        return "ein oder mehrere Werte der Liste, mit | getrennt" if self.many else "ein Wert der Liste"

    def answered(self, answers: Mapping[str, str | None]) -> "Choice":
        """The same choice, mended by what a person answered for one file."""
        return Choice(self.vocabulary, self.labels, many=self.many, answers=answers)

    def suggestions(self, word: str) -> list[str]:
        """Up to three codes whose words look like `word`, or are in it; none once 500 were asked for: it takes long."""
        name = key(word)
        if name not in self._near and len(self._near) < MAX_NEAR:
            codes = {value: code for code, value in self.codes.items()}
            inside = (one for one in self.words if len(one) > 4 and one in name)
            near = [self.words[found] for found in (*get_close_matches(name, self.words, n=6, cutoff=0.75), *inside)]
            self._near[name] = list(dict.fromkeys(codes[value] for value in near if value in codes))[:3]
        return self._near.get(name, [])

    def __call__(self, cell: object) -> Any:
        """Parse a cell; None (or an empty tuple) where it only says "leave empty". Raises RefusedError."""
        if not isinstance(cell, str):
            return self._parse(shown(cell))
        if cell not in self._seen:
            value = self._parse(cell)
            if len(self._seen) > MAX_SEEN:
                return value
            self._seen[cell] = value
        return self._seen[cell]

    def _parse(self, cell: str) -> Any:
        words = [word for part in (cell.split("|") if self.many else [cell]) if (word := shown(part))]
        if unknown := [word for word in words if not self._knows(word)]:
            near = [self.labels[self.codes[code]] for word in unknown for code in self.suggestions(word)]
            meant = f"Gemeint: {', '.join(near)}?" if near else "Bitte einen Wert der Liste wählen."
            raise UnknownWordError(unknown, f"Dieser Wert ist nicht vorgesehen. {meant}")
        values = dict.fromkeys(value for word in words if (value := self._value(word)) is not None)
        return tuple(values) if self.many else next(iter(values), None)

    def _knows(self, text: str) -> bool:
        word = key(text)
        return text in self.codes or not word or word in self.words or word in self.answers

    def _value(self, text: str) -> Any:
        if text in self.codes:
            return self.codes[text]
        word = key(text)
        return self._answer(text, self.answers[word]) if word in self.answers else self.words.get(word)

    def _answer(self, text: str, code: str | None) -> Any:
        if code is None:
            raise RefusedError(f"Der Wert „{text}“ wurde bei der Zuordnung abgelehnt.")
        return self.codes[code] if code else None


def term(vocabulary: type[Term], *, many: bool = False) -> Choice:
    """Choice of a vocabulary of the programme."""
    return Choice(vocabulary.__name__, {member: member.de for member in vocabulary}, many=many)


def yes_no() -> Choice:
    """A truth value: ja or nein."""
    return Choice("bool", {True: "ja", False: "nein"})


def nationality() -> Choice:
    """A nationality by code, name or adjective."""
    return Choice("nationality", nationality_labels())


class Occupation(Choice):
    """A reference occupation: a key of the KldB 2010, alone or before its title; any other word is asked about once."""

    enforced = False

    @property
    def hint(self) -> str:
        """What to enter."""
        return "Schlüssel der KldB 2010, zwei bis fünf Ziffern, oder ein Beruf der Liste"

    def __init__(self, answers: Mapping[str, str | None] | None = None) -> None:
        titles = {code: title for code, title in occupations().items() if len(code) == 2} | COUNTED
        labels = {code: f"{code} {title}" for code, title in sorted(titles.items())}
        super().__init__("occupation", labels, answers=answers)
        self.words |= {key(title): code for code, title in titles.items()}

    def answered(self, answers: Mapping[str, str | None]) -> "Occupation":
        """The same choice, mended by what a person answered for one file."""
        return Occupation(answers)

    def suggestions(self, word: str) -> list[str]:
        """Up to three occupations that look like the word, or have it in their title."""
        inside = [code for title, code in self.words.items() if len(key(word)) > 3 and key(word) in title and code]
        return list(dict.fromkeys([*super().suggestions(word), *inside]))[:3]

    def _knows(self, text: str) -> bool:
        return bool(OCCUPATION.fullmatch(text)) or super()._knows(text)

    def _value(self, text: str) -> Any:
        found = OCCUPATION.fullmatch(text)
        return found[1] if found else super()._value(text)
