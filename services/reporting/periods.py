"""Periods: which months a filter means, and whether several can be true of one record."""

from collections.abc import Iterable, Sequence

FIRST, LAST = "0000-00", "9999-99"
PERIODS = ("month", "quarter", "year")
"""Dimensions whose values are spans of months."""
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


def spans(first: str | None, last: str | None, filters: Iterable[tuple[str, Sequence[str]]]) -> list[Span]:
    """What filters that are periods leave of a period; nothing if they exclude one another."""
    found = [(first or FIRST, last or LAST)]
    for name, values in filters:
        if name in PERIODS:
            found = [
                (max(start, begin), min(stop, end))
                for start, stop in found
                for begin, end in (span(name, value) for value in values)
                if max(start, begin) <= min(stop, end)
            ]
    return found


def meets(first: str | None, last: str | None, filters: Iterable[tuple[str, Sequence[str]]]) -> bool:
    """Whether a record can lie in the period and fulfil the filters that are periods."""
    return bool(spans(first, last, filters))


def joined(found: Iterable[Span]) -> list[Span]:
    """The same months in as few spans as possible, in their order."""
    whole: list[Span] = []
    for start, stop in sorted(found):
        if whole and start <= max(whole[-1][1], shifted(whole[-1][1], 1)):
            whole[-1] = (whole[-1][0], max(whole[-1][1], stop))
        else:
            whole.append((start, stop))
    return whole
