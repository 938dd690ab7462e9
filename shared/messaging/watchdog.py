"""The watchdog of an ingest: silence of the client library must not pass for success (design 8)."""

import asyncio
import logging
from time import monotonic

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from sqlalchemy import text

from shared import telemetry
from shared.database import AWAY, SessionFactory
from shared.messaging.connection import stop_process
from shared.messaging.levels import Levels

log = logging.getLogger(__name__)

# Every commit makes a new version of the row; the sequence alone stands still while a stream that began anew grows.
CURSOR = text("SELECT sequence || ':' || xmin FROM ingest_cursor WHERE stream = :stream")


class Watchdog:
    """Compares a stream with the committed cursor; stops the process when waiting messages do not move."""

    def __init__(
        self, sessions: SessionFactory, network: str, service: str, stream: str, durable: str, seconds: float
    ) -> None:
        self.sessions, self.stream, self.durable, self.seconds = sessions, stream, durable, seconds
        self.lag = telemetry.INGEST_LAG.labels(network, service, stream)
        self.levels = Levels(sessions, network, service, stream)
        self.moved = True
        """Whether the ingest is making progress or has nothing to do."""

    async def run(self, broker: NatsBroker) -> None:
        """Watch for ever."""
        last, since = "", monotonic()
        while True:
            try:
                waiting = await self._waiting(broker)
                cursor = await self._cursor() if waiting else last
                await self.levels.measure(broker)
            except AWAY:
                waiting, cursor = 0, ""  # no database: nothing can be taken in, and starting again would not help
            if waiting == 0 or cursor != last:
                last, since = cursor, monotonic()
            self.moved = monotonic() - since < self.seconds
            if not self.moved:
                stop_process(f"ingest of {self.stream} stands still with {waiting} messages waiting")
                return
            await asyncio.sleep(self.seconds / 6)

    async def _waiting(self, broker: NatsBroker) -> int:
        """Messages not yet acked; a consumer or stream that is gone counts as one that waits."""
        try:
            info = await broker.connection.jetstream().consumer_info(self.stream, self.durable)
        except NotFoundError:
            return 1
        except (NatsError, TimeoutError, OSError, AttributeError):
            return 0  # the broker is away: nothing to take in, and reconnecting is the client's work
        waiting = (info.num_pending or 0) + (info.num_ack_pending or 0)
        self.lag.set(waiting)
        return waiting

    async def _cursor(self) -> str:
        async with self.sessions() as session:
            connection = await session.connection()
            return str(await connection.scalar(CURSOR, {"stream": self.stream}))
