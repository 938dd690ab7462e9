"""What every recording service does: act in one transaction; each revision publishes and audits itself (design 1)."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Request
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit, clock, outbox
from shared.failpoints import failpoint
from shared.problems import Problem
from shared.security import Principal

NOT_FOUND = "Diesen Datensatz gibt es bei Ihrem Träger nicht."
BUSY = "Andere ändern gerade dieselben Datensätze; nichts ist verloren. Bitte versuchen Sie es gleich noch einmal."
UNIQUE_VIOLATION, DEADLOCK = "23505", "40P01"  # SQLSTATE
ATTEMPTS = 3
Result = TypeVar("Result")
Tell = Callable[[Any, str, datetime], list[dict[str, Any]]]
"""A service's `publishing`: (row, region, instant) → outbox rows of the row's revision."""


class Recorded(Protocol):
    """A row with revisions."""

    revision: int

    @property
    def key(self) -> UUID:
        """Id of the record."""

    @property
    def owner(self) -> UUID | None:
        """Its carrier; None for what is public."""


@dataclass(frozen=True)
class Actor:
    """Who acts, where and when; `key` is the network's, for keyed hashes."""

    principal: Principal
    region: str
    today: date
    instant: datetime
    key: str


class Revisions:
    """Collects revisions of one transaction; each is published and audited as it was when added."""

    def __init__(self, session: AsyncSession, region: str, subject: str, instant: datetime, tell: Tell) -> None:
        self.session, self.region, self.subject, self.instant, self.tell = session, region, subject, instant, tell
        self._messages: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []

    def add(self, row: Recorded, action: str) -> None:
        """Save a row's present state as a revision."""
        self.session.add(row)
        self._messages += self.tell(row, self.region, self.instant)
        self._audit.append(audit.entry(self.instant, self.subject, row.owner, action, row.key, row.revision))

    async def write(self) -> None:
        """Write what was added since the last time: rows, outbox and audit, in the caller's transaction."""
        await self.session.flush()
        messages, entries, self._messages, self._audit = self._messages, self._audit, [], []
        await outbox.append(self.session, messages)
        await audit.write(self.session, entries)


async def commit(
    request: Request, principal: Principal, work: Callable[[AsyncSession, Actor], Awaitable[Result]]
) -> Result:
    """Run `work` in one transaction and wake the relay; here, at the edge, and nowhere else is committed.

    Two first saves of one id at the same moment: the later one runs again and finds the record there. If it still
    finds none, the id is another carrier's: Problem 404. Two changes that wait for each other's records: PostgreSQL
    gives one up, and it runs again; Problem 503 if that does not help.
    """
    state = request.app.state
    key = state.settings.signing_key.get_secret_value()
    actor = Actor(principal, state.settings.network, clock.today(), clock.now(), key)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with state.sessions() as session, session.begin():
                result = await work(session, actor)
                failpoint("recording.before_commit")
            failpoint("recording.after_commit")
            break
        except DBAPIError as error:
            code = getattr(error.orig, "sqlstate", None)
            if code not in (UNIQUE_VIOLATION, DEADLOCK):
                raise
            if attempt == ATTEMPTS:
                raise (Problem(404, NOT_FOUND) if code == UNIQUE_VIOLATION else Problem(503, BUSY)) from None
    state.messaging.wake()
    return result


class _TriedError(Exception):
    """Ends a transaction that was only tried."""


async def tried(
    request: Request, principal: Principal, work: Callable[[AsyncSession, Actor], Awaitable[object]]
) -> None:
    """Run `work` and keep nothing of it. Raises the Problem that saving would raise."""

    async def attempt(session: AsyncSession, actor: Actor) -> None:
        await work(session, actor)
        raise _TriedError

    with contextlib.suppress(_TriedError):
        await commit(request, principal, attempt)


MONTH = r"^(19|20)\d{2}-(0[1-9]|1[0-2])$"
"""A month as `2022-09`, as the contracts bound it."""


def month_days(month: str) -> tuple[date, date]:
    """First day of a month `YYYY-MM` and first day after it."""
    first = date.fromisoformat(f"{month}-01")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
