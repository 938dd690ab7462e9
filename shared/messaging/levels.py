"""How full a stream is and what of it was set aside: what operations watch beside the lag (docs/operations.md)."""

from datetime import datetime, time, timedelta
from time import monotonic

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from sqlalchemy import text

from shared import clock, telemetry
from shared.database import SessionFactory
from shared.tasks import pause

SECONDS = 15.0
PARKED = text("SELECT count(*), min(parked_on) FROM parked WHERE stream = :stream")


class Levels:
    """Measures one stream of a service every 15 s, more seldom where that is much work."""

    def __init__(self, sessions: SessionFactory, network: str, service: str, stream: str) -> None:
        self.sessions, self.stream, self.due = sessions, stream, 0.0
        labels = (network, service, stream)
        self.size, self.most = telemetry.STREAM_BYTES.labels(*labels), telemetry.STREAM_MAX_BYTES.labels(*labels)
        self.parked, self.oldest = telemetry.PARKED_NOW.labels(*labels), telemetry.PARKED_OLDEST.labels(*labels)

    async def measure(self, broker: NatsBroker) -> None:
        """Measure if it is time; a broker that is away leaves the last size standing."""
        if (before := monotonic()) < self.due:
            return
        await self._parked()
        try:
            info = await broker.connection.jetstream().stream_info(self.stream)
        except (NotFoundError, NatsError, TimeoutError, OSError, AttributeError):
            pass
        else:
            self.size.set(info.state.bytes)
            self.most.set(info.config.max_bytes or -1)
        self.due = monotonic() + pause(SECONDS, monotonic() - before)

    async def _parked(self) -> None:
        async with self.sessions() as session:
            connection = await session.connection()
            count, day = (await connection.execute(PARKED, {"stream": self.stream})).one()
        self.parked.set(count)
        age = 0.0
        if day is not None:  # only the day is kept: count from its end, so that nothing is called older than it is
            age = (clock.now() - datetime.combine(day + timedelta(1), time(), clock.BERLIN)).total_seconds()
        self.oldest.set(max(age, 0.0))
