"""Heartbeats of a service to the hub: counts and digests of what the hub confirmed (contracts §3)."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from time import monotonic

from nats.aio.client import Client
from nats.errors import Error as NatsError
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.digests import bucket_sums
from shared.contracts.heartbeat import Heartbeat, KindState
from shared.database import AWAY, SessionFactory
from shared.failpoints import failpoint
from shared.tasks import pause

log = logging.getLogger(__name__)

MIN_SECONDS = 2.0
LastRecorded = Callable[[AsyncSession], Awaitable[dict[str, str]]]

BACKLOG = text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox "
    "WHERE destination = 'up' AND delivered_at IS NULL AND parked_reason IS NULL"
)
SUMS = text(
    "SELECT kind, get_byte(uuid_send(entity_id), 0) AS bucket, count(*), sum(digest) FROM delivered GROUP BY 1, 2"
)


def software_version() -> str:
    """Version of the installed software."""
    try:
        return version("iq-verbund")
    except PackageNotFoundError:
        return "unknown"


async def measure(session: AsyncSession, last_recorded: dict[str, str]) -> Heartbeat:
    """The service's state now, from outbox and delivered records."""
    connection = await session.connection()
    depth, oldest = (await connection.execute(BACKLOG)).one()
    sums: dict[str, list[tuple[int, int]]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for kind, bucket, count, total in await connection.execute(SUMS):
        sums[kind].append((bucket, int(total)))
        counts[kind] += count
    kinds = {kind: KindState(records=counts[kind], buckets=bucket_sums(rows)) for kind, rows in sums.items()}
    return Heartbeat(
        version=software_version(),
        outbox_depth=depth,
        oldest_undelivered_seconds=max(int(oldest), 0),  # below 0: written by a clock that was ahead
        last_recorded=last_recorded,
        kinds=kinds,
    )


class Heartbeats:
    """Sends a heartbeat every `seconds`, and soon after something was delivered."""

    def __init__(self, sessions: SessionFactory, context: str, seconds: float, last_recorded: LastRecorded) -> None:
        self.sessions, self.subject, self.seconds = sessions, f"hb.{context}.v1", seconds
        self.last_recorded = last_recorded
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Something was delivered: the next heartbeat need not wait."""
        self._changed.set()

    async def run(self, client: Client) -> None:
        """Send for ever; a hub that is away misses a beat, nothing more."""
        while True:
            self._changed.clear()
            before = monotonic()
            rest = MIN_SECONDS
            try:
                async with self.sessions() as session:
                    beat = await measure(session, await self.last_recorded(session))
                rest = pause(MIN_SECONDS, monotonic() - before)
                failpoint("heartbeat.before_send")
                await client.request(self.subject, beat.model_dump_json().encode(), 5)
            except (NatsError, *AWAY) as error:
                log.info("heartbeat not confirmed: %s", type(error).__name__)
            await asyncio.sleep(min(rest, self.seconds))
            try:
                async with asyncio.timeout(max(self.seconds - rest, 0.01)):
                    await self._changed.wait()
            except TimeoutError:
                continue
