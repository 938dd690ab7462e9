"""Follow-ups: of persons first counselled long enough before, in the same round, never recorded before their first."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from deploy.demo.history.days import day_between, recorded
from deploy.demo.history.people import CHANNELS, Session

LEAST = timedelta(40)  # from the first to the end of the span
USUAL_DAYS = 90


def follow_ups(
    chance: random.Random, firsts: Sequence[Session], count: int, span: tuple[date, date], limit: date | None = None
) -> list[Session]:
    """As many follow-ups of persons of `firsts` in a span of days, recorded by `limit` (of the day's bucket).

    Raises ValueError when follow-ups are wanted and nobody was first counselled 40 days before the end of the span.
    """
    eligible = [first for first in firsts if first.day <= span[1] - LEAST]
    if count and not eligible:
        raise ValueError(f"nobody to follow up until {span[1]}")
    return [_after(chance, chance.choice(eligible), span, limit) for _ in range(count)]


def _after(chance: random.Random, first: Session, span: tuple[date, date], limit: date | None) -> Session:
    day = first.day + timedelta(1 + int(chance.expovariate(1 / USUAL_DAYS)))
    if not span[0] <= day <= span[1]:
        day = day_between(chance, max(first.day + timedelta(1), span[0]), span[1])
    return replace(
        first,
        day=day,
        recorded_on=recorded(chance, day, limit, first.recorded_on),
        session_type="follow_up",
        channel=chance.choice(CHANNELS),
        target="",
    )
