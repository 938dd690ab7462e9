"""What a service runs beside its API: consumers, relays, heartbeats, watchdogs; each restarted or fatal."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Protocol

from faststream.nats import NatsBroker
from nats.aio.client import Client
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.messaging.connection import connect_uplink, make_broker, stop_process
from shared.messaging.relay import Relay
from shared.messaging.watchdog import Watchdog
from shared.settings import Settings
from shared.tasks import end

log = logging.getLogger(__name__)
REGION_STREAM = "REGION"
END_SECONDS, PATIENCE_SECONDS = 5.0, 2.0
Job = Callable[[NatsBroker], Coroutine[Any, Any, None]]


class Heart(Protocol):
    """Says at the hub what was delivered (`shared.repair.heartbeats`)."""

    def changed(self) -> None:
        """Something was delivered."""

    async def run(self, client: Client) -> None:
        """Say it for ever."""


class Messaging:
    """The messaging side of one service; `wake()` after each commit, `ready()` for `/readyz`.

    `jobs` run beside the consumers once the broker has started. Without `publish_from` nothing is sent.
    """

    def __init__(self, settings: Settings, service: str) -> None:
        self.settings, self.service = settings, service
        self.broker: NatsBroker = make_broker(settings, service)
        self.uplink: Client | None = None
        self.relays: list[Relay] = []
        self.heartbeats: Heart | None = None
        self.watchdogs: list[Watchdog] = []
        self.jobs: list[Job] = []
        self.beside: list[NatsBroker] = []  # in other accounts, started and stopped with the service's own
        self._tasks: list[asyncio.Task[None]] = []
        self._failed = False

    def publish_from(self, engine: AsyncEngine, heartbeats: Heart) -> None:
        """Deliver this service's outbox: to the own broker, and through the leaf to the hub."""
        network = self.settings.network
        up = Relay(engine, network, self.service, "up", f"UP_{network.upper()}")
        up.on_delivered = heartbeats.changed
        self.relays = [Relay(engine, network, self.service, "region", REGION_STREAM), up]
        self.heartbeats = heartbeats

    def wake(self) -> None:
        """Rows were committed to the outbox."""
        for relay in self.relays:
            relay.wake()

    async def ready(self) -> bool:
        """Whether the own broker answers."""
        return await self.broker.ping(timeout=1.0)

    async def progressing(self) -> bool:
        """Whether no background task has failed or was cancelled, and every ingest moves."""
        return all(watchdog.moved for watchdog in self.watchdogs) and not self._failed

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run everything until the block ends; a broker that is away does not keep the API from starting."""
        self.spawn(self._consume())
        if self.relays:
            self.spawn(self._publish())
        for broker in self.beside:
            self.spawn(self._serve(broker))
        try:
            yield
        finally:
            await end(self._tasks, PATIENCE_SECONDS)
            await self._close()

    async def _consume(self) -> None:
        await self.broker.start()
        for job in [*(watchdog.run for watchdog in self.watchdogs), *self.jobs]:
            self.spawn(job(self.broker))
        for relay in self.relays[:1]:
            self.spawn(relay.run(self.broker.connection))
        await asyncio.Event().wait()

    async def _serve(self, broker: NatsBroker) -> None:
        await broker.start()
        await asyncio.Event().wait()

    async def _publish(self) -> None:
        self.uplink = await connect_uplink(self.settings, self.service)
        for one in (self.relays[1], self.heartbeats):
            if one is not None:
                self.spawn(one.run(self.uplink))
        await asyncio.Event().wait()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside the rest until the end; when it fails the process stops.

        Each is a task of its own: `asyncio.gather` returns with the first that was cancelled, while others still give
        their connections back, and a TaskGroup never tells anybody twice who swallowed it (`shared.tasks.end`).
        """
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._failed |= task.cancelled() or task.exception() is not None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("background task failed", exc_info=error)
            stop_process(f"background task failed: {type(error).__name__}")

    async def _close(self) -> None:
        # Stopping while the broker is away raises, while it stands still it waits: the process ends all the same.
        tasks = [asyncio.create_task(broker.stop()) for broker in (self.broker, *self.beside)]
        if self.uplink:
            tasks.append(asyncio.create_task(self.uplink.close()))
        await asyncio.wait(tasks, timeout=END_SECONDS)
        await end(tasks, 0.5)
