"""The printed tables with answers that say exactly what is printed, as the gateway receives them."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.reporting.printed import Parameters, PrintedTable, load_printed
from services.reporting.printed_tables import Unanswered, compare, questions_of

KNOWN_AT = date(2026, 11, 24)
# Totals that a table does not print itself: all first counsellings, all entries.
TOTALS = {("t02", "nationality"): 194568, ("t03", "nationality"): 181175, ("t07", "old"): 15326, ("t07", "new"): 17113}


def answer(table: PrintedTable, key: str, asked: Parameters) -> dict[str, Any]:
    """An answer out of which the printed figures come."""
    rows, total = [], TOTALS.get((table.id, key), 0)
    for cell in table.cells:
        if cell.question != key or cell.measure == "rows":
            continue
        value = cell.printed
        if value is None:
            value = round(total * float(cell.printed_share or 0) / 100)
        if cell.pick:
            rows.append({**dict.fromkeys(asked.get("by", "").split(","), "?"), **cell.pick, "value": value})
        else:
            total = value
    coverage = {"networks": 16, "answered": 16, "records": 9, "expected": 9}
    passport = {"indicator": asked["indicator"], "version": 1, "period": {"from": asked.get("from"), "to": "2022-09"}}
    passport |= {"as_of": asked["as_of"], "known_at": asked["known_at"], "coverage": coverage, "synthetic": True}
    total = total or sum(row["value"] for row in rows)
    return {"rows": rows, "total": total, "passport": passport | {"definition": "Zahl der Datensätze."}}


def printed_table(
    name: str, stichtag: date | None = None, known_at: date = KNOWN_AT, *, answered: bool = True
) -> dict[str, Any]:
    """A table as JSON, every figure as printed, or none answered."""
    table = load_printed()[name]
    asked = questions_of(table, stichtag, known_at)
    answers: Mapping[str, Any] = {
        key: answer(table, key, question) if answered and not isinstance(question, Unanswered) else Unanswered("Nein.")
        for key, question in asked.items()
    }
    found: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(compare(table, stichtag, known_at, answers))))
    return found


def printed_tables(stichtag: date | None = None) -> list[dict[str, Any]]:
    """All tables as JSON."""
    return [printed_table(name, stichtag) for name in load_printed()]
