"""Comments and marks of visits go by themselves when their time is over (shared/rights/retention.toml)."""

from datetime import date, datetime, time

from sqlalchemy import delete, func
from sqlmodel import col, select

from services.reporting.notes.tables import CommentRow, VisitRow
from services.reporting.notes.threads import alone
from shared import clock
from shared.clock import BERLIN
from shared.database import SessionFactory
from shared.rights.retention import load_rules

COMMENTS, VISITS = "figure_comments", "last_visits"


class Expiring:
    """Once a day deletes what was kept for as long as its rule says; harmless to repeat."""

    def __init__(self, sessions: SessionFactory) -> None:
        self.sessions = sessions
        self._done: date | None = None

    async def refresh(self) -> None:
        """Delete threads in which nothing happened any more, and marks of who has not come back."""
        today = clock.today()
        if self._done == today:
            return
        thread = func.coalesce(CommentRow.answers_to, CommentRow.comment_id)
        happened = func.greatest(CommentRow.changed_at, CommentRow.resolved_at)
        kept = select(thread).where(happened >= _first_kept(COMMENTS, today))
        async with self.sessions() as session, session.begin():
            await alone(session)
            await session.exec(delete(CommentRow).where(thread.not_in(kept)))
            await session.exec(delete(VisitRow).where(col(VisitRow.seen_at) < _first_kept(VISITS, today)))
        self._done = today


def _first_kept(rule: str, today: date) -> datetime:
    """The beginning of the first day that a rule still keeps."""
    return datetime.combine(load_rules()[rule].first_kept(today), time.min, BERLIN)
