"""A network whose newest complete month of group information is an outlier, in few records."""

from typing import Any

from services.reporting.periods import months, shifted
from shared import clock

USUAL, FOUND = 100, 400


def last_month() -> str:
    """The newest month that is complete as of yesterday."""
    return shifted(clock.month_of(clock.today()), -1)


def groups(region: str = "rp", found: int = FOUND, length: int = 12, **values: Any) -> list[dict[str, Any]]:
    """One group information a month, `found` participants in the newest."""
    last = last_month()
    common = {"event": "group", "region": region, "received": clock.today(), **values}
    return [
        common | {"name": f"{region} {month}", "month": month, "participants": found if month == last else USUAL}
        for month in months(shifted(last, -length), last)
    ]
