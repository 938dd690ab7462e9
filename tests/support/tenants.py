"""All networks on one hub, each with a broker that its owner has opened as far as it goes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError

from deploy.local.nats import Config
from shared.topology import CENTRE, load_topology
from tests.support.federation import Federation, inbox_of
from tests.support.waiting import eventually

NETWORKS = list(load_topology())
Heard = list[tuple[str, str]]


def unguarded(config: Config) -> Config:
    """A network's configuration without any restriction of its own: what holds then is the hub's."""
    for user in config["accounts"]["UPLINK"]["users"]:
        user.pop("permissions", None)
    for remote in config["leafnodes"]["remotes"]:
        del remote["deny_exports"], remote["deny_imports"]
    return config


async def quiet(_error: Exception) -> None:
    """A refusal is what these tests expect; what came of it is asserted."""


@dataclass
class Tenants:
    """Connections to a federation: per network its uplink and its services, and the hub's users."""

    federation: Federation
    stack: AsyncExitStack
    uplinks: dict[str, Client] = field(default_factory=dict)

    async def connect(self, door: str, holder: str) -> Client:
        """Connect to the broker of a network, or of the centre, with the key of a user. Raises what nats raises."""
        seed, url = self.federation.keys.seed(holder), self.federation.server(door).url
        client = Client()
        self.stack.push_async_callback(client.close)  # also one that was refused: nats-py leaves its socket open
        inbox = inbox_of(door, holder.partition(".")[2])
        await client.connect(url, nkeys_seed_str=seed, inbox_prefix=inbox, error_cb=quiet, allow_reconnect=False)
        return client

    async def open(self) -> None:
        """Connect every network's uplink, and wait until every leaf carries."""
        for code in NETWORKS:
            self.uplinks[code] = await self.connect(code, f"{code}.uplink")
        await asyncio.gather(*(self.until_it_carries(uplink) for uplink in self.uplinks.values()))

    async def until_it_carries(self, uplink: Client) -> None:
        """Wait until the hub confirms a message of a network."""

        async def sent() -> bool:
            return await answer(uplink, "hb.tenancy.v1") is not None

        await eventually(sent, 20)

    async def listen(self, door: str, holder: str, *subjects: str) -> Heard:
        """What a user hears on subjects from now on, as (subject, text)."""
        client, heard = await self.connect(door, holder), []

        async def note(message: Msg) -> None:
            heard.append((message.subject, message.data.decode(errors="replace")))

        for subject in subjects:
            await client.subscribe(subject, cb=note)
        await client.flush()
        return heard

    async def admin(self) -> Client:
        """The hub's administration."""
        return await self.connect(CENTRE, "hub.admin")


async def answer(client: Client, subject: str, body: bytes = b"{}") -> bytes | None:
    """The answer to a request; None where nobody is there to answer."""
    try:
        return bytes((await client.request(subject, body, 5)).data)
    except NoRespondersError:
        return None


async def each_pair(attempt: Callable[[str, str], Awaitable[None]]) -> None:
    """Have every network try something on every network, itself included."""
    for code in NETWORKS:
        await asyncio.gather(*(attempt(code, other) for other in NETWORKS))
