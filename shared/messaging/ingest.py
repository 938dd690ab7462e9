"""Ingest of events: contract, inbox, effect and parking in one transaction, then the acks (design 7 and 8)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nats.aio.msg import Msg
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import telemetry
from shared.contracts.base import Revision
from shared.contracts.envelope import ContractError, Envelope, parse_envelope
from shared.contracts.registry import EventType, validate
from shared.database import SessionFactory
from shared.failpoints import failpoint
from shared.inbox import ParkedRow, remember
from shared.messaging.batch import RETRY_SECONDS, TRANSIENT, BatchIngest, Parked

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A valid event: envelope, contract, validated body, the body as it was sent, and its message."""

    envelope: Envelope
    event: EventType
    body: Revision
    raw: dict[str, Any]
    message: Msg


Apply = Callable[[AsyncSession, Sequence[Received]], Awaitable[Sequence[Parked] | None]]
"""Writes the effect of new events in the caller's transaction; returns those it refuses, to be parked."""


def read(message: Msg, *, lean: bool) -> Received:
    """Validate one message. Raises ContractError with its fate."""
    envelope = parse_envelope(message.subject, message.headers or {})
    if len(message.data) > MAX_BYTES:
        raise ContractError("body is too large")
    try:
        raw = json.loads(message.data)
    except (ValueError, RecursionError):
        raise ContractError("body is not JSON") from None
    if not isinstance(raw, dict):
        raise ContractError("body is not an object")
    event, body = validate(envelope.name, raw, lean=lean)
    return Received(envelope, event, body, raw, message)


class Ingest(BatchIngest):
    """Takes the events of one stream in; `apply` writes the effect of those not seen before."""

    def __init__(
        self, sessions: SessionFactory, stream: str, apply: Apply, network: str, service: str, *, lean: bool
    ) -> None:
        super().__init__(sessions, stream, network, service)
        self.apply, self.lean = apply, lean
        # Told from the start, so that the first late message is a growth and not a beginning (Prometheus' increase()).
        self.delay = telemetry.RECORD_TO_NATION.labels(network, "centre") if lean else None

    async def commit(self, messages: Sequence[Msg]) -> None:
        """Validate, remember in the inbox, apply, park and move the cursor, all or nothing."""
        valid: list[Received] = []
        parked: list[Parked] = []
        for message in messages:
            try:
                valid.append(read(message, lean=self.lean))
            except ContractError as error:
                parked.append(Parked(message, error))
        async with self.sessions() as session, session.begin():
            fresh = await self._unseen(session, valid)
            if fresh:
                parked.extend(await self.apply(session, fresh) or [])
            parked = await self.park(session, parked)
            await self.move_cursor(session, messages)
            failpoint("ingest.before_commit")
        self._count(messages, valid, fresh)
        self.count_parked(parked)

    async def _unseen(self, session: AsyncSession, valid: Sequence[Received]) -> list[Received]:
        """The events whose message ids are new here, each once, in their order."""
        by_key = {(entry.envelope.region, entry.envelope.message_id): entry for entry in reversed(valid)}
        new = await remember(session, by_key)
        return [by_key[key] for key in reversed(by_key) if key in new]

    async def replay(self, session: AsyncSession, row: ParkedRow) -> str:
        """Take a parked message in, in the caller's transaction; why it stays parked, empty when it went in."""
        message = _message_of(row)
        try:
            event = read(message, lean=self.lean)
        except ContractError as error:
            refused: Sequence[Parked] = [Parked(message, error)]
        else:
            await self._unseen(session, [event])  # and applied also where it was seen and refused
            refused = await self.apply(session, [event]) or []
        if not refused:
            await session.delete(row)
            return ""
        row.fate, row.reason = refused[0].error.fate, refused[0].error.reason.replace("\x00", "")
        session.add(row)
        return row.reason

    async def replay_later(self) -> None:
        """Take in what waited for an upgrade, if this version knows it; called when a process starts."""
        last: int | None = 0
        while last is not None:
            try:
                async with self.sessions() as session:
                    later = select(col(ParkedRow.id)).where(ParkedRow.stream == self.stream, ParkedRow.fate == "later")
                    query = later.where(col(ParkedRow.id) > last).order_by(col(ParkedRow.id)).limit(1)
                    number = (await session.exec(query)).first()
                if number is not None:
                    await self._replay_one(number)
                last = number
            except TRANSIENT as error:
                log.warning("replay of %s: %s", self.stream, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _replay_one(self, number: int) -> None:
        try:
            async with self.sessions() as session, session.begin():
                row = await session.get(ParkedRow, number, with_for_update=True)
                if row is not None and not await self.replay(session, row):
                    log.info("replayed %s %d", row.stream, row.sequence)
        except TRANSIENT:
            raise
        except Exception:  # it stays where it is, its neighbours go on
            log.exception("replay of %s: parked message %d cannot be applied", self.stream, number)

    def _count(self, messages: Sequence[Msg], valid: Sequence[Received], fresh: Sequence[Received]) -> None:
        labels = (self.network, self.service)
        telemetry.INGESTED.labels(*labels, "new").inc(len(fresh))
        telemetry.INGESTED.labels(*labels, "repeated").inc(len(valid) - len(fresh))
        if self.delay is not None:
            now = datetime.now(UTC)
            for message in messages:
                self.delay.observe(max((now - message.metadata.timestamp).total_seconds(), 0.0))


def _message_of(row: ParkedRow) -> Msg:
    return Msg(_client=None, subject=row.subject, data=row.body, headers=row.headers)  # type: ignore[arg-type]  # no reply
