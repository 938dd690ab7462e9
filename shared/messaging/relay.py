"""The relay: delivers outbox rows of one destination and marks them only on that stream's confirmation (design 4)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

from nats.aio.client import Client
from nats.errors import Error as NatsError
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import clock, telemetry
from shared.database import AWAY
from shared.failpoints import failpoint
from shared.outbox import PENDING, Destination, OutboxRow
from shared.tasks import pause

log = logging.getLogger(__name__)

IN_FLIGHT = 64
MAX_BYTES = 256 * 1024
ACK_SECONDS = 5
POLL_SECONDS = 1.0
BACKOFF_SECONDS = (0.1, 2.0)
TOO_LARGE = 10054  # JetStream: message size exceeds maximum allowed

# One statement marks rows and, for the hub, keeps the newest confirmed revision of each record for the heartbeats.
CONFIRM = text(
    """
    WITH done AS (
        UPDATE outbox SET delivered_at = :now WHERE seq = ANY(:rows)
        RETURNING destination, kind, entity_id, revision, digest
    )
    INSERT INTO delivered (kind, entity_id, revision, digest)
    SELECT DISTINCT ON (kind, entity_id) kind, entity_id, revision, digest
    FROM done WHERE destination = 'up'
    ORDER BY kind, entity_id, revision DESC
    ON CONFLICT (kind, entity_id) DO UPDATE SET revision = excluded.revision, digest = excluded.digest
    WHERE delivered.revision <= excluded.revision
    """
)

outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it, mypy does not know


Meet = Callable[[AsyncConnection, Client], Awaitable[int]]
"""Meets each connection before anything is published on it; its number, or -1 while the broker is away."""


async def _met(_connection: AsyncConnection, client: Client) -> int:
    return int(client.stats["reconnects"])


class Hopeless(Exception):
    """A message that no retry can deliver; it is parked with this reason."""


class Outcome(NamedTuple):
    """What became of one row: confirmed, parked for a reason, or to be tried again."""

    row: Any
    confirmed: bool = False
    parked: str | None = None


class Relay:
    """Delivers the rows of one destination, at most 64 in flight, one active relay per database and destination."""

    def __init__(self, engine: AsyncEngine, network: str, service: str, destination: Destination, stream: str) -> None:
        self.engine, self.network, self.destination, self.stream = engine, network, destination, stream
        self.labels, self._mine = (network, service, destination), outbox.c.destination == destination
        self.on_delivered: Callable[[], None] = lambda: None
        self.meet: Meet = _met
        self._wake = asyncio.Event()
        self._measure_at = self._calm = 0.0
        self._doubted = ""
        self._parked_since: datetime | None = None
        self._delay = telemetry.RECORD_TO_NATION.labels(network, "hub") if destination == "up" else None

    def wake(self) -> None:
        """Tell the relay that rows were committed; without it a poll finds them within one to five seconds."""
        self._wake.set()

    async def run(self, client: Client) -> None:
        """Deliver for ever over `client`; a lost database connection is reopened."""
        while True:
            try:
                async with self.engine.connect() as plain:
                    # Each statement is a change of its own; a transaction around it would be two more round trips.
                    connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
                    try:
                        if await self._lead(connection):
                            await self._deliver_forever(connection, client)
                    except DBAPIError:
                        await connection.invalidate()  # back in the pool it would keep the lock from its successor
                        raise
            except (DBAPIError, *AWAY) as error:
                log.warning("relay %s: database: %s", self.destination, type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _lead(self, connection: AsyncConnection) -> bool:
        # One relay at a time: the lock lives and dies with this database session.
        query = text("SELECT pg_try_advisory_lock(hashtext(:name))")
        return bool(await connection.scalar(query, {"name": f"relay:{self.destination}"}))

    async def _deliver_forever(self, connection: AsyncConnection, client: Client) -> None:
        backoff = BACKOFF_SECONDS[0]
        await self._count_parked(connection)
        while True:
            self._wake.clear()
            met = await self.meet(connection, client)
            rows = await self._next(connection) if met >= 0 else []
            outcomes = await self._send(client, rows)
            if met != client.stats["reconnects"]:
                # Not marked: what the broker now has of them says nothing about what it had before.
                await self._idle(connection, empty=False)
                continue
            if any(outcome.confirmed or outcome.parked for outcome in outcomes):
                failpoint(f"relay.{self.destination}.after_publish")
                await self._mark(connection, outcomes)
                failpoint(f"relay.{self.destination}.after_mark")
            if any(not (outcome.confirmed or outcome.parked) for outcome in outcomes):
                await self._measure(connection)
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, BACKOFF_SECONDS[1])
                continue
            backoff = BACKOFF_SECONDS[0]
            if len(rows) < IN_FLIGHT:
                await self._idle(connection, empty=not rows and met >= 0)

    async def _send(self, client: Client, rows: Sequence[Any]) -> list[Outcome]:
        if rows:
            failpoint(f"relay.{self.destination}.before_publish")
        return await asyncio.gather(*(self._publish(client, row) for row in rows))

    async def _idle(self, connection: AsyncConnection, *, empty: bool) -> None:
        self._calm = min(self._calm + POLL_SECONDS, 5 * POLL_SECONDS) if empty else POLL_SECONDS
        if empty:
            self._show(0, 0.0)
        elif monotonic() > self._measure_at:
            await self._measure(connection)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._calm):  # wait_for may swallow a cancellation before CPython 3.12
                await self._wake.wait()

    async def _next(self, connection: AsyncConnection) -> list[Any]:
        query = select(outbox).where(PENDING, self._mine)
        return list((await connection.execute(query.order_by(outbox.c.seq).limit(IN_FLIGHT))).all())

    async def _publish(self, client: Client, row: Any) -> Outcome:
        try:
            if len(row.body) > MAX_BYTES - 4096:
                raise Hopeless("message too large")
            reply = await client.request(row.subject, row.body, ACK_SECONDS, headers=row.headers)
            return Outcome(row, confirmed=self._confirms(reply.data))
        except Hopeless as reason:
            return Outcome(row, parked=str(reason))
        except (NatsError, TimeoutError, OSError):
            return Outcome(row)  # no answer is no answer: it may have arrived, its id stays the same

    def _confirms(self, answer: bytes) -> bool:
        ack = json.loads(answer)
        error = ack.get("error")
        if error and error.get("err_code") == TOO_LARGE:
            raise Hopeless("message too large for the stream")
        if error or ack.get("stream") != self.stream:
            self._doubt(error, str(ack.get("stream")))
            return False
        self._doubted = ""
        return True  # also a duplicate: then it is stored

    def _doubt(self, error: Any, stream: str) -> None:
        if error:
            reason = f"not stored: {error}"
        else:
            telemetry.REFUSED.labels(*self.labels[:2], "wrong_stream").inc()
            reason = f"confirmed by stream {stream}, not {self.stream}: kept; provision and reload the hub's topology"
        if reason != self._doubted:  # once, not for every try
            log.warning("relay %s of %s: %s", self.destination, self.network, reason)
            self._doubted = reason

    async def _mark(self, connection: AsyncConnection, outcomes: list[Outcome]) -> None:
        now = clock.now()
        done = [outcome.row for outcome in outcomes if outcome.confirmed]
        if done:
            await connection.execute(CONFIRM, {"now": now, "rows": [row.seq for row in done]})
            self._observe(done, now)
        for outcome in outcomes:
            if outcome.parked:
                where = outbox.c.seq == outcome.row.seq
                await connection.execute(update(outbox).where(where).values(parked_reason=outcome.parked))
                telemetry.PARKED.labels(*self.labels[:2], "outbox").inc()
        if any(outcome.parked for outcome in outcomes):
            await self._count_parked(connection)
        self.on_delivered()

    def _observe(self, rows: list[Any], now: datetime) -> None:
        telemetry.DELIVERED.labels(*self.labels).inc(len(rows))
        if self._delay is not None:
            for row in rows:
                self._delay.observe(max((now - row.created_at).total_seconds(), 0.0))

    async def _measure(self, connection: AsyncConnection) -> None:
        query = select(func.count(), func.min(outbox.c.created_at)).where(PENDING, self._mine)
        before = monotonic()
        depth, oldest = (await connection.execute(query)).one()
        self._measure_at = monotonic() + pause(POLL_SECONDS, monotonic() - before)
        self._show(depth, max((clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0)

    async def _count_parked(self, connection: AsyncConnection) -> None:
        """Messages that will never be sent; counted at the start and after each, as no index finds them."""
        hopeless = outbox.c.parked_reason.is_not(None)
        query = select(func.count(), func.min(outbox.c.created_at)).where(hopeless, self._mine)
        count, self._parked_since = (await connection.execute(query)).one()
        telemetry.PARKED_NOW.labels(*self.labels[:2], f"outbox_{self.destination}").set(count)

    def _show(self, depth: int, age: float) -> None:
        telemetry.OUTBOX_PENDING.labels(*self.labels).set(depth)
        telemetry.OUTBOX_OLDEST.labels(*self.labels).set(age)
        parked = (clock.now() - self._parked_since).total_seconds() if self._parked_since else 0.0
        telemetry.PARKED_OLDEST.labels(*self.labels[:2], f"outbox_{self.destination}").set(parked)
