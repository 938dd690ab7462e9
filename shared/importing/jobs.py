"""The work on uploaded files: one at a time, each in one transaction; a restart begins it again (contracts §5)."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import and_, delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock
from shared.database import SessionFactory
from shared.failpoints import failpoint
from shared.importing.kinds import Apply, Kind, RowOutcome
from shared.importing.mapping import below, match_header
from shared.importing.progress import Progress, StoppedError
from shared.importing.reader import read_lines
from shared.importing.scan import Scan, unmapped
from shared.importing.tables import ImportChunk, ImportErrorRow, ImportJob
from shared.problems import Problem
from shared.tasks import end

log = logging.getLogger(__name__)

POLL_SECONDS = (2.0, 10.0)  # soon after something happened, then ever more seldom
MAX_ATTEMPTS = 8
BATCH = 1_000
KEPT = timedelta(days=30)
LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('imports'))")
TO_MAP = "Einige Überschriften oder Werte sind nicht bekannt. Bitte einmal für die ganze Datei zuordnen."
UNEXPECTED = "Der Import ist unerwartet gescheitert; nichts wurde gespeichert. Bitte die Datei erneut hochladen."
ABANDONED = "Die Zuordnung blieb 30 Tage offen; die Datei wurde gelöscht. Bitte erneut hochladen."


class ImportWorker:
    """Works on the running jobs of one database, oldest first; `committed` is called after each.

    One worker at a time: the advisory lock lives and dies with the transaction that saves the file.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        sessions: SessionFactory,
        kinds: Mapping[str, tuple[Kind, Apply]],
        committed: Callable[[], None],
    ) -> None:
        self.engine, self.sessions, self.kinds, self.committed = engine, sessions, kinds, committed
        self._wake = asyncio.Event()
        self._progress = Progress()

    def wake(self) -> None:
        """A job was committed; without it a poll finds it within ten seconds."""
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends; a file in the middle is rolled back."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._progress.stop.set()
            await end([task])

    async def _run(self) -> None:
        tidied, pause = clock.now() - KEPT, POLL_SECONDS[0] / 2
        # A wait that ends in the moment of the cancellation swallows it (CPython before 3.12): so look as well.
        while not self._progress.stop.is_set():
            self._wake.clear()
            worked = None
            try:
                worked = await self.work_one()
                if clock.now() - tidied > timedelta(hours=1):
                    tidied = clock.now()
                    await self._forget_abandoned()
            except Exception as error:  # noqa: BLE001  # a dead worker would leave every later upload running for ever
                log.warning("imports: begun again after %s", type(error).__name__)  # its text may quote cells
            pause = min(2 * pause, POLL_SECONDS[1]) if worked is False else POLL_SECONDS[0]
            if not worked:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    async def work_one(self) -> bool:
        """Work on the oldest running job; False when there is none or another process works.

        Raises DBAPIError when the database failed: nothing is saved then and the file is begun again.
        """
        async with self.sessions() as session:
            if not await session.scalar(LOCK):
                return False
            running = select(ImportJob).where(ImportJob.state == "running")
            job = (await session.exec(running.order_by(col(ImportJob.created_at)).limit(1))).first()
            if job is None:
                return False
            job_id = job.id
            changes = await self._outcome(session, job)
            if changes["state"] != "needs_mapping":  # the file may name persons: it goes as soon as it can
                await session.exec(delete(ImportChunk).where(col(ImportChunk.job_id) == job_id))
            await session.exec(update(ImportJob).where(col(ImportJob.id) == job_id).values(**changes))
            failpoint("import.before_commit")
            await session.commit()
            failpoint("import.after_commit")
        self.committed()
        return True

    async def _outcome(self, session: AsyncSession, job: ImportJob) -> dict[str, Any]:
        """What to write into the job; after a refusal or a failure nothing of the file is left in the session."""
        try:
            if job.attempts >= MAX_ATTEMPTS:
                raise Problem(422, UNEXPECTED)
            await self._note(job.id, attempts=job.attempts + 1)
            return await self._treat(session, job)
        except Problem as refused:
            detail = refused.detail
        except (DBAPIError, StoppedError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, this file fails and the next one goes on
            log.error("imports: failed with %s", type(error).__name__)  # noqa: TRY400  # its text may quote cells
            detail = UNEXPECTED
        await session.rollback()
        return {"state": "failed", "detail": detail}

    async def _treat(self, session: AsyncSession, job: ImportJob) -> dict[str, Any]:
        kind, apply = self.kinds[job.kind]
        progress = self._progress = Progress(stop=self._progress.stop)
        ended = asyncio.Event()
        reporter = asyncio.create_task(self._report(job.id, progress, ended))
        try:
            with TemporaryFile() as file:
                await _load(session, job.id, file)
                scan = await asyncio.to_thread(_scan, kind, job, file, progress)
            rows = len(scan.rows) + scan.rejected
            if scan.plan.open or scan.unknown:
                return {"state": "needs_mapping", "detail": TO_MAP, "unmapped": unmapped(scan), "rows": rows}
            outcomes = await apply(session, job, progress.saving(scan))
            counts = _count(scan, outcomes)
            await _save_errors(session, job.id, scan, outcomes)
            return {"state": "done", "detail": "", "unmapped": {}, "rows": rows, "progress": 100, **counts}
        finally:
            ended.set()
            await reporter

    async def _report(self, job_id: UUID, progress: Progress, ended: asyncio.Event) -> None:
        """Write the progress every second in transactions of its own, so that it is seen before the file is saved."""
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await ended.wait()
            if not ended.is_set():
                with contextlib.suppress(DBAPIError):
                    await self._note(job_id, rows=progress.rows, progress=progress.percent)

    async def _note(self, job_id: UUID, **values: object) -> None:
        async with self.sessions() as session, session.begin():
            await session.exec(update(ImportJob).where(col(ImportJob.id) == job_id).values(**values))

    async def _forget_abandoned(self) -> None:
        async with self.sessions() as session, session.begin():
            old = and_(col(ImportJob.state) == "needs_mapping", col(ImportJob.created_at) < clock.now() - KEPT)
            jobs = select(ImportJob.id).where(old)
            await session.exec(delete(ImportChunk).where(col(ImportChunk.job_id).in_(jobs)))
            await session.exec(update(ImportJob).where(old).values(state="failed", detail=ABANDONED))


async def _load(session: AsyncSession, job_id: UUID, file: BinaryIO) -> None:
    number = 0
    chunk = select(ImportChunk.content).where(ImportChunk.job_id == job_id)
    while (block := (await session.exec(chunk.where(ImportChunk.number == number))).first()) is not None:
        file.write(block)
        number += 1


def _scan(kind: Kind, job: ImportJob, file: BinaryIO, progress: Progress) -> Scan:
    size = max(file.tell(), 1)
    lines = below(job.header, read_lines(file, kind.title))
    scan = Scan(match_header(kind, job.header, job.mapping), job.strict)
    scan.read(progress.reading(lines, file, size))
    return scan


def _count(scan: Scan, outcomes: list[RowOutcome]) -> dict[str, int]:
    if len(outcomes) != len(scan.rows):
        raise ValueError("not every row has an outcome")
    counts = Counter(outcome.outcome for outcome in outcomes)
    return {
        "accepted": counts["accepted"],
        "unchanged": counts["unchanged"],
        "rejected": counts["rejected"] + scan.rejected,
    }


async def _save_errors(session: AsyncSession, job_id: UUID, scan: Scan, outcomes: list[RowOutcome]) -> None:
    headers = {slot.column.name: slot.header for slot in scan.plan.slots}
    found = scan.errors + [
        (refused.row, headers.get(refused.column, refused.column), refused.value[:80], refused.message)
        for refused in outcomes
        if refused.outcome == "rejected"
    ]
    for start in range(0, len(found), BATCH):
        rows = [
            {"job_id": job_id, "row": row, "column": column, "value": value, "message": message}
            for row, column, value, message in found[start : start + BATCH]
        ]
        await session.exec(insert(ImportErrorRow), params=rows)
