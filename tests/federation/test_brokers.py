"""What the brokers of a federation let through, and what not (design 4, 14; contracts §3)."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js.errors import APIError

from tests.support.federation import Federation
from tests.support.waiting import eventually

EVENT = "counselling.session_recorded.v1"


class Connections:
    """Clients of a federation's brokers that remember what was refused."""

    def __init__(self, federation: Federation, stack: AsyncExitStack) -> None:
        self.federation, self.stack = federation, stack
        self.refused: list[str] = []

    async def connect(self, network: str, user: str) -> Client:
        """Connect to the broker of a network (or `de`) as one of its users; nothing there binds `uplink`."""

        async def note(error: Exception) -> None:
            self.refused.append(str(error))

        client = await self.federation.connect(network, user, error_cb=note)
        self.stack.push_async_callback(client.close)
        return client

    async def denied(self, text: str) -> bool:
        """Whether the server refuses something that contains `text`."""
        return bool(await eventually(lambda: [line for line in self.refused if text in line]))


@pytest.fixture
async def connections(federation: Federation) -> AsyncIterator[Connections]:
    """Clients that are closed at the end."""
    async with AsyncExitStack() as stack:
        yield Connections(federation, stack)


async def told(client: Client, subject: str, body: bytes = b"{}") -> dict[str, object]:
    """The hub's confirmation of a message sent through the leaf, as soon as the leaf is up."""

    async def send() -> dict[str, object]:
        try:
            return dict(json.loads((await client.request(subject, body, 2)).data))
        except NoRespondersError:
            return {}

    return await eventually(send)


async def test_the_hub_stamps_the_network_into_every_event(connections: Connections) -> None:
    uplink = await connections.connect("rp", "uplink")
    assert (await told(uplink, f"up.{EVENT}"))["stream"] == "UP_RP"
    # Naming another network does not help: it stays a word inside rp's own subject.
    assert (await told(uplink, f"up.sn.{EVENT}"))["stream"] == "UP_RP"
    admin = (await connections.connect("de", "admin")).jetstream()
    assert (await admin.get_msg("UP_RP", 1)).subject == f"up.rp.{EVENT}"
    assert (await admin.get_msg("UP_RP", 2)).subject == f"up.rp.sn.{EVENT}"
    assert (await admin.stream_info("UP_SN")).state.messages == 0


async def test_of_heartbeats_the_hub_keeps_the_newest(connections: Connections) -> None:
    uplink = await connections.connect("sn", "counselling.uplink")
    for body in (b'{"beat": 1}', b'{"beat": 2}'):
        assert (await told(uplink, "hb.counselling.v1", body))["stream"] == "HEARTBEATS"
    reader = (await connections.connect("de", "reporting")).jetstream()
    subscription = await reader.pull_subscribe("hb.>", durable="reporting", stream="HEARTBEATS")
    message = (await subscription.fetch(1, timeout=5))[0]
    await message.ack()
    assert (message.subject, message.data) == ("hb.sn.counselling.v1", b'{"beat": 2}')


async def test_a_question_reaches_the_network_it_was_put_to_and_no_other(connections: Connections) -> None:
    centre = await connections.connect("de", "reporting")
    for network in ("rp", "sn"):
        uplink = await connections.connect(network, "counselling.uplink")

        async def answer(message: Msg, network: str = network) -> None:
            await message.respond(network.encode())

        await uplink.subscribe("ask.records.counselling", cb=answer)
        await told(uplink, f"up.{EVENT}")

        async def ask(network: str = network) -> bytes:
            try:
                return bytes((await centre.request(f"ask.{network}.records.counselling", b"", 2)).data)
            except NoRespondersError:
                return b""

        assert await eventually(ask) == network.encode()


async def test_state_for_a_network_reaches_it_alone(connections: Connections) -> None:
    heard: list[tuple[str, str]] = []
    for network in ("rp", "sn"):
        uplink = await connections.connect(network, "counselling.uplink")

        async def listen(message: Msg, network: str = network) -> None:
            heard.append((network, message.subject))

        await uplink.subscribe("down.counselling.>", cb=listen)
        await told(uplink, f"up.{EVENT}")
    centre = await connections.connect("de", "reporting")

    async def send() -> bool:
        await centre.publish("down.rp.counselling.buckets_wanted.v1", b"{}")
        await centre.flush()
        return bool(heard)

    await eventually(send)
    assert set(heard) == {("rp", "down.counselling.buckets_wanted.v1")}


@pytest.mark.parametrize("subject", ["region.rp.counselling.session_recorded.v1", "ask.sn.figures", "$JS.hub.API.INFO"])
async def test_nothing_else_leaves_a_network(connections: Connections, subject: str) -> None:
    uplink = await connections.connect("rp", "counselling.uplink")
    await uplink.publish(subject, b"{}")
    assert await connections.denied(subject.lower())


@pytest.mark.parametrize("subject", ["up.rp.counselling.session_recorded.v1", "$JS.API.STREAM.PURGE.UP_RP"])
async def test_the_centre_cannot_forge_or_delete(connections: Connections, subject: str) -> None:
    centre = await connections.connect("de", "reporting")
    await centre.publish(subject, b"{}")
    assert await connections.denied(subject.lower())


async def test_even_the_admin_cannot_delete_what_a_network_said(connections: Connections) -> None:
    uplink = await connections.connect("rp", "counselling.uplink")
    await told(uplink, f"up.{EVENT}")
    admin = (await connections.connect("de", "admin")).jetstream()
    with pytest.raises(APIError):
        await admin.purge_stream("UP_RP")
    with pytest.raises(APIError):
        await admin.delete_msg("UP_RP", 1)


async def test_full_facts_stay_in_the_account_without_a_leaf(connections: Connections) -> None:
    seen: list[str] = []
    admin = await connections.connect("de", "admin")

    async def note(message: Msg) -> None:
        seen.append(message.subject)

    await admin.subscribe(">", cb=note)
    await admin.flush()
    services = await connections.connect("rp", "counselling")
    await services.jetstream().publish("region.rp.counselling.session_recorded.v1", b"{}")
    await told(await connections.connect("rp", "counselling.uplink"), f"up.{EVENT}")
    await eventually(lambda: f"up.rp.{EVENT}" in seen)
    assert not [subject for subject in seen if subject.startswith("region.")]


@pytest.mark.own_brokers
@pytest.mark.own_brokers
async def test_events_wait_while_the_hub_is_away_and_arrive_once(
    connections: Connections, federation: Federation
) -> None:
    uplink = await connections.connect("rp", "counselling.uplink")
    await told(uplink, f"up.{EVENT}")
    federation.hub.kill()
    with pytest.raises((NoRespondersError, TimeoutError)):
        await uplink.request(f"up.{EVENT}", b"{}", 1)
    federation.hub.start()
    assert (await told(uplink, f"up.{EVENT}"))["seq"] == 2


async def test_provisioning_again_keeps_messages_and_mends_a_lost_consumer(
    connections: Connections, federation: Federation
) -> None:
    await told(await connections.connect("rp", "counselling.uplink"), f"up.{EVENT}")
    admin = (await connections.connect("de", "admin")).jetstream()
    await admin.delete_consumer("UP_RP", "reporting")
    federation.provision()
    assert (await admin.stream_info("UP_RP")).state.messages == 1
    assert (await admin.consumer_info("UP_RP", "reporting")).num_pending == 1
