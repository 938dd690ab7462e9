"""Published tables in tests, written short."""

from collections.abc import Mapping
from datetime import date

from services.reporting.disclosure.published import Axis, Box, Population, PublishedTable
from services.reporting.protection import Method

JUNE = Population(date(2022, 6, 30), date(2022, 7, 4))
SEPTEMBER = Population(date(2022, 9, 30), date(2022, 10, 4))
HIDDEN = None
Values = str | tuple[str, ...]


def months(first: int, last: int) -> frozenset[str]:
    """Months of 2022."""
    return frozenset(f"2022-{month:02}" for month in range(first, last + 1))


def table(
    name: str,
    rows: Mapping[Values, int | None] | None = None,
    total: int | None = 0,
    *,
    by: Values = (),
    axes: tuple[Axis, ...] = (),
    of: Population = SEPTEMBER,
    method: Method = "minimum3",
    complete: bool = True,
    **only: str | frozenset[str],
) -> PublishedTable:
    """A table `by` dimensions whose values are those of its rows (or given as `axes`), `only` of some values."""
    found = {key if isinstance(key, tuple) else (key,): value for key, value in (rows or {}).items()}
    names = (by,) if isinstance(by, str) else by
    made = tuple(
        Axis(field, {row[place]: frozenset({row[place]}) for row in found}) for place, field in enumerate(names)
    )
    scope: Box = {field: frozenset(value.split()) if isinstance(value, str) else value for field, value in only.items()}
    return PublishedTable(name, of, method, (scope,), axes or made, found, total, complete)
