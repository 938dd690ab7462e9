"""The audit of a service on a real PostgreSQL: nobody who serves may change it, and whoever may is found out."""

import asyncio
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import audit, clock
from shared.audit.seals import Sealer, append_only, seal
from shared.audit.verify import Report, read_anchors, verify
from shared.database import SessionFactory, make_engine, session_factory
from tests.conftest import MakeDatabase
from tests.support.audits import Forger, act, sealed_history
from tests.support.owner import Owner, owner_of
from tests.support.waiting import eventually

FORGERIES = 400
CHANGED = (
    "SELECT EXISTS (TABLE audit EXCEPT TABLE kept) OR EXISTS (TABLE kept EXCEPT TABLE audit)"
    " OR EXISTS (TABLE kept_seals EXCEPT TABLE audit_seal)"
)


@pytest.fixture
def url(database: MakeDatabase) -> str:
    return database("counselling")


@pytest.fixture
async def sessions(url: str) -> AsyncIterator[SessionFactory]:
    engine = make_engine(url)
    yield session_factory(engine)
    await engine.dispose()


@pytest.fixture
def owner(url: str) -> Iterator[Owner]:
    with owner_of(url) as connection:
        yield connection


async def checked(sessions: SessionFactory, **more: Any) -> Report:
    async with sessions() as session:
        return await verify(session, **more)


@pytest.mark.parametrize("service", ["registration", "counselling"])
@pytest.mark.parametrize("table", ["audit", "audit_seal"])
async def test_a_service_may_add_to_its_audit_and_nothing_else(
    database: MakeDatabase, service: str, table: str
) -> None:
    engine = make_engine(database(service))
    sessions = session_factory(engine)
    await act(sessions)
    assert await seal(sessions) is not None
    for statement in (
        f"UPDATE {table} SET at = now()",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} ADD COLUMN more int",
        f"DROP TABLE {table}",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
    ):
        async with engine.connect() as connection:
            with pytest.raises(Exception, match=r"permission denied|must be owner|no privileges"):
                await connection.exec_driver_sql(statement)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"GRANT UPDATE ON {table} TO iq_service")  # a warning, and nothing granted
    assert await append_only(sessions)
    await engine.dispose()


async def test_a_service_that_could_change_its_audit_is_not_ready(url: str) -> None:
    engine = make_engine(url.replace("iq_service@", "postgres@"))
    assert not await append_only(session_factory(engine))
    await engine.dispose()


async def test_every_forgery_is_found(sessions: SessionFactory, owner: Owner) -> None:
    await sealed_history(sessions, seals=8, acts=9)
    whole = await checked(sessions)
    assert (whole.seals, whole.rows, whole.unsealed, whole.findings) == (8, 56, 0, [])
    (head,) = owner.execute("SELECT number, digest FROM audit_seal ORDER BY 1 DESC LIMIT 1")
    anchors = {head[0]: {head[1]}}
    forger, missed, ways = Forger(owner, seed=11), [], Counter[str]()
    for number in range(FORGERIES):
        way = forger.ways[number % len(forger.ways)]
        statement = way()
        ways[way.__name__] += 1
        assert owner.execute(CHANGED).fetchone() == (True,), statement
        if not (await checked(sessions, anchors=anchors)).findings:
            missed.append(statement)
        forger.restore()
    assert missed == []
    assert min(ways.values()) >= FORGERIES // len(ways)
    assert (await checked(sessions, anchors=anchors)).findings == []


async def test_a_slow_transaction_with_a_low_number_is_waited_for(sessions: SessionFactory, owner: Owner) -> None:
    async with sessions() as slow:
        await audit.write(slow, [audit.entry(clock.now(), "langsam", None, "session.recorded", None, 1)])
        await act(sessions)
        sealing = asyncio.create_task(seal(sessions))
        await asyncio.sleep(0.5)
        await act(sessions)  # nobody else has to wait, and who comes later is not waited for
        assert not sealing.done()
        await slow.commit()
        made = await sealing
    assert made is not None
    assert (made.first_seq, made.last_seq, made.rows) == (1, 2, 2)
    report = await checked(sessions)
    assert (report.findings, report.unsealed) == ([], 1)
    assert owner.execute("SELECT subject FROM audit WHERE seq = 1").fetchone() == ("langsam",)


async def test_a_rolled_back_number_stays_a_gap(sessions: SessionFactory) -> None:
    for rolled_back in (False, True, False):
        await act(sessions, rolled_back=rolled_back)
    made = await seal(sessions)
    assert made is not None
    assert (made.last_seq, made.rows) == (3, 2)
    assert await seal(sessions) is None
    assert (await checked(sessions)).findings == []


async def test_processes_that_seal_at_the_same_moment_seal_once(sessions: SessionFactory) -> None:
    async def write() -> None:
        for _ in range(20):
            await act(sessions)

    async def sealing() -> list[Any]:
        return [await seal(sessions) for _ in range(6)]

    _, *made = await asyncio.gather(write(), sealing(), sealing(), sealing())
    await seal(sessions)
    numbers = [one.number for some in made for one in some if one is not None]
    assert len(numbers) == len(set(numbers))
    report = await checked(sessions)
    assert (report.findings, report.rows, report.unsealed) == ([], 20, 0)


async def test_what_nobody_seals_is_found(sessions: SessionFactory, owner: Owner) -> None:
    await act(sessions)
    assert (await checked(sessions)).findings == []
    owner.execute("UPDATE audit SET at = at - interval '2 hours'")
    assert "nicht versiegelt" in (await checked(sessions)).findings[0]


async def test_the_head_is_logged_once_a_day_and_the_log_is_the_anchor(
    sessions: SessionFactory, url: str, owner: Owner, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.INFO, "shared.audit.seals")
    sealer = Sealer(sessions, "rp", "counselling")
    for _ in range(3):
        await act(sessions)
        await sealer.seal()
    assert len(caplog.messages) == 1
    log = tmp_path / "service.log"
    log.write_text("\n".join(caplog.messages))
    assert list(read_anchors([log])) == [1]

    def command(*more: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "shared.audit.verify", *more]
        return subprocess.run(words, env={"IQ_DATABASE_URL": url}, capture_output=True, text=True, check=False)

    whole = await asyncio.to_thread(command, "--anchors", str(log))
    assert (whole.returncode, whole.stdout.count("0 Befunde")) == (0, 1), whole
    owner.execute("TRUNCATE audit, audit_seal")
    lost = await asyncio.to_thread(command, "--anchors", str(log))
    assert lost.returncode == 1
    assert "Siegel 1 steht in den Ankern und fehlt" in lost.stdout


async def test_a_service_seals_by_itself(sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.audit.seals.PERIOD", 0.2)
    await act(sessions)
    async with Sealer(sessions, "rp", "counselling").running():

        async def done() -> bool:
            return (await checked(sessions)).seals == 1

        await eventually(done)
