"""Answers as people read them: a table with German labels and shares, a chart where one helps, notes, links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway import charts
from services.gateway.labels import REST, TIMES, dimension
from services.gateway.rendering import label
from services.gateway.special_requests import SpecialRequest, page_link, query_string
from shared.nationalities import NOT_STATED

Found = Mapping[str, Any]
MAX_ROWS = 500
"""Rows shown on a page; the files have all of them."""
MAX_BARS = 25
MAX_SERIES = 5
ASCENDING = (*TIMES, "round")
FILES = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"), ("json", "JSON"))


@dataclass(frozen=True)
class Row:
    """One row of the table: labels of its values, the number, its share and the base of the share."""

    labels: tuple[str, ...]
    value: int | None
    share: float | None
    base: int | None


@dataclass(frozen=True)
class Table:
    """An answer as a table; `left_out` rows are in the files only, `notes` say how to read it."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    left_out: int
    based: bool
    notes: tuple[str, ...]


def table(found: Found) -> Table:
    """The table of an answer."""
    by: Sequence[str] = found["by"]
    based = any("base" in row for row in found["rows"])
    rows = [
        Row(tuple(label(row[name], name) for name in by), row["value"], row.get("share"), row.get("base"))
        for row in found["rows"]
    ]
    columns = tuple(dimension(name).title for name in by)
    return Table(columns, tuple(rows[:MAX_ROWS]), found["total"], max(len(rows) - MAX_ROWS, 0), based, _notes(found))


def _notes(found: Found) -> tuple[str, ...]:
    """MON-07: shares of mentions have their own base; rows that overlap do not add up."""
    counted = sum(row["value"] or 0 for row in found["rows"])
    if any("base" in row for row in found["rows"]):
        text = "Mehrere Nennungen je Beratung sind möglich. Die Anteile beziehen sich auf die Zahl der Beratungen"
        return (f"{text} (Spalte „Grundlage“) und ergeben zusammen nicht 100 Prozent.",)
    if found["by"] and counted > found["total"]:
        return ("Mehrfachnennungen sind möglich: Die Zeilen ergeben zusammen mehr als die Gesamtzahl.",)
    return ()


def picture(found: Found) -> dict[str, str] | None:
    """A chart of the answer with a sentence for those who do not see it; None where a table says more."""
    rows = [row for row in found["rows"] if row["value"] is not None]
    by: Sequence[str] = found["by"]
    if len(by) == 1 and len(rows) > 1:
        return _one(by[0], rows, dimension(by[0]).title)
    if len(by) == 2 and by[0] in TIMES and 1 < len({row[by[1]] for row in rows}) <= MAX_SERIES:
        points = tuple((label(row[by[0]], by[0]), label(row[by[1]], by[1]), int(row["value"])) for row in rows)
        titles = f"{dimension(by[0]).title} und {dimension(by[1]).title}"
        return {"svg": charts.series(points), "text": f"Liniendiagramm nach {titles}"}
    return None


def _one(name: str, rows: Sequence[Mapping[str, Any]], title: str) -> dict[str, str]:
    points = tuple((row[name], label(row[name], name), int(row["value"])) for row in rows)
    if name == "region":
        return {"svg": charts.germany(points, "Anzahl"), "text": "Karte der Länder, dunkler bei größeren Zahlen"}
    if name in TIMES:
        return {"svg": charts.months(points), "text": f"Liniendiagramm nach {title}"}
    shown = points if name in ASCENDING or REST in {code for code, _, _ in points} else _largest(points)
    more = f" der {len(shown)} größten Werte" if len(shown) < len(points) else ""
    return {"svg": charts.bars(shown[:MAX_BARS]), "text": f"Balkendiagramm{more} nach {title}"}


def _largest(points: charts.Rows) -> charts.Rows:
    """The largest first, what is not stated last."""
    return tuple(sorted(points, key=lambda point: (point[0] == NOT_STATED, -point[2], point[1]))[:MAX_BARS])


def request_of(found: Found, row: Mapping[str, Any] | None = None) -> SpecialRequest:
    """The special request that gives an answer again, or one row of it; the days are fixed."""
    passport = found["passport"]
    given = {"from": passport["period"]["from"], "to": passport["period"]["to"]}
    values = {name: str(row[name]) for name in found["by"]} if row else {}
    if month := values.pop("month", ""):
        given |= {"from": month, "to": month}
    filters = tuple(sorted((name, (value,)) for name, value in values.items()))
    by = () if row else tuple(found["by"])
    asked = SpecialRequest(found["indicator"], by, filters, {name: text for name, text in given.items() if text})
    return asked.fixed(passport)


def asked_link(found: Found, row: Mapping[str, Any] | None = None) -> str:
    """Where an answer, or the number of a row, can be followed; nowhere for the rest of a ranking."""
    if row and REST in row.values():
        return ""
    return page_link(request_of(found, row))


def downloads(request: SpecialRequest) -> list[tuple[str, str]]:
    """(name, address) of the answer's files."""
    pairs = request.pairs()
    return [(title, f"/api/v1/figures?{query_string([*pairs, ('file', form)])}") for form, title in FILES]
