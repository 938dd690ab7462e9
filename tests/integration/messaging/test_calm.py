"""A relay that has nothing to deliver asks ever more seldom, and still finds what another process has committed."""

import asyncio
from typing import Any
from uuid import uuid4

import nats
import pytest
from nats.js.api import StreamConfig
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from shared import clock, outbox
from shared.database import make_engine, session_factory
from shared.messaging import relay as relays
from shared.messaging.relay import Relay
from tests.conftest import MakeDatabase
from tests.support.servers import NatsServer
from tests.support.waiting import eventually

LEFT = text("SELECT count(*) FROM outbox WHERE delivered_at IS NULL")
LOCKS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
    "WHERE locktype = 'advisory' AND datname = current_database()"
)


async def test_what_another_process_commits_in_a_calm_is_delivered(
    database: MakeDatabase, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "POLL_SECONDS", 0.05)
    client, engine = await nats.connect(nats_server.url), make_engine(database("counselling"))
    await client.jetstream().add_stream(StreamConfig(name="UP_RP", subjects=["up.>"]))
    looks: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *told: looks.append(told[2]))
    running = asyncio.create_task(Relay(engine, "rp", "counselling", "up", "UP_RP").run(client))
    await eventually(lambda: len(looks) > 8)
    looks.clear()
    await asyncio.sleep(1)
    assert sum("FROM outbox" in look for look in looks) < 8  # twenty times if it never grew calm
    row: dict[str, Any] = {
        "message_id": uuid4(), "destination": "up", "subject": "up.x", "headers": {}, "body": b"{}", "kind": "x",
        "entity_id": uuid4(), "revision": 1, "digest": 0, "created_at": clock.now(),
    }  # fmt: skip
    async with session_factory(engine)() as session, session.begin():
        await outbox.append(session, [row])

    async def delivered() -> bool:
        async with engine.connect() as connection:
            return await connection.scalar(LEFT) == 0

    await eventually(delivered)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await client.close()
    await engine.dispose()


async def test_a_relay_whose_statement_fails_keeps_no_lock_from_its_successor(
    database: MakeDatabase, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "POLL_SECONDS", 30)
    url = database("counselling")
    client, engine, other = await nats.connect(nats_server.url), make_engine(url), make_engine(url)
    failed = asyncio.Event()

    def fail(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM outbox" in statement:
            failed.set()
            raise OperationalError(statement, None, Exception("the disk is full"))

    event.listen(engine.sync_engine, "before_cursor_execute", fail)
    running = asyncio.create_task(Relay(engine, "rp", "counselling", "up", "UP_RP").run(client))
    await failed.wait()

    async def free() -> bool:
        async with other.connect() as connection:
            return await connection.scalar(LOCKS) == 0

    await eventually(free)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await client.close()
    await engine.dispose()
    await other.dispose()
