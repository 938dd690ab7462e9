"""The hub with three servers, every stream on three of them: one that is killed stops nothing and loses nothing.

Minutes of elections and grace periods: `make hub-cluster`, not `make test`.
"""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.client import JetStreamContext

from deploy.local.nats import Broker, write_config
from shared.messaging import pulling
from tests.support.hub_cluster import NAMES, HubCluster, hub_cluster
from tests.support.servers import nats_from
from tests.support.waiting import eventually, wait_for

NETWORK, STREAM, DURABLE = "rp", "UP_RP", "reporting"
SUBJECT = "up.counselling.session_recorded.v1"
MOST_SECONDS = 15.0  # an election takes 4 to 9 s

pytestmark = [pytest.mark.long, pytest.mark.timeout(240)]


class Traffic:
    """Messages of a network, each sent again until the hub has confirmed it, and what is taken in of them."""

    def __init__(self, sender: Client, reader: Client) -> None:
        self.sender, self.reader = sender, reader
        self.confirmed: list[str] = []
        self.taken: set[str] = set()
        self.longest = {"confirmation": 0.0, "intake": 0.0}

    async def send(self) -> None:
        """Send for ever, one after the other."""
        while True:
            name, begun = str(uuid4()), monotonic()
            while True:
                if await self._confirmed(name):
                    break
                await asyncio.sleep(0.1)
            self.confirmed.append(name)
            self.longest["confirmation"] = max(self.longest["confirmation"], monotonic() - begun)

    async def confirmed_once(self) -> bool:
        """Whether a message that is sent once is confirmed."""
        return await self._confirmed(str(uuid4()))

    async def _confirmed(self, name: str) -> bool:
        headers = {"Nats-Msg-Id": name}
        with suppress(NatsError, TimeoutError):
            reply = await self.sender.request(SUBJECT, name.encode(), 2, headers=headers)
            answer = json.loads(reply.data)  # an error names the stream as well
            return answer.get("stream") == STREAM and "error" not in answer
        return False

    async def take_in(self) -> None:
        """Take in for ever, as the services do."""
        subscription = await self.reader.jetstream().pull_subscribe_bind(DURABLE, STREAM)
        since = monotonic()
        while True:
            with suppress(NatsError, TimeoutError):
                for message in await pulling.fetch(subscription, 100, 0.1):
                    self.taken.add(message.data.decode())
                    await message.ack()
                self.longest["intake"] = max(self.longest["intake"], monotonic() - since)
                since = monotonic()

    async def goes_on(self, more: int = 100) -> None:
        """Wait until so many more are confirmed and all that is confirmed is taken in."""
        wanted = len(self.confirmed) + more
        await eventually(lambda: len(self.confirmed) >= wanted, 60)
        told = set(self.confirmed)
        await eventually(lambda: told <= self.taken, 30)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[HubCluster]:
    with hub_cluster(tmp_path, NETWORK) as found:
        await found.provision(NETWORK)
        yield found


@pytest.fixture
async def admin(cluster: HubCluster) -> AsyncIterator[JetStreamContext]:
    client = await cluster.connect("admin")
    yield client.jetstream()
    await client.close()


@pytest.fixture
async def traffic(cluster: HubCluster) -> AsyncIterator[Traffic]:
    sender = await cluster.connect("counselling.uplink", NETWORK)
    reader = await cluster.connect("reporting")
    found = Traffic(sender, reader)
    tasks = [asyncio.create_task(work()) for work in (found.send, found.take_in)]
    yield found
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for client in (sender, reader):
        await client.close()


async def leader_of(admin: JetStreamContext) -> str:
    """The server that leads the network's stream, once there is one."""

    async def found() -> str:
        with suppress(NatsError, TimeoutError):
            told = (await admin.stream_info(STREAM)).cluster
            return (told.leader or "") if told else ""
        return ""

    return await eventually(found, 30)


async def all_current(admin: JetStreamContext) -> bool:
    """Whether every replica of the stream has what the leader has."""
    with suppress(NatsError, TimeoutError):
        told = (await admin.stream_info(STREAM)).cluster
        replicas = told.replicas or [] if told else []
        return len(replicas) == len(NAMES) - 1 and all(one.current and not one.offline for one in replicas)
    return False


async def settled(admin: JetStreamContext, traffic: Traffic) -> None:
    """All replicas have everything, and each confirmed message lies in the stream once."""
    await eventually(lambda: all_current(admin), 60)
    before = len(traffic.confirmed)
    stored = (await admin.stream_info(STREAM)).state.messages
    assert before <= stored <= len(traffic.confirmed) + 1  # one may be on its way


async def test_a_server_that_is_killed_stops_nothing_and_catches_up(
    cluster: HubCluster, admin: JetStreamContext, traffic: Traffic
) -> None:
    info = await admin.stream_info(STREAM)
    assert info.config.num_replicas == len(NAMES)
    await traffic.goes_on()
    for _ in range(3):  # the leader, and with luck the one at whose port the leaf is
        gone = await leader_of(admin)
        cluster.servers[gone].kill()
        await traffic.goes_on()
        assert await leader_of(admin) != gone
        cluster.servers[gone].start()
        await settled(admin, traffic)
    print({name: round(value, 1) for name, value in traffic.longest.items()}, len(traffic.confirmed))
    assert max(traffic.longest.values()) < MOST_SECONDS


async def test_two_that_are_gone_confirm_nothing_and_lose_nothing(
    cluster: HubCluster, admin: JetStreamContext, traffic: Traffic
) -> None:
    await traffic.goes_on()
    for name in NAMES[1:]:
        cluster.servers[name].kill()
    await asyncio.sleep(6)
    before = len(traffic.confirmed)
    await asyncio.sleep(3)
    assert len(traffic.confirmed) == before, "a confirmation of one server is no promise"
    for name in NAMES[1:]:
        cluster.servers[name].start()
    await traffic.goes_on()
    await settled(admin, traffic)


async def test_a_server_that_ends_in_order_sends_its_clients_away_first(
    cluster: HubCluster, admin: JetStreamContext, traffic: Traffic
) -> None:
    await traffic.goes_on()
    gone = await leader_of(admin)
    process = cluster.servers[gone].process
    assert process is not None
    cluster.send_away(gone)
    await traffic.goes_on()
    process.send_signal(signal.SIGTERM)  # as Kubernetes does once the hook has returned
    await traffic.goes_on()
    assert process.poll() is None, "the signal must not cut the grace short"
    ended = await asyncio.to_thread(process.wait, 60)
    cluster.servers[gone].process = None
    assert ended == 0
    assert max(traffic.longest.values()) < 5, "no election was waited for"
    cluster.servers[gone].start()
    await settled(admin, traffic)


async def test_a_network_comes_and_goes_as_one_server_after_the_other_is_replaced(tmp_path: Path) -> None:
    """A rollout of the hub's new configuration: servers start with it, so that nothing has to be loaded again."""
    with hub_cluster(tmp_path, NETWORK, revoked=(NETWORK,)) as cluster:
        await cluster.provision(NETWORK)
        sender, admin = await cluster.connect("counselling.uplink", NETWORK), await cluster.connect("admin")
        found, stream = Traffic(sender, admin), admin.jetstream()
        assert not await found.confirmed_once()
        for revoked, wanted in (((), True), ((NETWORK,), False)):
            cluster.revoked = revoked
            for name in NAMES:
                cluster.replace(name)
                await eventually(lambda: all_current(stream), 60)
            assert await eventually(partial(confirmed_is, found, wanted), 20)
        for client in (sender, admin):
            await client.close()


async def confirmed_is(traffic: Traffic, wanted: bool) -> bool:
    """Whether a message is confirmed, or not, as it should be."""
    return await traffic.confirmed_once() == wanted


async def test_who_has_a_networks_certificate_is_no_server_of_the_hub(cluster: HubCluster) -> None:
    config = cluster.config(NAMES[0])
    tls = cluster.authority.ensure(NETWORK)
    config["cluster"]["tls"] |= {"cert_file": tls.certificate, "key_file": tls.key}
    config |= {"server_name": "stranger", "listen": "127.0.0.1:-1"}
    config["cluster"]["listen"] = config["leafnodes"]["listen"] = "127.0.0.1:-1"
    config["jetstream"]["store_dir"] = str(cluster.folder / "stranger" / "store")
    broker = Broker("hub", 0, cluster.folder / "stranger")
    write_config(broker, config)
    stranger = nats_from(broker.config, 0)
    stranger.ready = lambda: True
    stranger.start()
    try:
        heard = [cluster.servers[name].log for name in NAMES]
        wait_for(lambda: any("rid:" in log.read_text() and "authentication error" in log.read_text() for log in heard))
        assert "stranger" not in "".join(log.read_text() for log in heard)
    finally:
        stranger.stop()
