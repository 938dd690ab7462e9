"""Days of the history: buckets that end where a Stichtag ends, and the day of recording cut at the bucket's limit."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from deploy.demo.history.counts import solution

DELAYS = (0, 0, 0, 0, 1, 2, 3, 7, 14, 30)
"""Days from a record's day to its recording, each as likely."""
FAIR_INTEGRATION_BY = date(2022, 7, 7)
"""Stichtag of the table of Faire Integration to 2022-06."""
LAST_OF_JUNE = date(2022, 6, 30)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days whose records are all recorded by its limit."""

    name: str
    first: date
    last: date
    recorded_by: date


@cache
def buckets() -> dict[str, Bucket]:
    """All buckets by name, in order."""
    return {name: Bucket(name, **days) for name, days in solution()["buckets"].items()}


@cache
def limit_of(day: date) -> date:
    """Day by which a record of a day must be recorded. Raises ValueError for a day outside the history."""
    for bucket in buckets().values():
        if bucket.first <= day <= bucket.last:
            return bucket.recorded_by
    raise ValueError(f"{day} lies in no bucket")


def day_between(chance: random.Random, first: date, last: date) -> date:
    """A day from `first` to `last`, each as likely."""
    return first + timedelta(chance.randint(0, (last - first).days))


def recorded(chance: random.Random, day: date, limit: date | None = None, earliest: date | None = None) -> date:
    """Day of recording: some days later, not after the limit (of the day's bucket), not before `earliest`."""
    found = min(day + timedelta(chance.choice(DELAYS)), limit or limit_of(day))
    return max(found, earliest) if earliest else found
