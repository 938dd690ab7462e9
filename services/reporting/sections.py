"""The section a figure is of, read from its passport: months, rounds, and everything else that was filtered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.reporting.periods import PERIODS, Span, joined, spans
from shared.vocabulary import FUNDING_ROUNDS

Passport = Mapping[str, Any]
ROUND = "round"
BY_ENTRY = ("participations",)
"""Units whose round is that of the entry, whatever the months say (QUA-01)."""


@dataclass(frozen=True)
class Section:
    """Months; rounds of entry, where only some are asked for; the other filters."""

    months: tuple[Span, ...]
    entered: frozenset[str]
    filters: frozenset[tuple[str, frozenset[str]]]

    @property
    def when(self) -> tuple[tuple[Span, ...], frozenset[str]]:
        """What says when: months and rounds of entry."""
        return self.months, self.entered

    @property
    def touched(self) -> frozenset[int]:
        """First years of the funding rounds in which some of the months lie."""
        return frozenset(first for first, last in FUNDING_ROUNDS if self.within(f"{first}-01", f"{last}-12"))

    def within(self, first: str, last: str) -> bool:
        """Whether some of its months lie between two months, inclusive."""
        return any(start <= last and first <= stop for start, stop in self.months)

    def meets(self, other: "Section") -> bool:
        """Whether months and rounds have something in common."""
        apart = self.entered and other.entered and not self.entered & other.entered
        return not apart and any(self.within(start, stop) for start, stop in other.months)


def section(passport: Passport) -> Section:
    """The section of a passport; filters that are periods count as months."""
    period, filters = passport["period"], passport["filters"]
    asked = spans(period["from"], period["to"], filters.items())
    rounds, entered = filters.get(ROUND, ()), frozenset[str]()
    if rounds and passport["unit"] in BY_ENTRY:
        entered = frozenset(rounds)
    elif rounds:
        borders = [(f"{value[:4]}-01", f"{value[-4:]}-12") for value in rounds]
        asked = [
            (max(start, first), min(stop, last))
            for start, stop in asked
            for first, last in borders
            if max(start, first) <= min(stop, last)
        ]
    others = ((name, frozenset(values)) for name, values in filters.items() if name not in (*PERIODS, ROUND))
    return Section(tuple(joined(asked)), entered, frozenset(others))
