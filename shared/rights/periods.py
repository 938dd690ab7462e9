"""Periods of retention, and the day from which on something is still kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["hours", "days", "months", "years"]
WORDS: Mapping[Unit, tuple[str, str]] = {
    "hours": ("Stunde", "Stunden"),
    "days": ("Tag", "Tage"),
    "months": ("Monat", "Monate"),
    "years": ("Jahr", "Jahre"),
}
AT_LEAST: Mapping[Unit, float] = {"hours": 1 / 24, "days": 1, "months": 28, "years": 365}
"""Days that a unit has at least."""
MOST_DAYS = 200 * 365
EXAMPLES = "zum Beispiel „90 days“, „6 months“ oder „10 years“"


@dataclass(frozen=True)
class Period:
    """How long something is kept."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: object) -> "Period":
        """A period as files write it: `90 days`, `1 year`. Raises ValueError."""
        amount, _, unit = str(text).partition(" ")
        found = next((one for one in WORDS if unit in (one, one[:-1])), None)
        if found is None or not amount.isdecimal() or len(amount) > 6:
            raise ValueError(f"„{text}“ ist keine Frist; möglich ist {EXAMPLES}.")
        made = cls(int(amount), found)
        if not 0 < made.days <= MOST_DAYS:
            raise ValueError(f"„{text}“ ist keine mögliche Frist; möglich ist {EXAMPLES}.")
        return made

    @property
    def days(self) -> float:
        """Days it has at least, to compare periods with one another."""
        return self.amount * AT_LEAST[self.unit]

    def __str__(self) -> str:
        """As files write it."""
        return f"{self.amount} {self.unit[:-1] if self.amount == 1 else self.unit}"

    @property
    def german(self) -> str:
        """As people read it: 90 Tage, 1 Jahr."""
        one, several = WORDS[self.unit]
        return f"{self.amount} {one if self.amount == 1 else several}"


def first_kept(today: date, keep: Period) -> date:
    """The first day whose records are still kept today; what is of an earlier day is due.

    The period counts from the day after a record's own and its last day belongs to it (§ 187 and § 188 BGB): of
    29 February one year ends on 28 February, of 31 January one month on the last day of February.
    """
    if keep.unit == "hours":
        raise ValueError("a period of hours is kept by the program itself")
    if keep.unit == "days":
        return today - timedelta(days=keep.amount)
    months = today.year * 12 + today.month - 1 - keep.amount * (12 if keep.unit == "years" else 1)
    try:
        return date(months // 12, months % 12 + 1, today.day)
    except ValueError:  # that month is shorter: periods of all its days have ended before today
        return date((months + 1) // 12, (months + 1) % 12 + 1, 1)
