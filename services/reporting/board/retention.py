"""Ratings go when their period has ended (rule `board_ratings`); decisions with their reasons stay."""

from dataclasses import dataclass, field
from datetime import date

from services.reporting.board import store
from shared import clock
from shared.database import SessionFactory
from shared.rights.retention import load_rules

RULE = "board_ratings"


@dataclass
class Forgetting:
    """Deletes what is due, once a day; `refresh` may be called as often as one likes."""

    sessions: SessionFactory
    _last: date | None = field(default=None, init=False)

    async def refresh(self) -> None:
        """Delete ratings whose sitting is longer ago than the period."""
        today = clock.today()
        if self._last == today:
            return
        async with self.sessions() as session, session.begin():
            await store.forget_ratings(session, load_rules()[RULE].first_kept(today))
        self._last = today
