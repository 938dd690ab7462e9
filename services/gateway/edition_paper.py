"""An edition on paper: its tables, what protects them and their passports as an accessible PDF (contracts §6)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from services.gateway.editions import Document, view
from services.gateway.paper import render_pdf
from services.gateway.sheets import Sheet

TEMPLATE = "edition.typ"


def edition_pdf(document: Document, sheets: Mapping[str, Sheet], network: str, *, centre: bool) -> bytes:
    """The PDF of an edition, dated by its Stichtag; the same edition gives the same bytes. CPU-bound: use a thread."""
    content = json.dumps(content_of(document, sheets, network, centre=centre), ensure_ascii=False)
    return _rendered(content, date.fromisoformat(document["as_of"]))


def content_of(document: Document, sheets: Mapping[str, Sheet], network: str, *, centre: bool) -> dict[str, Any]:
    """What the template shows."""
    found = view(document, sheets, network, centre=centre)
    return found | {
        "tables": [asdict(entry) for entry in found["tables"]],
        "publisher": network,
        "facts": [
            ("Herausgegeben von", network),
            ("Stichtag", found["as_of"]),
            ("Schutz kleiner Zahlen", found["method"]),
            ("Prüfsumme", found["hash"]),
        ],
    }


@lru_cache(32)  # everyone may ask for a published edition, and it never changes
def _rendered(content: str, dated: date) -> bytes:
    return render_pdf(TEMPLATE, json.loads(content), {}, dated=dated)
