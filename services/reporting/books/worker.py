"""The work on ordered books: one at a time, table by table, each in its own transaction; a restart goes on there.

A table that cannot be answered is written with its reason; a database that is away is waited for.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.exc import SQLAlchemyError

from services.reporting.books import store
from services.reporting.books.contents import Content
from services.reporting.books.definitions import Step, steps_of
from services.reporting.books.tables import BookRow, BookTableRow
from services.reporting.books.writing import Writer
from shared import clock
from shared.database import AWAY, SessionFactory
from shared.failpoints import failpoint
from shared.tasks import end

log = logging.getLogger(__name__)

POLL_SECONDS = (2.0, 10.0)
"""Soon after something happened, then ever more seldom."""
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 8
"""So often a book is begun again without a table written in between."""
CHANGED = "Die Vorlage dieses Buchs wurde inzwischen geändert. Bitte das Buch löschen und neu bestellen."
UNEXPECTED = "Das Buch ist mehrmals unerwartet gescheitert. Bitte löschen und neu bestellen."
TABLE_FAILED = "Diese Tabelle ist unerwartet gescheitert."
EMPTY = "Keine einzige Tabelle konnte gerechnet werden."


class Books:
    """Writes the books of a network or of the centre."""

    def __init__(self, sessions: SessionFactory, writer: Writer) -> None:
        self.sessions, self.writer, self.name = sessions, writer, uuid4()
        self._wake, self._stopping = asyncio.Event(), False

    def wake(self) -> None:
        """A book was ordered; without it a poll finds it within ten seconds."""
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends; a table in the middle is written again by whoever goes on."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._stopping = True
            await end([task])
            with contextlib.suppress(SQLAlchemyError, *AWAY):  # the lease ends by itself
                async with self.sessions() as session, session.begin():
                    await store.let_go(session, self.name, clock.now())

    async def _run(self) -> None:
        # A wait that ends in the moment of the cancellation swallows it (CPython before 3.12): so look as well.
        pause = POLL_SECONDS[0] / 2
        while not self._stopping:
            self._wake.clear()
            worked = None
            try:
                worked = await self.work_one()
            except Exception as error:  # noqa: BLE001  # a dead worker would leave every later book waiting for ever
                log.warning("books: begun again after %s", type(error).__name__)
            pause = min(2 * pause, POLL_SECONDS[1]) if worked is False else POLL_SECONDS[0]
            if not worked:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    async def work_one(self) -> bool:
        """Write the oldest book that nobody writes; False when there is none. Raises what the database raises."""
        async with self.sessions() as session, session.begin():
            book = await store.claim(session, self.name, clock.now(), LEASE)
        if book is None:
            return False
        steps = steps_of(book.kind, book.region)
        if len(steps) != book.steps or book.attempts > MAX_ATTEMPTS:
            await self._end(book.book_id, "failed", CHANGED if len(steps) != book.steps else UNEXPECTED)
            return True
        for place in range(book.done, book.steps):
            if not await self._keep(book.book_id, place, await self._table(book, steps[place])):
                return True
            failpoint("books.after_table")
        await self._end(book.book_id, "done", "")
        return True

    async def _table(self, book: BookRow, step: Step) -> Content:
        try:
            return await self.writer.write(book, step)
        except (SQLAlchemyError, *AWAY):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, this table fails and the next one goes on
            log.error("books: %s failed with %s", step.table.id, type(error).__name__)  # noqa: TRY400  # may quote figures
            names = {name: getattr(step.table, name) for name in ("id", "title", "chart", "note", "content")}
            return {"chapter": step.chapter, "region": step.region, **names, "rows": [], "problem": TABLE_FAILED}

    async def _keep(self, book_id: UUID, place: int, content: Content) -> bool:
        """Keep a table; False when the book is no longer this worker's."""
        async with self.sessions() as session, session.begin():
            row = await store.held(session, book_id, self.name)
            if row is None or row.done != place:
                return False
            session.add(BookTableRow(book_id=book_id, place=place, content=content))
            row.done, row.attempts, row.lease_until = place + 1, 0, clock.now() + LEASE
            row.failed += bool(content["problem"])
            session.add(row)
        return True

    async def _end(self, book_id: UUID, state: str, detail: str) -> None:
        async with self.sessions() as session, session.begin():
            row = await store.held(session, book_id, self.name)
            if row is None:
                return
            if state == "done":
                tables = await store.tables_of(session, book_id)
                row.hash = store.digest(row, tables)
                if row.failed == row.steps:
                    state, detail = "failed", f"{EMPTY} {tables[0]['problem']}"
            store.end(row, state, detail, clock.now())
            session.add(row)
