"""Faults of what is stored: locked databases, lost consumers, full, drifting, wiped streams."""

import os
import signal
import tempfile
from abc import abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import psycopg
from nats.aio.client import Client
from nats.js.api import DiscardPolicy
from psycopg import sql

from chaos.fault import Fault, Missed
from chaos.federation import Federation
from chaos.oracle import Oracle
from deploy.local.databases import database_name
from shared.topology import CENTRE

LOCKED = {"counselling": ("outbox", "counselling_session"), "reporting": ("inbox", "fact")}
FILL = 1 << 16


def uplink_stream(network: str) -> str:
    """Stream at the hub with what a network told."""
    return f"UP_{network.upper()}"


@dataclass(eq=False)
class LockedDatabase(Fault):
    """Somebody holds the tables that everything writes to."""

    service: str = "counselling"
    seconds: ClassVar[float] = 6.0
    held: psycopg.AsyncConnection | None = field(default=None, init=False)

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Take the lock and keep it."""
        name, postgres = database_name(self.network, self.service), federation.site.postgres
        folder = str(postgres.socket_folder)
        self.held = await psycopg.AsyncConnection.connect(host=folder, dbname=name, user="postgres")
        await self.held.execute("SET lock_timeout = '4s'")
        for table in LOCKED[self.service]:
            await self.held.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(table)))

    async def heal(self, federation: Federation) -> None:
        """Let go."""
        if self.held is not None:
            with suppress(psycopg.Error):
                await self.held.close()
            self.held = None


class DeletedConsumer(Fault):
    """The consumer of the network's stream at the hub is gone. The product heals it alone."""

    seconds = 1.0

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Delete it."""
        async with federation.client(CENTRE, "hub.admin") as hub:
            await hub.jetstream(timeout=3).delete_consumer(uplink_stream(self.network), "reporting")


class OfStream(Fault):
    """A fault of the network's stream at the hub; the provisioner mends it."""

    @property
    def target(self) -> str:
        """The stream."""
        return uplink_stream(self.network)

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Change the stream as the hub's admin."""
        async with federation.client(CENTRE, "hub.admin") as hub:
            await self.change(hub)

    @abstractmethod
    async def change(self, hub: Client) -> None:
        """What happens to the stream."""

    async def heal(self, federation: Federation) -> None:
        """Run the provisioner."""
        await federation.provision([CENTRE])


class FullStream(OfStream):
    """Not a byte more fits into the stream."""

    seconds = 5.0

    async def change(self, hub: Client) -> None:
        """Lower the limit to what is there."""
        js = hub.jetstream(timeout=3)
        info = await js.stream_info(uplink_stream(self.network))
        info.config.max_bytes = info.state.bytes + 1
        await js.update_stream(info.config)


class DriftedStream(OfStream):
    """Somebody made the stream drop old messages: what it confirmed is gone before anybody read it."""

    async def change(self, hub: Client) -> None:
        """Keep one message only."""
        js = hub.jetstream(timeout=3)
        info = await js.stream_info(uplink_stream(self.network))
        info.config.discard, info.config.max_msgs = DiscardPolicy.OLD, 1
        await js.update_stream(info.config)


class WipedStore(Fault):
    """The disk of a broker, or of the hub, is replaced by an empty one. The product heals it alone."""

    seconds = 1.0

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Take its streams away and kill the broker: whichever starts next finds nothing.

        In this order: deleting takes longer than a restart, and a broker above half a store is another fault.
        """
        store = federation.store(self.network)
        streams = list(store.iterdir())
        with tempfile.TemporaryDirectory(dir=store, ignore_cleanup_errors=True) as gone:  # within its file system
            for entry in streams:
                entry.rename(Path(gone) / entry.name)
            federation.kill_for_good(f"{self.network}.nats")


class FullDisk(Fault):
    """The broker's disk is full; it stands still until there is room and it was started again."""

    seconds = 5.0

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Fill it to the last block."""
        if federation.small_disk != self.network:
            raise Missed
        with (federation.store(self.network) / "full").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(os.urandom(FILL))

    async def heal(self, federation: Federation) -> None:
        """Make room, and start the broker again as its operator would."""
        if federation.small_disk == self.network:
            (federation.store(self.network) / "full").unlink(missing_ok=True)
            federation.signal(f"{self.network}.nats", signal.SIGTERM)
