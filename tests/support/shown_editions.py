"""An edition as reporting tells it, for tests of what the gateway shows."""

from typing import Any

from services.gateway.sheets import Sheet, read_sheets

KEY = "11111111-1111-4111-8111-111111111111"
LINK = "indicator=counselling_sessions&version=1&by=nationality&from=2022-04&to=2022-06"
DAYS = "as_of=2022-07-15&known_at=2022-07-20"
PASSPORT: dict[str, Any] = {
    "indicator": "counselling_sessions",
    "title": "Beratungen",
    "version": 1,
    "unit": "sessions",
    "period": {"from": "2022-04", "to": "2022-06"},
    "filters": {},
    "as_of": "2022-07-15",
    "known_at": "2022-07-20",
    "coverage": {"networks": 16, "answered": 16, "records": 12345, "expected": 12345},
    "status": "edition",
    "method": "Veröffentlichung, Mindestzahl 3.",
    "definition": "Zahl der Beratungen.",
    "source": "IQ-Verbund",
    "synthetic": True,
    "link": f"{LINK}&{DAYS}",
}
ROWS: list[dict[str, Any]] = [
    {"nationality": "IR", "value": None, "suppressed": True},
    {"nationality": "SY", "value": 1204, "share": 0.7081},
    {"nationality": "TR", "value": 20, "share": None},
]


def edition(**more: Any) -> dict[str, Any]:
    """A published edition with one table by nationality."""
    table = {"indicator": "counselling_sessions", "by": ["nationality"], "passport": PASSPORT}
    return {
        "edition_id": KEY,
        "title": "Zweites Quartal 2022",
        "as_of": "2022-07-15",
        "method": "minimum3",
        "state": "published",
        "hash": "ab" * 32,
        "published_on": "2022-08-01",
        "region": "de",
        "tables": [table | {"rows": ROWS, "total": None, "suppressed": True}],
    } | more


def of_period(first: str | None, last: str | None) -> dict[str, Any]:
    """A table without dimensions over a period."""
    passport = PASSPORT | {"period": {"from": first, "to": last}, "link": "indicator=counselling_sessions"}
    return {"indicator": "counselling_sessions", "by": [], "passport": passport, "rows": [], "total": 1700}


def sheets() -> dict[str, Sheet]:
    """The sheet of its indicator."""
    same = dict.fromkeys(("definition", "statement", "assessment", "source"), "")
    entry: dict[str, Any] = {"code": "counselling_sessions", "title_de": "Beratungen", "unit_de": "Beratungen", **same}
    entry |= {"dimensions": [], "asked": [], "values": {}, "period": "months", "measure": "count", "protect": True}
    return read_sheets([entry | {"version": 1, "valid_from": "2015-01-01"}])
