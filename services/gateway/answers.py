"""Answers as people read them: a table with German labels and shares, a chart where one helps, notes, links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from services.gateway import charts
from services.gateway.labels import REST, TIMES, dimension
from services.gateway.languages import _
from services.gateway.rendering import label
from services.gateway.special_requests import SpecialRequest, page_link, query_string, read_request
from shared.nationalities import NOT_STATED

Found = Mapping[str, Any]
MAX_ROWS = 500
"""Rows shown on a page; the files have all of them."""
MAX_BARS = 25
MAX_SERIES = 5
MAX_GROUPS = 16
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


def table(found: Found, measure: str) -> Table:
    """The table of an answer of an indicator with this measure."""
    by: Sequence[str] = found["by"]
    based = any("base" in row for row in found["rows"])
    rows = [
        Row(tuple(label(row[name], name) for name in by), row["value"], row.get("share"), row.get("base"))
        for row in found["rows"]
    ]
    columns = tuple(dimension(name).title for name in by)
    return Table(
        columns,
        tuple(rows[:MAX_ROWS]),
        found["total"],
        max(len(rows) - MAX_ROWS, 0),
        based,
        _notes(found, measure, based=based),
    )


def _notes(found: Found, measure: str, *, based: bool) -> tuple[str, ...]:
    """How to read the rows where they do not add up, or shares have another base than the total (MON-07)."""
    notes = []
    if measure == "mentions":
        notes.append(_("Mehrere Nennungen je Beratung sind möglich; die Anteile ergeben zusammen nicht 100 Prozent."))
    elif sum(row["value"] or 0 for row in found["rows"]) > found["total"]:
        notes.append(_("Die Zeilen überschneiden sich: Zusammen ergeben sie mehr als die Gesamtzahl."))
    if based:
        notes.append(_("Die Anteile beziehen sich auf die Spalte „Grundlage“."))
    return tuple(notes)


def picture(found: Found) -> dict[str, str] | None:
    """A chart of the answer with a sentence for those who do not see it; None where a table says more."""
    rows = [row for row in found["rows"] if row["value"] is not None]
    by: Sequence[str] = found["by"]
    if len(by) == 1 and len(rows) > 1:
        return _one(by[0], rows, dimension(by[0]).title)
    if len(by) == 2 and 1 < len({row[by[1]] for row in rows}) <= MAX_SERIES:
        return _two((by[0], by[1]), rows)
    return None


def _two(by: tuple[str, str], rows: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """Lines over time, else groups of bars as long as they are few; combinations without records are zero."""
    values = {(row[by[0]], row[by[1]]): int(row["value"]) for row in rows}
    codes = _moments(by[0], [row[by[0]] for row in rows])
    points = tuple(
        (label(code, by[0]), label(other, by[1]), values.get((code, other), 0))
        for other in dict.fromkeys(row[by[1]] for row in rows)
        for code in codes
    )
    titles = dimension(by[0]).title + _(" und ") + dimension(by[1]).title
    if by[0] in TIMES:
        return {"svg": charts.series(points), "text": _("Liniendiagramm nach {titles}").format(titles=titles)}
    if len(codes) > MAX_GROUPS:
        return None
    return {"svg": charts.grouped(points), "text": _("Balkendiagramm nach {titles}").format(titles=titles)}


def _moments(name: str, codes: Sequence[str]) -> list[str]:
    """The values on an axis in the order of the rows; months without any record are not left out."""
    found = list(dict.fromkeys(codes))
    if name != "month" or not all(code[:4].isdecimal() for code in found):
        return found
    first, last = (int(code[:4]) * 12 + int(code[5:]) - 1 for code in (min(found), max(found)))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def _one(name: str, rows: Sequence[Mapping[str, Any]], title: str) -> dict[str, str]:
    points = tuple((row[name], label(row[name], name), int(row["value"])) for row in rows)
    if name == "region":
        return {
            "svg": charts.germany(points, _("Anzahl")),
            "text": _("Karte der Länder, dunkler bei größeren Zahlen"),
            "map": "yes",
        }
    if name in TIMES:
        known = {code: value for code, _, value in points}
        moments = _moments(name, list(known))
        points = tuple((moment, label(moment, name), known.get(moment, 0)) for moment in moments)
        return {"svg": charts.months(points), "text": _("Liniendiagramm nach {titles}").format(titles=title)}
    shown = points if name in ASCENDING or REST in {code for code, _, _ in points} else _largest(points)
    text = _("Balkendiagramm nach {titles}")
    if len(shown) < len(points):
        text = _("Balkendiagramm der {count} größten Werte nach {titles}")
    return {"svg": charts.bars(shown[:MAX_BARS]), "text": text.format(count=len(shown), titles=title)}


def _largest(points: charts.Rows) -> charts.Rows:
    """The largest first, what is not stated last."""
    return tuple(sorted(points, key=lambda point: (point[0] == NOT_STATED, -point[2], point[1]))[:MAX_BARS])


def asked_link(found: Found, row: Mapping[str, Any] | None = None) -> str:
    """Where an answer, or the number of one of its rows, can be followed; nowhere for the rest of a ranking."""
    asked = read_request(parse_qsl(found["passport"]["link"]))
    if row is None:
        return page_link(asked)
    if REST in row.values():
        return ""
    values = {name: str(row[name]) for name in found["by"]}
    given = {**asked.given, "top": ""}
    if values.get("month", "")[:4].isdecimal():
        given["from"] = given["to"] = values.pop("month")
    kept = {name: given_values for name, given_values in asked.filters if name not in values}
    filters = kept | {name: (value,) for name, value in values.items()}
    return page_link(replace(asked, by=(), filters=tuple(sorted(filters.items())), given=given))


def downloads(request: SpecialRequest) -> list[tuple[str, str]]:
    """(name, address) of the answer's files."""
    pairs = request.pairs()
    return [(title, f"/api/v1/figures?{query_string([*pairs, ('file', form)])}") for form, title in FILES]
