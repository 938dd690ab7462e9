"""The brochure of the printed tables: what its template shows, every number already in German."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from services.gateway.languages import _, told
from services.gateway.paper import render_pdf
from services.gateway.passports import records_of
from services.gateway.rendering import day, label, number, percent
from services.gateway.table_charts import caption, described, picture

Table = Mapping[str, Any]
TITLE = "Tabellenband"
SCALE, MAP_SCALE = 0.64, 0.5
"""Points per pixel: type of 13 pixels becomes 8.3 points; a map leaves room for its table on the page."""
TEXT_WIDTH = 470
METHOD = (
    {
        "head": "Jede Zahl steht zweimal da",
        "text": "Einmal so, wie IQ konkret 3/2022 sie gedruckt hat, und einmal so, wie sie aus den Datensätzen der "
        "Landesnetzwerke folgt. Gedruckte Zahlen werden nie berichtigt. Wo beide abweichen, steht es dabei; wo die "
        "Quelle selbst Zweifel lässt, steht das unter der Tabelle.",
    },
    {
        "head": "Stichtag",
        "text": "Ein Datensatz zählt mit seiner höchsten Fassung, die bis zum Ende des Stichtags erfasst war; "
        "zurückgezogene zählen nicht. Die gedruckte Ausgabe hat je Tabelle einen anderen Stichtag. Mit einem Stichtag "
        "für alle Netzwerke werden dieselben Fragen noch einmal gestellt; kein Zeitraum reicht dann über ihn hinaus.",
    },
    {
        "head": "Einheiten und Anteile",
        "text": "Eine Einheit wird nie in eine andere umgerechnet: Beratungen bleiben Beratungen, Personen Personen. "
        "Anteile ohne gedruckten Wert daneben sind hier berechnet und nicht gedruckt.",
    },
    {
        "head": "Zahlenpass",
        "text": "Unter jeder Tabelle steht, womit sie gerechnet ist: Indikator und Version, Zeitraum, Stichtag, der "
        "Tag, bis zu dem Eingegangenes bekannt war, und wie vollständig die Netzwerke berichtet haben. Die Frage in "
        "der letzten Zeile gibt, als Adresse /api/v1/figures?… gestellt, dieselben Zahlen wieder.",
    },
)
MARKS = (
    {"mark": "= gleich", "words": "Alles, was gedruckt ist, kommt genau so heraus: Zahl, Anteil und Rang."},
    {"mark": "≠ weicht ab", "words": "Mindestens eines davon kommt anders heraus."},
    {"mark": "– offen", "words": "Die Frage konnte nicht beantwortet werden; der Grund steht im Zahlenpass."},
    {"mark": "?", "words": "Die Quelle lässt hier selbst Zweifel, siehe die Hinweise unter der Tabelle."},
)


def brochure(tables: Sequence[Table]) -> bytes:
    """The PDF of all tables with their charts. CPU-bound: call it in a thread."""
    first = tables[0]
    pictures = {table["id"]: picture(table) for table in tables}
    return render_pdf("brochure.typ", content(tables), pictures, dated=dated(first["stichtag"], first["known_at"]))


def dated(stichtag: str, known_at: str) -> date:
    """Day written into the file: the common Stichtag, else the day until which everything was known."""
    return date.fromisoformat(known_at if stichtag == "printed" else stichtag)


def content(tables: Sequence[Table]) -> dict[str, Any]:
    """What the template shows."""
    first = tables[0]
    one = first["stichtag"] != "printed"
    stichtag = f"Stichtag {day(first['stichtag'])}" if one else "Stichtage wie gedruckt"
    words = "Jede Tabelle nennt ihren eigenen, wie in der gedruckten Ausgabe."
    cells = [cell for table in tables for cell in table["cells"]]
    return {
        "title": TITLE,
        "stichtag": stichtag,
        "stichtag_title": stichtag,
        "stichtag_words": "Ein Stichtag für alle Netzwerke und alle Tabellen, was die gedruckte Ausgabe nicht haben "
        "konnte."
        if one
        else words,
        "known_at": day(first["known_at"]),
        "synthetic": any(table["synthetic"] for table in tables),
        "missing": missing({code for table in tables for code in table["missing"]}),
        "tiles": tiles(cells),
        "method": METHOD,
        "marks": MARKS,
        "tables": [section(table) for table in tables],
    }


def tiles(cells: Sequence[Table]) -> list[dict[str, str]]:
    """How many printed figures there are, come out as printed, and differ or are open."""
    equal = sum(cell["equal"] is True for cell in cells)
    different = sum(cell["equal"] is False for cell in cells)
    counts = ((len(cells), "gedruckte Zahlen"), (equal, "kommen genau so heraus"))
    rest = f"weichen ab, {number(len(cells) - equal - different)} sind offen"
    return [{"number": number(count), "words": text} for count, text in (*counts, (different, rest))]


def missing(codes: set[str]) -> str:
    """Which networks lack, in German; nothing when none does."""
    named = ", ".join(label(code, "region") for code in sorted(codes))
    words = _("Es fehlen {count} Netzwerke: {named}.") if len(codes) > 1 else _("Es fehlt: {named}.")
    return words.format(count=len(codes), named=named) if codes else ""


def section(table: Table) -> dict[str, Any]:
    """One table as the template shows it."""
    return {name: table[name] for name in ("id", "title", "field", "unit", "head", "source", "notes")} | {
        "heading": table["heading"][0].upper() + table["heading"][1:],
        "missing": missing(set(table["missing"])),
        "groups": groups(table),
        "shares": shares(table),
        "alt": described(table),
        "width": width_of(picture(table), MAP_SCALE if table["chart"] == "map" else SCALE),
        "caption": caption(table),
        "passports": [passport(question) for question in table["questions"]],
    }


def groups(table: Table) -> list[dict[str, Any]]:
    """The figures in the order of the print, by their group."""
    found = groupby(table["cells"], key=lambda cell: cell["group"])
    return [{"name": name, "rows": [row(cell) for cell in cells]} for name, cells in found]


def shares(table: Table) -> list[str]:
    """Heads of the columns of shares: none, or with the printed ones beside them."""
    if any(cell["printed_share"] is not None for cell in table["cells"]):
        return [_("Anteil"), _("gedruckt")]
    return [_("Anteil (abgeleitet)")] if any(cell["share"] is not None for cell in table["cells"]) else []


def width_of(svg: str, scale: float) -> float:
    """Width of a picture in points: one scale for all, so that their type has one size; at most the page's."""
    found = re.search(r'width="([\d.]+)"', svg)
    return min(float(found[1]) * scale, TEXT_WIDTH) if found else TEXT_WIDTH


def row(cell: Table) -> dict[str, Any]:
    """One figure: value, print, verdict, shares."""
    rank = f"{cell['printed_rank']}. " if cell["printed_rank"] else ""
    unit = f" ({cell['unit']})" if cell["total"] and cell["words"] else ""
    share = "" if cell["share"] is None else percent(cell["share"], cell["places"])
    return {
        "group": cell["group"],
        "label": f"{rank}{cell['label']}{unit}",
        "value": number(cell["value"]),
        "printed": cell["words"] or number(cell["printed"]),
        "worded": bool(cell["words"]),
        "mark": {True: "gleich", False: "weicht ab", None: "offen"}[cell["equal"]],
        "share": share,
        "printed_share": percent(cell["printed_share"], cell["places"]) if cell["printed_share"] is not None else "",
        "total": cell["total"],
        "doubtful": cell["doubtful"],
        "link": cell["link"],
    }


def passport(question: Table) -> dict[str, str]:
    """The Zahlenpass of one question in one line."""
    known = question["passport"]
    if known is None:
        return {
            "head": _("Nicht beantwortet"),
            "words": told(question["reason"]),
            "definition": "",
            "link": question["link"],
        }
    period, coverage = known["period"], known["coverage"]
    begin = label(period["from"], "month") if period["from"] else _("von Anfang an")
    end = label(period["to"], "month") if period["to"] else _("zum Stichtag")
    networks = _("{answered} von {networks} Netzwerken")
    networks = networks.format(answered=coverage["answered"], networks=coverage["networks"])
    words = _("Zeitraum {begin} bis {end}. Stichtag {as_of}, bekannt am {known_at}.").format(
        begin=begin, end=end, as_of=day(known["as_of"]), known_at=day(known["known_at"])
    )
    return {
        "head": f"{known['indicator']}, Version {known['version']}",
        "words": f"{words} {networks}, {records_of(coverage)}.",
        "definition": told(known["definition"]),
        "link": question["link"],
    }
