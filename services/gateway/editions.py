"""Editions as people read them: tables with hidden cells named, passports, and what protects them (contracts §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.labels import dimension
from services.gateway.languages import _
from services.gateway.passports import Desk, Lines, lines, midnight, subject
from services.gateway.rendering import day, label, number, percent
from services.gateway.sheets import Sheet
from services.gateway.special_requests import read_request

Document = Mapping[str, Any]
HIDDEN = "gesperrt"
STATES = {"draft": "Entwurf", "submitted": "eingereicht", "published": "veröffentlicht"}
METHODS = {"minimum3": "Mindestzahl 3", "rounded": "gerundet auf Vielfache von 5"}
FILES = (("csv", "CSV"), ("xlsx", "Excel"), ("pdf", "PDF"), ("json", "JSON"))
PROTECTION = {
    "minimum3": (
        "Damit niemand einzelne Menschen erkennen kann, sind die Zahlen 1 und 2 gesperrt. Dazu sind so viele "
        "weitere Zahlen gesperrt, dass sich die gesperrten nicht aus den übrigen errechnen lassen, auch nicht "
        "zusammen mit früheren Veröffentlichungen. „gesperrt“ heißt: Die Zahl ist da, sie wird aber nicht gezeigt. "
        "Sie ist nicht null, und sie kann auch groß sein."
    ),
    "rounded": (
        "Damit niemand einzelne Menschen erkennen kann, steht jede Zahl außer null auf einem benachbarten "
        "Vielfachen von 5: mal auf dem nächstkleineren, mal auf dem nächstgrößeren. Dieselben Datensätze zeigen in "
        "jeder Tabelle und in jeder Veröffentlichung dieselbe Zahl. Auch die Gesamtzahl ist für sich gerundet; "
        "deshalb ergeben die Zeilen zusammen nicht immer genau sie."
    ),
}
FOR_ALL = (
    "Was null ist, hat keine eigene Zeile. Anteile fehlen, wo weniger als 25 zugrunde liegen.",
    "Ungeschützt sind nur Kennzahlen, die keine Menschen, Beratungen oder Teilnahmen zählen.",
    "Eine Veröffentlichung ändert sich nicht mehr. Was später erfasst oder berichtigt wird, steht erst in einer neuen.",
)
TIMELESS = date.max
"""The day pages of editions are read, for words that never change: no Stichtag is ever *gestern* or *jetzt*."""
MAX_ROWS = 500
"""Rows shown on a page and on paper; CSV, XLSX and JSON have all of them."""


@dataclass(frozen=True)
class EditionRow:
    """One row: labels of its values, number and share as they are shown; `mark` says that the number was printed."""

    labels: tuple[str, ...]
    value: str
    share: str
    hidden: bool
    mark: str = ""


@dataclass(frozen=True)
class EditionTable:
    """One table of an edition; `left_out` rows are in the files only, `facts` is its passport."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[EditionRow, ...]
    total: str
    hidden: bool
    left_out: int
    notes: tuple[str, ...]
    facts: Lines
    mark: str = ""


def view(document: Document, sheets: Mapping[str, Sheet], network: str, *, centre: bool) -> dict[str, Any]:
    """What pages and papers show of an edition of a network, or of the centre. Raises KeyError without its sheets."""
    desk = Desk(network, centre, TIMELESS)
    tables = [table(entry, sheets[entry["indicator"]], desk) for entry in document["tables"]]
    return {
        "key": document["edition_id"],
        "title": document["title"],
        "as_of": midnight(document["as_of"]),
        "state": document["state"],
        "state_words": _(STATES.get(document["state"]) or document["state"]),
        "method": _(METHODS.get(document["method"]) or document["method"]),
        "protection": [_(text) for text in (PROTECTION[document["method"]], *FOR_ALL)],
        "hash": document["hash"],
        "synthetic": synthetic(document),
        "tables": tables,
        "hidden": any(entry.hidden or any(row.hidden for row in entry.rows) for entry in tables),
    }


def citation(found: Document, publisher: str, site: str) -> str:
    """How a published edition is cited: who, when, what, as of which day, and where; the checksum says which one."""
    invented = _(" [synthetische Daten]") if synthetic(found) else ""
    told = _("Erschienen am %(published)s, Stichtag %(as_of)s. Prüfsumme %(checksum)s.") % {
        "published": day(found["published_on"]),
        "as_of": day(found["as_of"]),
        "checksum": found["hash"][:12],
    }
    year, address = found["published_on"][:4], f"{site}/daten/{found['edition_id']}"
    return f"{publisher} ({year}): {found['title']}{invented}. {told} {address}"


def table(found: Document, sheet: Sheet, desk: Desk) -> EditionTable:
    """One table of an edition in words."""
    by: Sequence[str] = found["by"]
    rows = [_row(entry, by) for entry in found["rows"]]
    passport = found["passport"]
    return EditionTable(
        title=subject(read_request(parse_qsl(passport["link"])), sheet.title),
        columns=tuple(dimension(name).title for name in by),
        rows=tuple(rows[:MAX_ROWS]),
        total=shown(found["total"]),
        hidden=found["total"] is None,
        left_out=max(len(rows) - MAX_ROWS, 0),
        notes=tuple(_notes(sheet, found)),
        facts=lines(passport, sheet, desk),
        mark=_mark(found, "total_"),
    )


def shown(value: int | None) -> str:
    """A number of an edition; one that is not told is named."""
    return _(HIDDEN) if value is None else number(value)


def synthetic(document: Document) -> bool:
    """Whether anything in an edition is invented."""
    return any(entry["passport"]["synthetic"] for entry in document["tables"])


def _row(entry: Document, by: Sequence[str]) -> EditionRow:
    share = entry.get("share")
    text = percent(None if share is None else share * 100)
    labels = tuple(label(entry[name], name) for name in by)
    return EditionRow(labels, shown(entry["value"]), text, entry["value"] is None, _mark(entry))


def _mark(entry: Document, start: str = "") -> str:
    """That a number was printed before, and what the records say where that is another number."""
    if not entry.get(f"{start}printed"):
        return ""
    if f"{start}recorded" not in entry:
        return _("gedruckt")
    return _("gedruckt; laut Datensätzen %(value)s") % {"value": shown(entry[f"{start}recorded"])}


def _notes(sheet: Sheet, found: Document) -> list[str]:
    """How to read rows that do not add up (MON-07), and numbers that are shown as they were printed."""
    notes = []
    if sheet.measure == "mentions":
        notes.append(_("Mehrere Nennungen je Beratung sind möglich; die Anteile ergeben zusammen nicht 100 Prozent."))
    if source := found.get("printed_in"):
        words = _(
            "„gedruckt“: bereits gedruckt in %(source)s, deshalb öffentlich und gezeigt, wie gedruckt. Ergeben die "
            "Datensätze eine andere Zahl, steht sie geschützt dabei."
        )
        notes.append(words % {"source": source})
    return notes
