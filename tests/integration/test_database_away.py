"""A database that is away or busy is nobody's fault: 503 in German, and no message is parked for it (F11)."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from uuid import uuid4

import nats
import pytest
from asyncpg import InterfaceError
from psycopg import sql
from sqlalchemy import event, make_url, text
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.postgres import Postgres
from deploy.streams import region_plan
from services.counselling.app import create_app
from services.reporting.facts import keep
from shared.database import make_engine, session_factory
from shared.messaging.batch import Parked
from shared.messaging.ingest import Ingest, Received
from shared.messaging.relay import Relay
from shared.messaging.watchdog import Watchdog
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.integration.reporting.test_ingest import provision, session
from tests.support.federation import Federation
from tests.support.recording import recording
from tests.support.repairing import SESSION
from tests.support.servers import NatsServer

ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


def close(postgres: Postgres, url: str, *, opened: bool) -> None:
    """Let nobody in, and end who is in; or open it again."""
    name = str(make_url(url).database)
    with postgres.connect() as connection:
        change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(change.format(sql.Identifier(name), sql.SQL("true" if opened else "false")))
        if not opened:
            connection.execute(ENDED, [name])


async def test_a_record_is_refused_for_now_while_the_database_is_away_and_nothing_stops(
    federation: Federation, database: MakeDatabase, postgres: Postgres
) -> None:
    url = database("counselling")
    app = create_app(federation.settings("rp", url, heartbeat_seconds=0.1, watchdog_seconds=2.0))
    async with recording(app, Role.COUNSELLOR) as counsellor:
        path = f"sessions/{uuid4()}"
        await counsellor.put(path, SESSION)
        close(postgres, url, opened=False)
        try:
            end = time.monotonic() + 4  # long enough for everything that runs beside the API to meet it
            while time.monotonic() < end:
                answer = await counsellor.send("PUT", f"sessions/{uuid4()}", json=SESSION)
                assert answer.status_code == 503, answer.text
                assert "nichts ist verloren" in answer.json()["detail"]
        finally:
            close(postgres, url, opened=True)
        assert (await counsellor.put(path, SESSION))["revision"] == 1


async def test_a_message_is_not_parked_because_its_transaction_was_ended(
    nats_server: NatsServer, database: MakeDatabase
) -> None:
    broker = await nats.connect(nats_server.url)
    await provision(broker, region_plan("rp"))
    told = session("a")
    await broker.jetstream().publish(told.subject, told.data, headers=told.headers)
    engine = make_engine(database("reporting"))
    sessions, tried = session_factory(engine), list[int]()

    async def apply(written: AsyncSession, events: Sequence[Received]) -> Sequence[Parked]:
        tried.append(len(events))
        if len(tried) == 1:
            await (await written.connection()).execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return await keep(written, events)

    ingest = Ingest(sessions, "REGION", apply, "rp", "reporting", lean=False)
    subscription = await broker.jetstream().pull_subscribe_bind("reporting", "REGION")
    for _ in range(2):
        await ingest.handle(await subscription.fetch(1, timeout=5))
    async with sessions() as found:
        connection = await found.connection()
        count: Any = await connection.execute(text("SELECT (SELECT count(*) FROM parked), (SELECT count(*) FROM fact)"))
        assert tuple(count.one()) == (0, 1)
    assert tried == [1, 1]
    await engine.dispose()
    await broker.close()


async def test_a_relay_waits_for_a_database_that_is_not_there_at_all(tmp_path: Path) -> None:
    engine = make_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    relay = Relay(engine, "rp", "counselling", "up", "UP_RP")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.5):
            await relay.run(MagicMock())
    await engine.dispose()


async def test_a_statement_that_is_cancelled_is_cancelled_and_no_error_of_the_database(database: MakeDatabase) -> None:
    engine = make_engine(database("counselling"))
    waiting = asyncio.Event()

    async def wait() -> None:
        async with engine.connect() as connection:
            waiting.set()
            await connection.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(wait())
    await waiting.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await engine.dispose()


async def test_a_watchdog_waits_for_a_database_that_is_not_there_at_all(tmp_path: Path) -> None:
    engine = make_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")
    watchdog = Watchdog(session_factory(engine), "rp", "counselling", "REGION", "counselling", 1.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await watchdog.run(MagicMock(connection=None))
    await engine.dispose()


async def test_a_relay_waits_when_a_connection_is_lost_while_it_is_being_made(database: MakeDatabase) -> None:
    engine = make_engine(database("counselling"))
    met = asyncio.Event()

    def lost(*_values: object) -> None:
        met.set()
        raise InterfaceError("connection is closed")

    event.listen(engine.sync_engine, "connect", lost)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await Relay(engine, "rp", "counselling", "up", "UP_RP").run(MagicMock())
    assert met.is_set()
    await engine.dispose()
