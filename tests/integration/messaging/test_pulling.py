"""Pulling in batches: a batch whose time is over hands on what it holds, at once."""

import asyncio
import time
from pathlib import Path

import nats
import pytest
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import ConsumerConfig, StreamConfig

from shared.messaging import pulling
from tests.support.servers import NatsServer, jetstream_server


async def test_an_empty_fetch_raises_the_librarys_own_timeout(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "IDLE_SECONDS", 0.3)
    pulling.install()
    client = await nats.connect(nats_server.url)
    js = client.jetstream()
    await js.add_stream(StreamConfig(name="S", subjects=["s.>"]))
    await js.add_consumer("S", ConsumerConfig(durable_name="d"))
    subscription = await js.pull_subscribe_bind("d", "S")
    for seconds in (0.0001, 0.004, 0.006, 0.02, 0.05):
        with pytest.raises(NatsTimeoutError):
            await subscription.fetch(10, timeout=seconds)
    await js.publish("s.1", b"x")
    (message,) = await subscription.fetch(10, timeout=0.2)
    assert message.data == b"x"
    await client.close()


async def test_a_request_that_a_lost_connection_has_forgotten_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "IDLE_SECONDS", 60.0)
    monkeypatch.setattr(pulling, "LOOK_SECONDS", 0.5)
    pulling.install()
    with jetstream_server(tmp_path) as server:
        client = await nats.connect(server.url, reconnect_time_wait=0.1)
        js = client.jetstream()
        await js.add_stream(StreamConfig(name="S", subjects=["s.>"]))
        await js.add_consumer("S", ConsumerConfig(durable_name="d"))
        subscription = await js.pull_subscribe_bind("d", "S")
        waiting = asyncio.create_task(subscription.fetch(10, timeout=0.1))
        await asyncio.sleep(0.2)
        server.stop()
        server.start()
        async with asyncio.timeout(10):
            with pytest.raises(NatsTimeoutError):  # its caller, a loop, asks again
                await waiting
            await js.publish("s.1", b"x")
            (message,) = await subscription.fetch(10, timeout=0.1)
        assert message.data == b"x"
        await client.close()


async def test_messages_that_trickle_in_are_all_handled_without_redelivery(nats_server: NatsServer) -> None:
    from faststream.nats import NatsBroker  # noqa: PLC0415 - only this test needs it

    from shared.messaging.batch import BatchIngest  # noqa: PLC0415 - as above

    pulling.install()
    handled: list[int] = []
    deliveries: list[int] = []

    class Counting(BatchIngest):
        async def commit(self, messages: object) -> None:
            for message in messages:  # type: ignore[attr-defined]  # a batch of messages
                handled.append(int(message.data))
                deliveries.append(message.metadata.num_delivered)

    client = await nats.connect(nats_server.url)
    js = client.jetstream()
    await js.add_stream(StreamConfig(name="S", subjects=["s.>"]))
    await js.add_consumer("S", ConsumerConfig(durable_name="d", ack_wait=30))
    broker = NatsBroker(nats_server.url)
    Counting(None, "S", "rp", "test").subscribe(broker, "d", "s.>", 500, 0.03)  # type: ignore[arg-type]  # no database
    await broker.start()
    started = time.monotonic()
    for number in range(300):
        await js.publish("s.x", str(number).encode())
        await asyncio.sleep(0.004 * (number % 3))
    while len(set(handled)) < 300 and time.monotonic() - started < 15:  # noqa: ASYNC110 - counted by a handler
        await asyncio.sleep(0.05)
    assert sorted(handled) == list(range(300))
    assert set(deliveries) == {1}
    await broker.stop()
    await client.close()
