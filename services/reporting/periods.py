"""Periods: which months a filter means, and whether several can be true of one record."""

from collections.abc import Iterable

FIRST, LAST = "0000-00", "9999-99"
Span = tuple[str, str]
"""First and last month, inclusive."""


def span(dimension: str, value: str) -> Span:
    """The months that a value of `month`, `quarter`, `year` or `round` means; any months for what is no period."""
    if not value[:4].isdecimal():  # `running`: no month of end yet
        return FIRST, LAST
    if dimension == "month":
        return value, value
    if dimension == "quarter" and "-Q" in value:
        year, quarter = value[:4], int(value[-1])
        return f"{year}-{quarter * 3 - 2:02}", f"{year}-{quarter * 3:02}"
    if dimension == "year":
        return f"{value}-01", f"{value}-12"
    return FIRST, LAST


def months(first: str, last: str) -> list[str]:
    """All months from one to another, inclusive."""
    year, number, found = int(first[:4]), int(first[5:7]), []
    while (month := f"{year:04d}-{number:02d}") <= last:
        found.append(month)
        year, number = year + number // 12, number % 12 + 1
    return found


def shifted(month: str, by: int) -> str:
    """The month so many months later (or, below zero, earlier)."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def meets(first: str | None, last: str | None, filters: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether a record can lie in the period and fulfil the filters that are periods."""
    spans = [(first or FIRST, last or LAST)]
    for name, values in filters:
        if name in ("month", "quarter", "year"):
            spans = [
                (max(start, begin), min(stop, end))
                for start, stop in spans
                for begin, end in (span(name, value) for value in values)
                if max(start, begin) <= min(stop, end)
            ]
    return bool(spans)
