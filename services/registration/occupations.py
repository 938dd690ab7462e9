"""Occupations of the KldB 2010: searched by word, checked, and loaded from the official list.

Areas and main groups ship with the system (`shared.vocabulary.occupations`); where the official list is loaded, it
counts.
"""

import csv
import io
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.model import search_name
from services.registration.tables import OccupationRow
from shared.vocabulary.occupations import occupations

LEVELS = range(1, 6)
COMPOUND = 4
"""Letters from which a word is looked for inside of others: German puts words together."""
# Headings of the official files, as they begin.
HEADINGS = {"key": ("schlüssel",), "level": ("ebene",), "title": ("titel", "bezeichnung")}


class ListError(Exception):
    """A list that cannot be loaded: line, problem, remedy, in German."""


async def find_occupations(session: AsyncSession, words: str, limit: int) -> list[dict[str, Any]]:
    """Occupations that have every word (umlauts as one types them) or key, finest last.

    The beginning of a word is enough, and from four letters on any part of it: *pflege* is in *Krankenpflege* too.
    """
    asked = search_name(words).split()
    found = {key: title for key, title in occupations().items() if _has(key, search_name(title), asked)}
    where = [_holds(word) for word in asked]
    query = select(OccupationRow).where(*where).order_by(col(OccupationRow.level), col(OccupationRow.key))
    found |= {row.key: row.title for row in await session.exec(query.limit(limit))}
    ordered = sorted(found.items(), key=lambda entry: (len(entry[0]), entry[0]))
    return [{"key": key, "level": len(key), "title": title} for key, title in ordered[:limit]]


def _has(key: str, title: str, asked: list[str]) -> bool:
    return all(key.startswith(word) or _part(word) in f" {title}" for word in asked)


def _part(word: str) -> str:
    return word if len(word) >= COMPOUND else f" {word}"


def _holds(word: str) -> Any:
    title = " " + col(OccupationRow.search_title)
    return col(OccupationRow.key).startswith(word, autoescape=True) | title.contains(_part(word), autoescape=True)


async def missing(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Those of the keys that the official list does not have; none where no list is loaded (contracts 4)."""
    if not keys:
        return set()
    found = set(await session.exec(select(OccupationRow.key).where(col(OccupationRow.key).in_(keys))))
    loaded = found or (await session.exec(select(OccupationRow.key).limit(1))).first()
    return set(keys) - found if loaded else set()


def read_list(content: bytes) -> list[dict[str, Any]]:
    """Rows of the official list: CSV with `;`, UTF-8 (a BOM may stand before it) or windows-1252.

    Spreadsheets lose leading zeros: a key is filled up to the digits of its level. Raises ListError.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    columns = _columns(next(reader, []))
    rows = [_entry(number, line, columns) for number, line in enumerate(reader, 2) if any(map(str.strip, line))]
    if not rows:
        raise ListError("Die Liste enthält keine Berufe. Bitte prüfen Sie die Datei.")
    found: dict[str, dict[str, Any]] = {}
    for number, row in rows:
        if row["key"] in found:
            raise ListError(f"Zeile {number}: Den Schlüssel {row['key']} gibt es zweimal. Bitte eine Zeile löschen.")
        found[row["key"]] = row
    return list(found.values())


def _columns(header: list[str]) -> dict[str, int]:
    columns = {}
    for name, beginnings in HEADINGS.items():
        places = [place for place, text in enumerate(header) if text.strip().casefold().startswith(beginnings)]
        if not places:
            raise ListError(f"Die Spalte „{beginnings[0].capitalize()}“ fehlt. Bitte die amtliche Liste verwenden.")
        columns[name] = places[0]
    return columns


def _entry(number: int, line: list[str], columns: Mapping[str, int]) -> tuple[int, dict[str, Any]]:
    if len(line) <= max(columns.values()):
        raise ListError(f"Zeile {number}: Es fehlen Spalten. Bitte prüfen Sie das Trennzeichen (Semikolon).")
    key, level, title = (line[columns[name]].strip() for name in HEADINGS)
    if not level.isdecimal() or int(level) not in LEVELS:
        raise ListError(f"Zeile {number}: „{level}“ ist keine Ebene von 1 bis 5. Bitte prüfen.")
    key = key.replace(" ", "").zfill(int(level))
    if not key.isdecimal() or len(key) != int(level) or key[:2] not in occupations():
        raise ListError(f"Zeile {number}: „{key}“ ist kein Schlüssel der Ebene {level}. Bitte prüfen.")
    if not title:
        raise ListError(f"Zeile {number}: Der Titel fehlt. Bitte ergänzen.")
    return number, {"key": key, "level": int(level), "title": title, "search_title": search_name(title)}


async def load_list(session: AsyncSession, rows: list[dict[str, Any]]) -> int:
    """Replace the official list by these rows; how many there are."""
    await session.exec(delete(OccupationRow))
    await session.exec(insert(OccupationRow), params=rows)
    return len(rows)
