"""Imports survive what happens to their process: nothing is saved by half, nothing twice, nothing hangs."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bulk.sessions import SessionImport
from services.counselling.tables import SessionRow
from shared import clock
from shared.importing.jobs import MAX_ATTEMPTS
from shared.importing.kinds import ParsedRow, RowOutcome
from shared.importing.tables import ImportChunk, ImportJob
from shared.outbox import OutboxRow
from tests.conftest import MakeDatabase
from tests.integration.importing.app import Gate, Office, csv_file, office, settings_for
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
FILE = csv_file(*["EB"] * 40)


async def change_jobs(admin: Office, **values: object) -> None:
    """Write into all jobs, as time would have done."""
    async with admin.sessions() as session, session.begin():
        await session.exec(update(ImportJob).values(**values))


@pytest.mark.slow
async def test_a_process_killed_in_the_middle_leaves_nothing_and_the_next_one_finishes(database: MakeDatabase) -> None:
    url = database("counselling")
    async with office(url, working=False) as admin:
        job_id, carrier = (await admin.upload(FILE))["import_id"], admin.carrier
    process = start_hanging(url)
    assert process.stdout is not None
    try:
        assert await asyncio.to_thread(process.stdout.readline) == b"written\n"
        async with office(url, carrier=carrier) as admin:
            assert not await admin.worker.work_one(), "two processes worked at once"
            assert await admin.count(SessionRow) == 0
            assert (await admin.status(job_id))["state"] == "running"
            process.kill()
            done = await admin.ended(job_id)
            assert (done["accepted"], done["unchanged"], done["rejected"]) == (40, 0, 0)
            assert await admin.count(SessionRow) == 40
            assert await admin.count(OutboxRow) == 80
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def start_hanging(url: str) -> subprocess.Popen[bytes]:
    """Another process that writes the rows of the oldest job and never commits."""
    command = [sys.executable, "-m", "tests.integration.importing.app", url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


async def test_a_stopped_process_leaves_the_file_to_the_next_one(database: MakeDatabase) -> None:
    url = database("counselling")
    gate = Gate(SessionImport.with_settings(settings_for(url)))
    async with office(url, gate) as admin:
        job_id, carrier = (await admin.upload(FILE))["import_id"], admin.carrier
        await asyncio.wait_for(gate.reached.wait(), 10)
    async with office(url, carrier=carrier) as admin:
        assert (await admin.ended(job_id))["accepted"] == 40
        assert await admin.count(SessionRow) == 40


async def test_a_lost_database_connection_begins_the_file_again(database: MakeDatabase) -> None:
    url = database("counselling")
    gate = Gate(SessionImport.with_settings(settings_for(url)))
    async with office(url, gate) as admin:
        job_id = (await admin.upload(FILE))["import_id"]
        await asyncio.wait_for(gate.reached.wait(), 10)
        async with admin.engine.connect() as connection:
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            assert await connection.scalar(text(f"{cut} AND state = 'idle in transaction' AND pid <> pg_backend_pid()"))
        gate.opened.set()
        assert (await admin.ended(job_id))["accepted"] == 40
        assert gate.passed == 2
        assert await admin.count(SessionRow) == 40


async def test_progress_is_seen_while_nothing_is_saved_yet(database: MakeDatabase) -> None:
    url = database("counselling")
    gate = Gate(SessionImport.with_settings(settings_for(url)))
    async with office(url, gate) as admin:
        job_id = (await admin.upload(FILE))["import_id"]

        async def seen() -> bool:
            status = await admin.status(job_id)
            return bool(status["rows"] == 40 and 50 <= status["progress"] < 100)

        await eventually(seen, 10)
        assert await admin.count(SessionRow) == 0
        gate.opened.set()
        assert (await admin.ended(job_id))["progress"] == 100


async def test_the_unexpected_saves_nothing_tells_no_cell_and_stops_nobody_else(
    database: MakeDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    url = database("counselling")
    right = SessionImport.with_settings(settings_for(url))

    async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        outcomes = await right(session, job, rows)
        if len(outcomes) == 2:
            raise KeyError("K-0815, a secret cell")
        return outcomes

    caplog.set_level(logging.INFO)
    async with office(url, apply) as admin:
        failed = await admin.ended((await admin.upload(csv_file("EB", "EB")))["import_id"], "failed")
        assert failed["detail"].startswith("Der Import ist unerwartet gescheitert; nichts wurde gespeichert.")
        assert "K-0815" not in caplog.text
        assert "KeyError" in caplog.text
        assert (await admin.count(SessionRow), await admin.count(ImportChunk)) == (0, 0)
        assert (await admin.ended((await admin.upload(FILE))["import_id"]))["accepted"] == 40


async def test_a_row_without_outcome_saves_nothing(database: MakeDatabase) -> None:
    url = database("counselling")
    right = SessionImport.with_settings(settings_for(url))

    async def apply(session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        return (await right(session, job, rows))[1:]

    async with office(url, apply) as admin:
        await admin.ended((await admin.upload(FILE))["import_id"], "failed")
        assert await admin.count(SessionRow) == 0


async def test_a_file_that_ends_its_process_every_time_is_given_up(database: MakeDatabase) -> None:
    async with office(database("counselling"), working=False) as admin:
        job_id = (await admin.upload(FILE))["import_id"]
        await change_jobs(admin, attempts=MAX_ATTEMPTS)
        assert await admin.worker.work_one()
        assert (await admin.status(job_id))["state"] == "failed"
        assert await admin.count(SessionRow) == 0


async def test_a_file_nobody_answers_for_is_deleted_after_thirty_days(database: MakeDatabase) -> None:
    url = database("counselling")
    async with office(url) as admin:
        job_id, carrier = (await admin.upload(csv_file("Quatsch")))["import_id"], admin.carrier
        await admin.ended(job_id, "needs_mapping")
        await change_jobs(admin, created_at=clock.now() - timedelta(days=29))
    async with office(url, carrier=carrier) as admin:
        assert await admin.ended((await admin.upload(FILE))["import_id"])
        assert await admin.count(ImportChunk) == 1
        await change_jobs(admin, created_at=clock.now() - timedelta(days=31))
    async with office(url, carrier=carrier) as admin:

        async def given_up() -> bool:
            return bool((await admin.status(job_id))["state"] == "failed")

        await eventually(given_up)
        assert await admin.count(ImportChunk) == 0
