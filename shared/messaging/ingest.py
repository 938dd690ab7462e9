"""Durable batch ingest: inbox, effect and parking in one transaction, then the acks (design 7 and 8)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from faststream import AckPolicy, Context
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsBatchMessage
from nats.aio.msg import Msg
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock, telemetry
from shared.contracts.base import Revision
from shared.contracts.envelope import ContractError, Envelope, parse_envelope
from shared.contracts.registry import EventType, validate
from shared.database import SessionFactory
from shared.inbox import CursorRow, InboxRow, ParkedRow

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
RETRY_SECONDS = 1.0
Batch = Annotated[NatsBatchMessage, Context("message")]


@dataclass(frozen=True, slots=True)
class Received:
    """A valid event: envelope, contract, validated body and the body as it was sent."""

    envelope: Envelope
    event: EventType
    body: Revision
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parked:
    """A message set aside, with the reason."""

    message: Msg
    error: ContractError


def _bounded(headers: dict[str, str]) -> dict[str, str]:
    """Headers fit for a row: PostgreSQL takes no NUL, and a bomb of headers is cut."""
    items = list(headers.items())[:50]
    return {key[:200].replace("\x00", ""): value[:1000].replace("\x00", "") for key, value in items}


Apply = Callable[[AsyncSession, Sequence[Received]], Awaitable[None]]


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
    return Received(envelope, event, body, raw)


class Ingest:
    """Takes one stream in through a durable pull consumer; `apply` writes the effect of new events."""

    def __init__(
        self, sessions: SessionFactory, stream: str, apply: Apply, network: str, service: str, *, lean: bool
    ) -> None:
        self.sessions, self.stream, self.apply = sessions, stream, apply
        self.network, self.service, self.lean = network, service, lean

    def subscribe(self, broker: NatsBroker, durable: str, subject: str, size: int, wait: float) -> None:
        """Register the handler; stream and consumer were made by the provisioner, never here."""
        subscriber = broker.subscriber(
            subject,
            stream=JStream(self.stream, declare=False),
            durable=durable,
            pull_sub=PullSub(batch=True, batch_size=size, timeout=wait),
            ack_policy=AckPolicy.MANUAL,
        )

        # An untyped list: one malformed message must not fail its neighbours.
        async def take_in(_body: list, message: Batch) -> None:  # type: ignore[type-arg]  # typed, one fails all
            await self.handle(message.raw_message)

        subscriber(take_in)

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Take a batch in and ack it; on a database that is away, ask for it again a second later."""
        try:
            await self._commit(messages)
        except (OperationalError, InterfaceError) as error:
            log.warning("ingest %s: database: %s", self.stream, type(error.orig).__name__)
            await asyncio.gather(*(message.nak(delay=RETRY_SECONDS) for message in messages))
            return
        except Exception as error:  # one poisonous message: find it, keep its neighbours
            if len(messages) > 1:
                for message in messages:
                    await self.handle([message])
                return
            log.exception("ingest %s: message cannot be applied", self.stream)
            await self._park_only(messages[0], f"cannot be applied: {type(error).__name__}")
        await asyncio.gather(*(message.ack() for message in messages))

    async def _commit(self, messages: Sequence[Msg]) -> None:
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
                await self.apply(session, fresh)
            if parked:
                await session.execute(insert(ParkedRow), [self._parked_row(entry) for entry in parked])
            await self._move_cursor(session, messages)
        self._count(messages, valid, fresh, parked)

    async def _unseen(self, session: AsyncSession, valid: Sequence[Received]) -> list[Received]:
        if not valid:
            return []
        today = clock.today()
        keys = [(entry.envelope.region, entry.envelope.message_id) for entry in valid]
        statement = insert(InboxRow).on_conflict_do_nothing().returning(col(InboxRow.region), col(InboxRow.message_id))
        rows = [{"region": region, "message_id": key, "received_on": today} for region, key in set(keys)]
        new = {tuple(row) for row in await session.execute(statement, rows)}
        return [entry for entry, key in zip(valid, keys, strict=True) if key in new]

    def _parked_row(self, entry: Parked) -> dict[str, Any]:
        return {
            "stream": self.stream,
            "sequence": entry.message.metadata.sequence.stream,
            "subject": entry.message.subject[:500].replace("\x00", ""),
            "fate": entry.error.fate,
            "reason": entry.error.reason.replace("\x00", ""),
            "headers": _bounded(entry.message.headers or {}),
            "body": entry.message.data,
            "parked_on": clock.today(),
        }

    async def _move_cursor(self, session: AsyncSession, messages: Sequence[Msg]) -> None:
        highest = max(message.metadata.sequence.stream for message in messages)
        statement = insert(CursorRow).values(stream=self.stream, sequence=highest)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["stream"],
                set_={"sequence": func.greatest(CursorRow.sequence, statement.excluded.sequence)},
            )
        )

    async def _park_only(self, message: Msg, reason: str) -> None:
        async with self.sessions() as session, session.begin():
            await session.execute(insert(ParkedRow), [self._parked_row(Parked(message, ContractError(reason)))])
            await self._move_cursor(session, [message])
        telemetry.PARKED.labels(self.network, self.service, "dead").inc()

    def _count(
        self,
        messages: Sequence[Msg],
        valid: Sequence[Received],
        fresh: Sequence[Received],
        parked: Sequence[Parked],
    ) -> None:
        labels = (self.network, self.service)
        telemetry.INGESTED.labels(*labels, "new").inc(len(fresh))
        telemetry.INGESTED.labels(*labels, "repeated").inc(len(valid) - len(fresh))
        for entry in parked:
            telemetry.PARKED.labels(*labels, entry.error.fate).inc()
        if self.lean:
            now = datetime.now(UTC)
            for message in messages:
                delay = (now - message.metadata.timestamp).total_seconds()
                telemetry.RECORD_TO_NATION.labels(self.network, "centre").observe(max(delay, 0.0))
