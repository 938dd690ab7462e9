"""Writes the erasure journal, a file outside the backups (`IQ_ERASURE_JOURNAL`), and replays it after a restore."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.rights.erasure import erase_subject
from services.registration.rights.references import erase_entry
from services.registration.rights.tables import ErasedReferenceRow
from shared import audit, clock
from shared.database import AWAY, SessionFactory
from shared.rights import Subject
from shared.rights.journal import Entry, ReferenceEntry, append
from shared.rights.tombstones import ErasedPersonRow

log = logging.getLogger(__name__)
RETRY_SECONDS = 30.0
Erased = TypeVar("Erased", ErasedPersonRow, ErasedReferenceRow)


class JournalSettings(BaseSettings):
    """Where the journal lies; without it erasures are known to the database only, and a restore forgets them."""

    model_config = SettingsConfigDict(env_prefix="IQ_", hide_input_in_errors=True)

    erasure_journal: Path | None = None


async def write(sessions: SessionFactory) -> int:
    """Write erasures that are not in the journal yet; how many. A crash in between writes them twice, which is no harm.

    Raises OSError when the file cannot be written.
    """
    path = JournalSettings().erasure_journal
    if path is None:
        return 0
    async with sessions() as session, session.begin():
        rows: list[ErasedPersonRow | ErasedReferenceRow] = [*await _waiting(session, ErasedPersonRow)]
        rows += await _waiting(session, ErasedReferenceRow)
        if rows:
            await asyncio.to_thread(append, path, [_entry(row) for row in rows])
        for row in rows:
            row.journaled = True
            session.add(row)
    return len(rows)


async def _waiting(session: AsyncSession, table: type[Erased]) -> Sequence[Erased]:
    """Rows that are not in the journal yet, locked."""
    query = select(table).where(col(table.journaled).is_(False)).order_by(col(table.carrier_id))
    return (await session.exec(query.with_for_update())).all()


def _entry(row: ErasedPersonRow | ErasedReferenceRow) -> Entry | ReferenceEntry:
    kind = Entry if isinstance(row, ErasedPersonRow) else ReferenceEntry
    return kind(**row.model_dump(include=set(kind.__dataclass_fields__)))


async def try_write(sessions: SessionFactory) -> None:
    """Write what is waiting; where that fails, `keep_writing` tries again."""
    try:
        await write(sessions)
    except (DBAPIError, *AWAY) as error:
        log.warning("erasure journal: %s", type(error).__name__)


async def keep_writing(sessions: SessionFactory) -> None:
    """Write what a crash or a full disk has left, at the start and from time to time."""
    if JournalSettings().erasure_journal is None:
        log.warning("erasure journal: none is kept, as IQ_ERASURE_JOURNAL is not set")
        return
    while True:
        await try_write(sessions)
        await asyncio.sleep(RETRY_SECONDS)


async def replay(session: AsyncSession, entries: Sequence[Entry | ReferenceEntry], key: str) -> None:
    """Erase again whom a restored backup has brought back, in the caller's transaction. Repeatable."""
    for entry in entries:
        if isinstance(entry, ReferenceEntry):
            await erase_entry(session, entry, key, journaled=True)
            continue
        subject = Subject(entry.carrier_id, (entry.person_id,))
        done = await erase_subject(session, subject, key, entry.erased_on)
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__} | {"journaled": True}
        await session.exec(insert(ErasedPersonRow).values(**values).on_conflict_do_nothing())
        if done["person"]:
            act = audit.entry(clock.now(), "restore", entry.carrier_id, "person.erased", entry.person_id, None)
            await audit.write(session, [act])
