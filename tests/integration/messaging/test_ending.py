"""Who ends waits for all that ran beside it: what still gives its connection back, too."""

import asyncio

from faststream.nats import NatsBroker

from shared.messaging.runtime import Messaging
from tests.support.apps import lone_settings
from tests.support.servers import NatsServer


async def test_all_jobs_have_ended_when_messaging_has(nats_server: NatsServer) -> None:
    begun, ended = asyncio.Event(), list[str]()

    async def quick(_broker: NatsBroker) -> None:
        await asyncio.sleep(60)

    async def careful(_broker: NatsBroker) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.5)
            ended.append("careful")

    messaging = Messaging(lone_settings("rp", "postgresql+psycopg://nobody@/nothing", nats_server.url), "counselling")
    messaging.jobs += [quick, careful]
    async with messaging.running():
        await asyncio.wait_for(begun.wait(), 10)
        assert await messaging.progressing()
    assert ended == ["careful"]
