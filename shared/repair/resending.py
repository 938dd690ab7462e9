"""Buckets that the centre wants are sent again from the tables, and its questions about a bucket answered (design 6).

Nothing is remembered but when a bucket was last sent: a wave that is lost is asked for again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from faststream.nats import NatsBroker, NatsMessage
from pydantic import ValidationError
from sqlalchemy import Column, DateTime, and_, exists, inspect, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock, outbox
from shared.contracts.wanted import MOST_RECORDS, BucketsWanted, RecordsAsked, RecordsTold, wanted_subject
from shared.database import AWAY, SessionFactory
from shared.failpoints import failpoint
from shared.messaging.connection import make_broker
from shared.messaging.runtime import REGION_STREAM, Messaging
from shared.recording import Tell
from shared.repair.rewinding import Rewinding
from shared.repair.state import AheadRow, keep_state

log = logging.getLogger(__name__)

WAVE = 10_000  # records of one wave; a bucket that is begun is sent whole
LONGEST = timedelta(hours=6)
NEVER = datetime.min.replace(tzinfo=UTC)
BUSY = text(
    "SELECT EXISTS (SELECT FROM outbox WHERE destination = 'up' "
    "AND delivered_at IS NULL AND parked_reason IS NULL OFFSET 64)"
)
Key = tuple[str, int]
Hear = Callable[[bytes], Awaitable[None]]
"""Takes in what the centre repeats. Raises ValidationError for what cannot be read."""


class ResentRow(SQLModel, table=True):
    """A wanted bucket that was sent again: how often, and when last."""

    __tablename__ = "resent"

    kind: str = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    times: int
    sent_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Resending:
    """The downlink of a recording service. `records` are its tables by kind, `tell` is its `publishing`.

    `hears`: what takes in whatever else the centre tells this service, by subject.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        messaging: Messaging,
        records: Mapping[str, type[Any]],
        tell: Tell,
        hears: Mapping[str, Hear] | None = None,
    ) -> None:
        self.sessions, self.messaging, self.records, self.tell = sessions, messaging, records, tell
        self.context, self.settings = messaging.service, messaging.settings
        self.hears = {wanted_subject(self.context): self.take_in} | dict(hears or {})
        messaging.beside.append(self._broker())
        for relay in messaging.relays:
            if relay.destination == "region":
                relay.meet = Rewinding(REGION_STREAM, f"region.{self.settings.network}.{self.context}.>").meet

    def _broker(self) -> NatsBroker:
        # In account UPLINK; of several workers one hears each message.
        broker = make_broker(self.settings, f"{self.context}.down", uplink=True)
        for subject, take_in in self.hears.items():
            _listen(broker, subject, self.context, take_in)

        @broker.subscriber(f"ask.records.{self.context}", queue=self.context)
        async def answer(message: NatsMessage) -> bytes:
            return (await self.answer(message.body)).model_dump_json().encode()

        return broker

    async def take_in(self, body: bytes) -> None:
        """Keep the centre's state and send wanted buckets that are due. Raises ValidationError."""
        told = BucketsWanted.model_validate_json(body)
        async with self.sessions() as session, session.begin():
            await keep_state(session, self.context, told, clock.now())
            await self._go_past(session)
            rows = await self._wave(session, told)
            await outbox.append(session, rows)
            failpoint("resending.before_commit")
        failpoint("resending.after_commit")
        if rows:
            log.info("sent again: %d records that the centre wanted", len(rows))
            self.messaging.wake()

    async def answer(self, body: bytes) -> RecordsTold:
        """Id, revision and digest of the records of a bucket, as they would be sent now. Raises ValidationError."""
        asked = RecordsAsked.model_validate_json(body)
        if asked.kind not in self.records:
            return RecordsTold(records=None)
        async with self.sessions() as session:
            rows = await self._bucket(session, asked.kind, asked.bucket)
        listed = [(row["entity_id"], row["revision"], row["digest"]) for row in rows]
        return RecordsTold(records=listed if len(listed) <= MOST_RECORDS else None)

    async def _go_past(self, session: AsyncSession) -> None:
        # A record the centre knows further takes that number: its next revision is higher than any the centre has seen.
        for kind, table in self.records.items():
            same = and_(col(AheadRow.kind) == kind, col(AheadRow.entity_id) == _key(table))
            behind = update(table).where(same, table.revision < AheadRow.revision)
            await session.exec(behind.values(revision=AheadRow.revision))

    async def _wave(self, session: AsyncSession, told: BucketsWanted) -> list[dict[str, Any]]:
        """Outbox rows of the wanted buckets that are due, longest unsent first; none while others wait for delivery."""
        wanted = {(kind, bucket) for kind in self.records for bucket in _buckets(told, kind)}
        sent = {(row.kind, row.bucket): row for row in (await session.exec(select(ResentRow))).all()}
        for healed in sent.keys() - wanted:
            await session.delete(sent.pop(healed))
        connection = await session.connection()
        if not wanted or await connection.scalar(BUSY):
            return []
        rows: list[dict[str, Any]] = []
        now = clock.now()
        new = {key: ResentRow(kind=key[0], bucket=key[1], times=0, sent_at=NEVER) for key in wanted - sent.keys()}
        for (kind, bucket), last in sorted((new | sent).items(), key=lambda item: item[1].sent_at):
            if last.times and now < last.sent_at + self._wait(last.times):
                continue
            if len(rows) >= WAVE:
                break
            rows += await self._bucket(session, kind, bucket)
            last.times, last.sent_at = last.times + 1, now
            session.add(last)
        return rows

    def _wait(self, times: int) -> timedelta:
        # What sending does not heal is sent ever more seldom.
        interval = timedelta(seconds=self.settings.heartbeat_seconds)
        return min(interval * float(2 ** min(times, 20)), LONGEST)

    async def _bucket(self, session: AsyncSession, kind: str, bucket: int) -> list[dict[str, Any]]:
        """Outbox rows for the hub of a bucket's records, but for those the centre is ahead with."""
        table = self.records[kind]
        key = _key(table)
        first, last = (UUID(bytes=bytes([bucket]) + fill * 15) for fill in (b"\x00", b"\xff"))
        ahead = exists().where(
            col(AheadRow.kind) == kind, col(AheadRow.entity_id) == key, col(AheadRow.revision) >= table.revision
        )
        query = select(table).where(key.between(first, last), ~ahead).order_by(key).limit(MOST_RECORDS + 1)
        now = clock.now()
        return [message | {"created_at": now} for row in await session.exec(query) for message in self._lean(row)]

    def _lean(self, row: Any) -> list[dict[str, Any]]:
        recorded = datetime.combine(row.recorded_on, time(), UTC)
        told = self.tell(row, self.settings.network, recorded)
        return [message for message in told if message["destination"] == "up"]


def _listen(broker: NatsBroker, subject: str, context: str, take_in: Hear) -> None:
    @broker.subscriber(subject, queue=context)
    async def hear(message: NatsMessage) -> None:
        try:
            await take_in(message.body)
        except (ValidationError, DBAPIError, *AWAY) as error:  # the centre repeats it
            log.warning("%s: %s", subject, type(error).__name__)


def _buckets(told: BucketsWanted, kind: str) -> Sequence[int]:
    return told.kinds[kind].buckets if kind in told.kinds else ()


def _key(table: type[Any]) -> Any:
    return inspect(table).primary_key[0]
