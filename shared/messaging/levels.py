"""How full a stream is and what of it was set aside: what operations watch beside the lag (docs/operations.md)."""

from contextlib import suppress
from time import monotonic

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from sqlalchemy import text

from shared import telemetry
from shared.database import SessionFactory
from shared.tasks import pause

SECONDS = 15.0
# Only the day is kept: its age counts from its end, so that nothing is called older than it is.
PARKED = text(
    "SELECT count(*), extract(epoch FROM now() - (min(parked_on) + 1)::timestamp AT TIME ZONE 'Europe/Berlin') "
    "FROM parked WHERE stream = :stream"
)


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
        async with self.sessions() as session:
            connection = await session.connection()
            count, age = (await connection.execute(PARKED, {"stream": self.stream})).one()
        self.parked.set(count)
        self.oldest.set(max(float(age or 0), 0.0))
        with suppress(NatsError, TimeoutError, OSError, AttributeError):
            info = await broker.connection.jetstream().stream_info(self.stream)
            self.size.set(info.state.bytes)
            self.most.set(info.config.max_bytes or -1)
        self.due = monotonic() + pause(SECONDS, monotonic() - before)
