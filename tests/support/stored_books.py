"""Books as reporting stores them, small: a table of figures, of lines, one that failed, published values, changes."""

from datetime import date
from typing import Any

TODAY = date(2026, 11, 27)
Table = dict[str, Any]


def passport(indicator: str, title: str, **more: Any) -> dict[str, Any]:
    """The passport of an answer."""
    coverage = {"networks": 16, "answered": 16, "records": 40, "expected": 40} | more.pop("coverage", {})
    days = {"as_of": "2026-11-26", "known_at": "2026-11-26", "period": {"from": "2026-07", "to": "2026-09"}}
    words = {"definition": "Zahl der Beratungen.", "method": "Arbeitsstand.", "source": "IQ-Verbund"}
    link = f"indicator={indicator}&from=2026-07&to=2026-09"
    named = {"indicator": indicator, "title": title, "version": 1, "unit": "sessions", "filters": {}, "link": link}
    return {**named, **days, **words, "coverage": coverage, "status": "working", "synthetic": True, **more}


def head(key: str, title: str, **more: Any) -> Table:
    """What every table has."""
    common = {"chapter": "Kapitel", "region": "sn", "content": "figures", "chart": "", "note": "", "problem": ""}
    return common | {"id": key, "title": title} | more


def column(period: str, first: str, last: str) -> dict[str, str]:
    """A period."""
    return {"period": period, "from": first, "to": last, "as_of": "2026-11-26"}


QUARTER, BEFORE = column("quarter", "2026-07", "2026-09"), column("previous", "2025-07", "2025-09")


def figures() -> Table:
    """By network, in three periods of which one was not answered."""
    told = passport("first_counsellings", "Erstberatungen", coverage={"answered": 15, "missing": ["he"]})
    rows = [
        {"codes": ["sn"], "title": "", "unit": "", "values": [1204, 5, None], "shares": [0.9901, 1.0, None]},
        {"codes": ["rp"], "title": "", "unit": "", "values": [12, 0, None], "shares": [0.0099, 0.0, None]},
    ]
    place = {"line": 0, "indicator": "first_counsellings"}
    return head(
        "by_network",
        "Nach Netzwerk",
        by=["region"],
        chart="map",
        indicator="first_counsellings",
        unit="Erstberatungen",
        periods=[QUARTER, BEFORE, column("round", "2023-01", "2026-09")],
        rows=rows,
        totals=[1216, 5, None],
        passports=[{**place, "column": at, "passport": told} for at in (0, 1)],
        problems=[{**place, "column": 2, "problem": "Zu alt."}],
    )


def lines() -> Table:
    """Two indicators in two periods."""
    names = (("first_counsellings", "Erstberatungen", [7, 9]), ("referrals", "Verweise", [1, 2]))
    rows = [{"codes": [], "title": title, "unit": title, "values": values, "shares": []} for _, title, values in names]
    passports = [
        {"line": line, "column": at, "indicator": code, "passport": passport(code, title)}
        for line, (code, title, _) in enumerate(names)
        for at in (0, 1)
    ]
    more: Table = {"by": [], "indicator": "", "unit": "", "totals": [], "problems": []}
    return head("overview", "Auf einen Blick", periods=[QUARTER, BEFORE], rows=rows, passports=passports, **more)


def refused() -> Table:
    """A table that no network answered."""
    problem = "Kein Netzwerk hat geantwortet."
    place = {"line": 0, "column": 0, "indicator": "timeliness", "problem": problem}
    more: Table = {"by": ["region"], "indicator": "timeliness", "unit": "Beratungen", "periods": [QUARTER]}
    empty: Table = {"rows": [], "totals": [None], "passports": [], "problems": [place]}
    return head("timeliness", "Zeitnähe", problem=problem, chart="bars", **more, **empty)


def published() -> Table:
    """An own figure beside a printed and beside a hidden one."""
    same = {"title": "Erstberatungen", "unit": "Erstberatungen", "indicator": "first_counsellings", "problem": ""}
    told = passport("first_counsellings", "Erstberatungen")
    printed = {"source": "IQ konkret 3/2022", "of": "de", "method": "printed", "as_of": "2022-10-15"}
    printed |= {"from": "2019-01", "to": "2022-09", "filters": {"programme_line": ["recognition_counselling"]}}
    hidden = {"source": "Edition", "of": "sn", "method": "minimum3", "as_of": "2026-09-30", "filters": {}}
    rows = [
        {**same, **printed, "published": 181175, "own": 1000, "passport": told},
        {**same, **hidden, "from": "2026-07", "to": "2026-09", "published": None, "own": 2, "problem": ""},
    ]
    return head("published", "Neben dem Veröffentlichten", content="published", rows=rows)


def changes() -> Table:
    """What changed since the last book, what did not, and what is not known."""
    told = passport("first_counsellings", "Erstberatungen")
    rows: list[Table] = [
        {"title": "Erstberatungen", "before": 10, "after": 12, "change": 2, "reasons": {"late": 3, "withdrawn": 1}},
        {"title": "Verweise", "before": 4, "after": 4, "change": 0, "reasons": {}},
    ]
    rows = [{**row, "unit": "", "indicator": row["title"], "problem": "", "passport": told} for row in rows]
    asked = {"title": "Zeitnähe", "unit": "", "indicator": "timeliness", "change": None, "reasons": {}}
    since = {"quarter": "2026-Q2", "as_of": "2026-07-14", "known_at": "2026-07-15", "book_id": "x"}
    return head(
        "changes",
        "Änderungen",
        content="changes",
        since=since,
        rows=[*rows, {**asked, "problem": "Nur das Netzwerk weiß es."}],
    )


def book(**more: Any) -> dict[str, Any]:
    """A finished book."""
    days = {"quarter": "2026-Q3", "as_of": "2026-11-26", "known_at": "2026-11-26", "provisional": False}
    named = {"book_id": "x", "kind": "mirror", "title": "Spiegelblatt Sachsen, 3. Quartal 2026", "region": "sn"}
    tables = [figures(), lines(), refused(), published(), changes()]
    return {**named, **days, "hash": "ab" * 32, "synthetic": True, "tables": tables, **more}
