"""Seals anew what is sealed, when the network's key has changed: in steps that are kept, so it goes on where it ended.

Confidential data is sealed here, drafts by the gateway, which this service does not know: whoever runs it tells how.
Each record that is sealed anew was opened with the new key before it is kept, and leaves a row of audit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.sensitive.patterns import rekey
from services.counselling.sensitive.seal import resealed
from services.counselling.sensitive.tables import SensitiveRow
from services.counselling.tables import DraftRow
from shared import audit, clock
from shared.database import SessionFactory
from shared.problems import Problem

AT_ONCE = 100
"""Records of one transaction."""
CAUSE = "reseal"
"""Stands in the audit instead of an account."""
Reseal = Callable[[str, Sequence[str], str], str | None]
"""(sealed text, keys, account) → the text under the first key, or None: it is already. Raises ValueError."""


@dataclass
class Tally:
    """What became of the records of a kind: sealed anew, sealed by the new key before, opened by none."""

    done: int = 0
    before: int = 0
    lost: int = 0

    def one(self, text: str, anew: Callable[[str], str | None]) -> str | None:
        """The text sealed anew, verified, or None where it stays; counted."""
        try:
            found = anew(text)
            if found is not None and anew(found) is not None:
                raise ValueError("the new key does not open it")
        except (Problem, ValueError):
            self.lost += 1
            return None
        self.before, self.done = self.before + (found is None), self.done + (found is not None)
        return found


async def reseal(sessions: SessionFactory, keys: Sequence[str], of_draft: Reseal) -> tuple[Tally, Tally]:
    """Seal all confidential data and all drafts by the first of the keys. Repeatable; what no key opens stays as it is.

    Returns how many, of confidential data and of drafts.
    """
    records, drafts = Tally(), Tally()

    async def record(session: AsyncSession, row: SensitiveRow) -> None:
        if text := records.one(row.content, lambda one: resealed(one, keys, row.case_id)):
            row.content = text
            act = audit.entry(clock.now(), CAUSE, row.carrier_id, "sensitive.resealed", row.case_id, row.revision)
            await audit.write(session, [act])
        await rekey(session, row, keys)

    async def draft(_session: AsyncSession, row: DraftRow) -> None:
        row.content = drafts.one(row.content, lambda one: of_draft(one, keys, row.subject)) or row.content

    await _each(sessions, SensitiveRow, ("case_id",), record)
    await _each(sessions, DraftRow, ("subject", "form", "draft_id"), draft)
    return records, drafts


async def _each(sessions: SessionFactory, table: Any, names: tuple[str, ...], work: Callable[..., Any]) -> None:
    """Do the work on every row, some in a transaction, in the order of their keys."""
    keys = [getattr(table, name) for name in names]
    last: tuple[str | UUID, ...] | None = None
    while True:
        query = select(table).order_by(*map(col, keys)).limit(AT_ONCE).with_for_update()
        query = query if last is None else query.where(tuple_(*keys) > last)
        async with sessions() as session, session.begin():
            rows = (await session.exec(query)).all()
            for row in rows:
                await work(session, row)
                session.add(row)
            last = tuple(getattr(rows[-1], name) for name in names) if rows else None
        if last is None:
            return
