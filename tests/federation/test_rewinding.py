"""A network's own broker that was emptied or restored from an old backup gets again what it has lost (F13)."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nats.errors import Error as NatsError

from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.repairing import SESSION, Pair
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def pair(make_federation: Callable[..., Any], database: Callable[[str], str]) -> AsyncIterator[Pair]:
    pair = Pair(make_federation("rp"), database("counselling"), "")
    async with pair.network_running():
        yield pair


def store(federation: Federation) -> Path:
    return Path(federation.regions["rp"].command[-1]).parent / "store"


async def record(pair: Pair, count: int) -> None:
    for _ in range(count):
        await pair.counsellor.put(f"sessions/{uuid4()}", SESSION)


async def stored(pair: Pair, count: int) -> None:
    """Wait until the own broker has that many messages, and each session of the outbox once."""

    async def complete() -> bool:
        broker = pair.network.state.messaging.broker
        if not broker.connection.is_connected:
            return False
        js = broker.connection.jetstream()
        found = [await js.get_msg("REGION", number) for number in range(1, count + 1)]
        names = {message.headers["Nats-Msg-Id"] for message in found if message.headers}
        sent = await rows(pair.network, "SELECT message_id::text FROM outbox WHERE destination = 'region'")
        return names == {name for (name,) in sent} and len(names) == count

    async def known() -> bool:
        try:
            return await complete()
        except (NatsError, TimeoutError):
            return False

    await eventually(known, 20)


async def test_an_empty_broker_gets_again_what_it_had(pair: Pair) -> None:
    await record(pair, 5)
    await stored(pair, 5)
    server = pair.federation.regions["rp"]
    server.kill()
    shutil.rmtree(store(pair.federation))
    server.start()
    pair.federation.provision()
    await stored(pair, 5)


async def test_a_broker_restored_from_a_backup_gets_what_came_since(pair: Pair, tmp_path: Path) -> None:
    await record(pair, 3)
    await stored(pair, 3)
    server = pair.federation.regions["rp"]
    server.stop()
    shutil.copytree(store(pair.federation), tmp_path / "backup")
    server.start()
    await record(pair, 2)
    await stored(pair, 5)
    server.kill()
    shutil.rmtree(store(pair.federation))
    shutil.copytree(tmp_path / "backup", store(pair.federation))
    await record(pair, 1)  # while it is away: in flight when it is back
    server.start()
    await stored(pair, 6)
