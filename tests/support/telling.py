"""A network that goes on telling the hub while something is done to it or to others, as its relay does."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.life.system import ONCE
from tests.support.federation import Federation

SUBJECT = "up.counselling.session_recorded.v1"


@dataclass
class Told:
    """What was told: ids in order, how often the hub did not answer, and how long its longest silence was."""

    ids: list[str] = field(default_factory=list)
    silences: int = 0
    longest: float = 0.0


async def tell(client: Client, name: str) -> bool:
    """Whether the hub confirmed a message with this id."""
    try:
        reply = await client.request(SUBJECT, b"{}", 1, headers={"Nats-Msg-Id": name})
    except (NatsError, TimeoutError):
        return False
    return "error" not in json.loads(reply.data)


@contextlib.asynccontextmanager
async def telling(federation: Federation, network: str) -> AsyncIterator[Told]:
    """Tell until the block ends; each message again until it is confirmed. Keys of today are read at each connect."""
    told, stop = Told(), asyncio.Event()

    async def run() -> None:
        clock = asyncio.get_running_loop().time
        client, confirmed = await _connected(federation, network), clock()
        while not stop.is_set():
            name = str(uuid4())
            while not await tell(client, name):
                told.silences += 1
                if not client.is_connected:
                    client = await _connected(federation, network)
                await asyncio.sleep(0.02)
            told.ids.append(name)
            told.longest, confirmed = max(told.longest, clock() - confirmed), clock()
            await asyncio.sleep(0.01)
        await client.close()

    task = asyncio.create_task(run())
    try:
        yield told
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def _connected(federation: Federation, network: str) -> Client:
    async def quiet(_error: Exception) -> None:
        """Told by what is not confirmed."""

    while True:
        with contextlib.suppress(NatsError, OSError):
            return await federation.connect(network, "counselling.uplink", error_cb=quiet, **ONCE)
        await asyncio.sleep(0.05)


async def stored(federation: Federation, network: str) -> int:
    """Messages that the hub holds of a network."""
    admin = await federation.connect("de", "admin")
    try:
        return (await admin.jetstream().stream_info(f"UP_{network.upper()}")).state.messages
    finally:
        await admin.close()
