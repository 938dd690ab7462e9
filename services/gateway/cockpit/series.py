"""Months of a figure: what they add up to, where each number can be followed, and their trend."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.cockpit.period import Span, months, quarters
from services.gateway.special_requests import SpecialRequest, page_link, read_request

Found = Mapping[str, Any]
MONTH = "month"


@dataclass(frozen=True)
class Number:
    """A number and its special request; None where there is none."""

    value: int | None
    link: str = ""


@dataclass(frozen=True)
class Series:
    """An answer by month, narrowed to the rows of some values; of a `level` months are never added (MON-01)."""

    found: Found
    narrowed: tuple[tuple[str, str], ...] = ()
    level: bool = False

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Value of each month that has any record."""
        counted: dict[str, int] = defaultdict(int)
        for row in self.found["rows"]:
            if all(row[name] == value for name, value in self.narrowed):
                counted[row[MONTH]] += row["value"]
        return counted

    def number(self, span: Span) -> Number:
        """What some months add up to; of a level its last month that has any record."""
        within = [month for month in self.months if span[0] <= month <= span[1]]
        if self.level:
            last = max(within, default="")
            return Number(self.months[last], self.link((last, last))) if last else Number(None)
        return Number(sum(self.months[month] for month in within), self.link(span))

    def link(self, span: Span) -> str:
        """Where the sum of some of its months can be followed."""
        return page_link(self.request(span))

    def request(self, span: Span) -> SpecialRequest:
        """The special request of some of its months."""
        return replace(self.asked, given={**self.asked.given, "from": span[0], "to": span[1]})

    @cached_property
    def asked(self) -> SpecialRequest:
        """The special request of all its months; read once, for a page has hundreds of numbers."""
        asked = read_request(parse_qsl(self.found["passport"]["link"]))
        filters = dict(asked.filters) | {name: (value,) for name, value in self.narrowed}
        return replace(asked, by=(), filters=tuple(sorted(filters.items())))

    def by_month(self, span: Span) -> list[tuple[str, Number]]:
        """Every month of a span, also those without records."""
        return [(month, self.number((month, month))) for month in months(*span)]

    def by_quarter(self, span: Span) -> list[tuple[str, Number]]:
        """Every quarter that begins in a span."""
        return [(quarter, self.number(part)) for quarter, part in quarters(*span)]

    @property
    def first(self) -> str:
        """The first month that has any record; empty without one."""
        return min((month for month, value in self.months.items() if value), default="")
