"""What the operator asks of a running server in its SYS account: leaf connections, a kick, a reload."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.local.processes import Site

SECONDS = 5.0
# A first connection is tried 60 times, two seconds apart, unless told otherwise.
ONCE: dict[str, Any] = {
    "allow_reconnect": False,
    "max_reconnect_attempts": 1,
    "reconnect_time_wait": 0.05,
    "connect_timeout": SECONDS,
}


class Away(Exception):
    """The server does not run, or does not know our key. Carries its name."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf connection as the server sees it."""

    number: int
    account: str
    server: str


@dataclass(frozen=True, slots=True)
class System:
    """A running server, asked by its SYS user."""

    client: Client
    server: str

    async def leaves(self, account: str) -> list[Leaf]:
        """Leaf connections of an account."""
        found = (await self._ask("LEAFZ"))["data"].get("leafs") or []
        leaves = [Leaf(entry["id"], entry["account"], entry["name"]) for entry in found]
        return [leaf for leaf in leaves if leaf.account == account]

    async def kick(self, leaf: Leaf) -> None:
        """End a leaf connection."""
        await self._ask("KICK", {"cid": leaf.number})

    async def reload(self) -> None:
        """Have the server read its configuration again. Raises ValueError with its words when it refuses."""
        answer = await self._ask("RELOAD")
        if error := answer.get("error"):
            raise ValueError(error.get("description", "refused"))

    async def _ask(self, what: str, body: Any = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else b""
        reply = await self.client.request(f"$SYS.REQ.SERVER.{self.server}.{what}", data, SECONDS)
        return dict(json.loads(reply.data))


@contextlib.asynccontextmanager
async def system(site: Site, network: str) -> AsyncIterator[System]:
    """The server of a network or of the centre. Raises Away when it does not run."""

    async def quiet(_error: Exception) -> None:
        """What goes wrong is raised below."""

    broker = site.broker(network)
    try:
        client = await nats.connect(
            broker.url,
            name="life",
            nkeys_seed_str=site.keys.seed(f"{broker.name}.sys"),
            inbox_prefix="_INBOX_life",
            error_cb=quiet,
            **ONCE,
        )
    except (NatsError, OSError) as error:
        raise Away(broker.name) from error
    try:
        reply = await client.request("$SYS.REQ.SERVER.PING", b"", SECONDS)
        yield System(client, json.loads(reply.data)["server"]["id"])
    finally:
        await client.close()
