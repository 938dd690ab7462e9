"""Nobody acks but the ingest itself: what neither went in nor could be parked comes again (design 7, 8)."""

from collections.abc import Sequence
from unittest.mock import MagicMock

import nats
from faststream.nats import NatsBroker
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, StreamConfig

from shared.messaging.batch import BatchIngest
from tests.support.servers import NatsServer
from tests.support.waiting import eventually


class Failing(BatchIngest):
    """Cannot write the message when it comes first, and cannot park it either: the database went away in between."""

    def __init__(self) -> None:
        super().__init__(MagicMock(side_effect=ConnectionResetError), "S", "rp", "test")
        self.deliveries: list[int] = []

    async def commit(self, messages: Sequence[Msg]) -> None:
        self.deliveries += [message.metadata.num_delivered for message in messages]
        if len(self.deliveries) == 1:
            raise ValueError


async def test_a_message_that_could_not_even_be_parked_comes_again(nats_server: NatsServer) -> None:
    client = await nats.connect(nats_server.url)
    js = client.jetstream()
    await js.add_stream(StreamConfig(name="S", subjects=["s.>"]))
    await js.add_consumer("S", ConsumerConfig(durable_name="d", ack_wait=1))
    broker = NatsBroker(nats_server.url)
    ingest = Failing()
    ingest.subscribe(broker, "d", "s.>", 500, 0.03)
    await broker.start()
    await js.publish("s.x", b"{}")
    await eventually(lambda: ingest.deliveries == [1, 2])
    await broker.stop()
    await client.close()
