"""The sheet to sign at a date of a run: names of those who have a place, lines for their signatures and for others."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.gateway.paper import render_pdf

EMPTY_LINES = 6


def sheet_pdf(found: Mapping[str, Any], when: str, today: date, *, synthetic: bool) -> bytes:
    """The PDF of a date as registration tells it. CPU-bound: call it in a thread."""
    people = [{"name": one["name"], "house": one["house"] or ""} for one in found["participants"]]
    data = {
        "title": "Anwesenheit",
        "run": found["public_title"],
        "facts": [
            ("Termin", f"{found['step_title']}, Nr. {found['number']}"),
            ("Zeit", when),
            ("Ort", found["place"] or "online"),
        ],
        "people": people + [{"name": "", "house": ""}] * EMPTY_LINES,
        "synthetic": synthetic,
    }
    return render_pdf("attendance.typ", data, {}, dated=today)
