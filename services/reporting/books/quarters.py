"""Quarters: their months and days, and the periods that stand beside one another in a book (MON-01, MON-02)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.reporting.periods import shifted
from shared.vocabulary import FUNDING_ROUNDS

Period = Literal["quarter", "previous", "year", "round", "series", "last_month", "stock"]
"""`previous`: the same quarter of the year before. `year`, `round`: from their beginning to the end of the quarter.

`series`: the last eight quarters. `last_month`: of a stock that is counted by month. `stock`: the state of a day.
"""
SPELLING = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
SERIES_MONTHS = 24
FIRST_YEAR = FUNDING_ROUNDS[0][0]


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, from 1 to 4; written `2026-Q3` (contracts §6)."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """The quarter that is written so. Raises ValueError for what is none, or lies before the programme."""
        found = SPELLING.fullmatch(text)
        if found is None or int(found[1]) < FIRST_YEAR:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first_month(self) -> str:
        """Its first month."""
        return f"{self.year:04d}-{self.number * 3 - 2:02d}"

    @property
    def last_month(self) -> str:
        """Its last month."""
        return f"{self.year:04d}-{self.number * 3:02d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date.fromisoformat(f"{self.first_month}-01")

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date.fromisoformat(f"{shifted(self.last_month, 1)}-01") - timedelta(days=1)

    def months(self, period: Period) -> tuple[str, str]:
        """First and last month of a period of this quarter; of a stock none."""
        if period == "stock":
            return "", ""
        if period == "previous":
            return Quarter(self.year - 1, self.number).months("quarter")
        begins = {
            "quarter": self.first_month,
            "year": f"{self.year:04d}-01",
            "round": f"{self._round_begins():04d}-01",
            "series": shifted(self.last_month, 1 - SERIES_MONTHS),
            "last_month": self.last_month,
        }
        return begins[period], self.last_month

    def _round_begins(self) -> int:
        return next((first for first, last in FUNDING_ROUNDS if first <= self.year <= last), self.year)

    def day(self, period: Period, as_of: date) -> date:
        """The Stichtag of a period: that of the book, of a stock the quarter's last day, if that is earlier."""
        return min(as_of, self.last_day) if period == "stock" else as_of
