"""Published tables as JSON, kept with their edition so that later ones can be audited beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.reporting.disclosure.published import Axis, Box, Population, PublishedTable


def to_json(table: PublishedTable) -> dict[str, Any]:
    """A table as JSON; sets sorted, so that equal tables are equal text."""
    return {
        "name": table.name,
        "as_of": table.population.as_of.isoformat(),
        "known_at": table.population.known_at.isoformat(),
        "method": table.method,
        "scope": [_box(box) for box in table.scope],
        "axes": [{"field": axis.field, "values": _box(axis.values)} for axis in table.axes],
        "rows": _rows(table.rows),
        "total": table.total,
        "complete": table.complete,
    } | ({"printed": _rows(table.printed)} if table.printed else {})


def from_json(entry: Mapping[str, Any]) -> PublishedTable:
    """The table that was kept."""
    population = Population(date.fromisoformat(entry["as_of"]), date.fromisoformat(entry["known_at"]))
    axes = [Axis(axis["field"], _sets(axis["values"])) for axis in entry["axes"]]
    return PublishedTable(
        name=entry["name"],
        population=population,
        method=entry["method"],
        scope=tuple(_sets(box) for box in entry["scope"]),
        axes=tuple(axes),
        rows={tuple(values): value for values, value in entry["rows"]},
        total=entry["total"],
        complete=entry["complete"],
        printed={tuple(values): value for values, value in entry.get("printed", ())},
    )


def _rows(rows: Mapping[tuple[str, ...], int | None]) -> list[list[Any]]:
    return [[list(values), value] for values, value in sorted(rows.items())]


def _box(box: Box) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in sorted(box.items())}


def _sets(box: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in box.items()}
