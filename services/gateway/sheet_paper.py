"""A Good Practice sheet (Steckbrief) as everybody sees it: its parts in their order, and the same as a PDF (GP-10)."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from services.gateway.labels import value_label
from services.gateway.paper import render_pdf

Sheet = Mapping[str, Any]
SECTIONS = (
    ("initial_situation", "Ausgangslage und Herausforderung"),
    ("implementation", "Umsetzung"),
    ("conclusion", "Fazit"),
    ("addressees", "An wen sich der Transfer richtet"),
    ("offer", "Was angeboten wird"),
)
"""Texts below the short description, with their headings; German like the texts themselves."""
FACTS = (("project", "Projekt"), ("organisation", "Träger"), ("mailbox", "Kontakt"), ("url", "Internet"))


def lands(codes: list[str]) -> str:
    """Networks by their Land, in words."""
    return ", ".join(value_label(code, "region") for code in codes)


def kind_of(sheet: Sheet) -> list[str]:
    """Land, round, line and area of an example, in words."""
    parts = (("region", "region"), ("round", "round"), ("programme_line", "programme_line"), ("area", "area"))
    return [value_label(sheet[name], dimension) for name, dimension in parts if sheet.get(name)]


def content_of(sheet: Sheet) -> dict[str, Any]:
    """What the paper shows."""
    taken = [("Übertragen nach", lands(sheet["transferred_to"]))] if sheet["transferred_to"] else []
    return {
        "title": sheet["title"] or "Good Practice",
        "subtitle": sheet.get("subtitle") or "",
        "kind": " · ".join(kind_of(sheet)),
        "summary": (sheet.get("summary") or "").split("\n\n"),
        "sections": [(head, sheet[name].split("\n\n")) for name, head in SECTIONS if sheet.get(name)],
        "facts": [(head, sheet[name]) for name, head in FACTS if sheet.get(name)] + taken,
    }


def sheet_pdf(sheet: Sheet) -> bytes:
    """The PDF of a sheet, dated by its publication; the same sheet gives the same bytes. CPU-bound: use a thread."""
    content = json.dumps(content_of(sheet), ensure_ascii=False)
    return _rendered(content, date.fromisoformat(sheet["published_on"]))


@lru_cache(64)  # everyone may ask for a published sheet
def _rendered(content: str, dated: date) -> bytes:
    return render_pdf("sheet.typ", json.loads(content), {}, dated=dated)
