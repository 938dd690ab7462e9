"""Time: days are days in Europe/Berlin, instants are UTC (contracts, introduction)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shared.failpoints import clock_error

BERLIN = ZoneInfo("Europe/Berlin")


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC) + clock_error()


def today() -> date:
    """The present day in Berlin."""
    return now().astimezone(BERLIN).date()


def month_of(day: date) -> str:
    """Month of a day as `YYYY-MM`."""
    return f"{day.year:04d}-{day.month:02d}"
