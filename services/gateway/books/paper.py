"""A book on paper: an accessible PDF from its stored content, every table numbered and marked *intern*."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from services.gateway.books.shown import SAME_QUESTION, Shown, picture, shown, words_of
from services.gateway.brochure import SCALE, width_of
from services.gateway.languages import speaking
from services.gateway.paper import render_pdf
from services.gateway.rendering import day, label, number
from shared.topology import load_topology

Book = Mapping[str, Any]
CHART_SCALE, MAP_SCALE = SCALE * 0.9, 0.4
SPREADS = "in_figures"
TILES = 9
"""Key figures of a double page: three rows of three."""
METHOD = (
    {
        "head": "Arbeitsstand, intern",
        "text": "Alle Zahlen sind exakt und nur für Rollen mit Recht darauf bestimmt. Für die Öffentlichkeit wird aus "
        "ihnen eine Veröffentlichung gemacht, die kleine Zahlen schützt und sich nie mehr ändert.",
    },
    {
        "head": "Stichtag und Kenntnisstand",
        "text": "Ein Datensatz zählt mit seiner höchsten Fassung, die bis zum Ende des Stichtags erfasst und bis zum "
        "Ende des Kenntnisstands eingegangen war. Beide Tage standen fest, bevor die erste Tabelle gerechnet wurde; "
        "dieselben Tage ergeben dieselben Tabellen. Bestände gelten am letzten Tag des Quartals.",
    },
    {
        "head": "Zeiträume",
        "text": "Neben dem Quartal stehen dasselbe Quartal des Vorjahrs, das laufende Jahr und die Runde, jeweils "
        "bis zum Ende des Quartals. Einheiten werden nie ineinander umgerechnet.",
    },
    {
        "head": "Zahlenpass",
        "text": "Unter jeder Tabelle steht, womit sie gerechnet ist. Die Frage in der letzten Zeile gibt, als Adresse "
        "/api/v1/figures?… gestellt, dieselben Zahlen wieder. " + SAME_QUESTION,
    },
)


def book_pdf(book: Book) -> bytes:
    """The PDF of a finished book, dated by its Stichtag; the same book gives the same bytes.

    CPU-bound: call it in a thread.
    """
    with speaking("de"):
        pictures: dict[str, str] = {}
        spreads = book["kind"] == SPREADS
        data = content(book, pictures)
        data |= {"spreads": _spreads(book, data["tables"])} if spreads else {"chapters": _chapters(data["tables"])}
        template = "book_spreads.typ" if spreads else "book.typ"
        return render_pdf(template, data, pictures, dated=date.fromisoformat(book["as_of"]))


def content(book: Book, pictures: dict[str, str]) -> dict[str, Any]:
    """What the templates show; charts are put into `pictures`."""
    tables = [_section(table, place, pictures) for place, table in enumerate(book["tables"], start=1)]
    failed = [entry for entry in tables if entry["problem"] and entry["refused"]]
    return {
        "title": book["title"],
        "name": book["title"].split(",")[0],
        "quarter": label(book["quarter"], "quarter"),
        "as_of": day(book["as_of"]),
        "known_at": day(book["known_at"]),
        "provisional": book["provisional"],
        "synthetic": book["synthetic"],
        "hash": book["hash"],
        "failed": [f"Tabelle {entry['number']}, {entry['title']}: {entry['problem']}" for entry in failed],
        "method": METHOD,
        "tables": tables,
    }


def _section(table: Mapping[str, Any], place: int, pictures: dict[str, str]) -> dict[str, Any]:
    found, drawn = shown(table, place), picture(table)
    name = f"t{place}"
    section = {
        "number": place,
        "id": table["id"],
        "chapter": table["chapter"],
        "region": table["region"],
        "title": found.title,
        "unit": found.unit,
        "texts": found.texts,
        "columns": list(found.columns),
        "rows": [{"cells": _texts(found, row.cells), "weak": row.weak} for row in found.rows],
        "total": _texts(found, found.total),
        "notes": list(found.notes),
        "problem": found.problem,
        "refused": bool(table["problem"]),
        "passports": [dict(entry) for entry in found.passports],
        "more": len(table.get("periods", ())) > 1,
        "chart": "",
    }
    if drawn is None:
        return section
    pictures[name] = drawn["svg"]
    scale = MAP_SCALE if table["chart"] == "map" else CHART_SCALE
    return section | {"chart": name, "alt": drawn["alt"], "width": width_of(drawn["svg"], scale)}


def _texts(found: Shown, cells: Sequence[Any]) -> list[str]:
    return [words_of(value, share=column in found.shares) for column, value in enumerate(cells)]


def _chapters(tables: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"title": title, "tables": list(found)} for title, found in groupby(tables, lambda table: table["chapter"])]


def _spreads(book: Book, tables: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A double page for each network: tiles of its key figures, then its tables."""
    keys = {table["region"]: table for table in book["tables"] if table["id"] == "key_figures"}
    return [
        {
            "name": load_topology()[region].land,
            "network": load_topology()[region].name,
            "tiles": [_tile(row) for row in keys[region]["rows"][:TILES]],
            "tables": list(found),
        }
        for region, found in groupby(tables, lambda table: table["region"])
    ]


def _tile(row: Mapping[str, Any]) -> dict[str, str]:
    """A key figure with the same quarter of the year before."""
    value, before = row["values"][0], row["values"][1]
    return {"number": number(value), "words": row["title"], "before": f"Vorjahr: {number(before)}"}
