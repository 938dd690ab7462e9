"""Make a dirty Excel list of counselling sessions, as a stranger would keep it; seeded, for tests and the demo.

Usage: python tools/dirty_list.py target.xlsx [--seed 7] [--rows 300] [--office CODE]
"""

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

FIRST_DAY, LAST_DAY = date(2023, 1, 9), date(2026, 6, 30)
EXCEL_EPOCH = date(1899, 12, 30)
HEADERS = (
    "Lfd. Nr.", "Beratungsdatum", "HSP", "Art der Beratung", "Beratungsform", "Sprache", "Standort", "Klientennummer",
    "Herkunft", "Flucht ja/nein", "w/m", "Jahrgang", "Ausl. Dipl.", "Verweis an", "Bemerkung",
)  # fmt: skip

# What a person answers once on the page of the mapping; everything else is understood without asking.
ANSWERS: dict[str, Any] = {
    "columns": {"Ausl. Dipl.": "has_degree", "Bemerkung": ""},
    "values": {
        "nationality": {"Afganistan": "AF", "Ukriane": "UA", "Syirien": "SY", "ehem. Jugoslawien": "unclear"},
        "session_type": {"Erstb.": "first", "F": "follow_up"},
        "channel": {"Tel./Mail": "phone"},
        "language": {"Farsie": "fa"},
    },
}

NATIONALITIES = (
    "Syrien", "Syrien ", "syrisch", "SY", "Syirien", "Afghanistan", "Afganistan", "afghanisch", "Ukraine", "UKRAINE",
    "Ukriane", "Türkei", "Tuerkei", "türkisch", "Iran", "Iran, Islamische Republik", "Irak", "Russische Föderation",
    "USA", "Kosovo", "ehem. Jugoslawien", "staatenlos", "k.A.", "",
)  # fmt: skip
FIRST, FOLLOW_UP = ("Erst-", "EB", "Erstberatung", "erst", "Erstb."), ("Folge-", "FB", "Folgeberatung", "F")
CHANNELS = (
    "persönlich",
    "Präsenz",
    "pers.",
    "Telefon",
    "tel.",
    "telefonisch",
    "E-Mail",
    "online",
    "Video",
    "Tel./Mail",
    "",
)
LANGUAGES = ("Deutsch", "dt.", "DE", "Arabisch", "arab.", "Farsi", "Farsie", "Englisch", "Russisch", "", "")
LINES = ("HSP 1", "HSP1", "Anerkennungsberatung", "1", "hsp 1")
GENDERS = ("w", "m", "W", "weibl.", "männlich", "Frau", "m ", "div.", "")
YES_NO = ("ja", "nein", "Ja", "N", "x", "k. A.", "", "J")
REFERRALS = ("", "", "", "Jobcenter", "JC", "Arbeitsagentur", "Anwalt", "keine", "ZSBA", "-")
REMARKS = ("", "", "meldet sich wieder", "=> Unterlagen fehlen", "Termin am 3.5.", "siehe Akte")


@dataclass
class DirtyList:
    """The file, how many rows hold something, and what is wrong beyond mending in which line (header = 1)."""

    content: bytes = b""
    rows: int = 0
    faults: dict[int, str] = field(default_factory=dict)


def german(day: date) -> str:
    """A day as 01.09.2022."""
    return day.strftime("%d.%m.%Y")


# A day as different people write it: real dates, text, Excel's bare number.
DAYS: tuple[Callable[[date], object], ...] = (
    lambda day: day,
    lambda day: day,
    lambda day: day,
    german,
    lambda day: f"{day.day}.{day.month}.{day.year % 100:02d}",
    lambda day: f" {german(day)} ",
    date.isoformat,
    lambda day: (day - EXCEL_EPOCH).days,
)

# What nobody but the office can mend: name, column, the bad cell.
FAULTS: tuple[tuple[str, int, object], ...] = (
    ("no such day", 1, "31.11.2023"),
    ("no date", 1, ""),
    ("unreadable date", 1, "Anfang Mai"),
    ("ambiguous date", 1, "5/6/23"),
    ("formula", 11, "=2024-30"),
    ("no number", 11, "ca. 1985"),
    ("no type", 3, "-"),
    ("no id", 0, ""),
)


def _entries(chance: random.Random, rows: int, office: str) -> Iterator[list[object]]:
    """Clean in substance, dirty in form: rows of persons who come once or several times, by date."""
    days = sorted(FIRST_DAY + timedelta(chance.randrange((LAST_DAY - FIRST_DAY).days)) for _ in range(rows))
    persons: list[tuple[str, object, object, object]] = []
    for number, day in enumerate(days, 1):
        known = bool(persons) and chance.random() < 0.35
        if known:
            person = chance.choice(persons)
        else:
            traits = chance.choice(NATIONALITIES), chance.choice(GENDERS), chance.randrange(1958, 2006)
            person = (f"K-{len(persons) + 1:04d}", *traits)
            persons.append(person)
        year: object = (
            "" if chance.random() < 0.1 else chance.choice((person[3], str(person[3]), float(str(person[3]))))
        )
        yield [
            number, chance.choice(DAYS)(day), chance.choice(LINES), chance.choice(FOLLOW_UP if known else FIRST),
            chance.choice(CHANNELS), chance.choice(LANGUAGES), office, person[0], person[1], chance.choice(YES_NO),
            person[2], year, chance.choice(YES_NO), chance.choice(REFERRALS), chance.choice(REMARKS),
        ]  # fmt: skip


def dirty_list(seed: int = 7, rows: int = 300, office: str = "") -> DirtyList:
    """A list of `rows` sessions with one fault of each sort and an empty line here and there.

    `office` is a code of the structure register; empty leaves the column empty. The same seed gives the same rows.
    """
    chance = random.Random(seed)  # noqa: S311  # seeded randomness is the point
    result, target = DirtyList(rows=rows), BytesIO()
    entries = list(_entries(chance, rows, office))
    # A follow-up may lose its type or date without making another row of that person wrong.
    harmless = [place for place, entry in enumerate(entries) if entry[3] in FOLLOW_UP]
    faulty = dict(zip(sorted(chance.sample(harmless, len(FAULTS))), FAULTS, strict=True))
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, day_format = book.add_worksheet("Tabelle1"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADERS)
        line = 1
        for place, entry in enumerate(entries):
            line += 1 + (chance.random() < 0.02)
            if place in faulty:
                name, column, cell = faulty[place]
                entry[column] = cell
                result.faults[line] = name
            for column, cell in enumerate(entry):
                _write(sheet, line - 1, column, cell, day_format)
    result.content = target.getvalue()
    return result


def _write(sheet: Any, row: int, column: int, cell: object, day_format: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day_format)
    elif isinstance(cell, str) and cell.startswith("=2"):
        sheet.write_formula(row, column, cell)
    elif cell != "":
        sheet.write(row, column, cell)


def main() -> None:
    """Write the list to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--office", default="")
    given = parser.parse_args()
    made = dirty_list(given.seed, given.rows, given.office)
    given.target.write_bytes(made.content)
    print(f"{made.rows} Zeilen, davon {len(made.faults)} fehlerhaft: {made.faults}")


if __name__ == "__main__":
    main()
