"""Durable batch pull: one transaction per batch, then the acks; what cannot be handled is parked (design 7, 8)."""

import asyncio
import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import NAMESPACE_OID, UUID, uuid5

from faststream import AckPolicy, Context
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsBatchMessage
from nats.aio.msg import Msg
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ProgrammingError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock, telemetry
from shared.contracts.envelope import FOREIGN_SOURCE, ContractError
from shared.database import AWAY, SessionFactory
from shared.failpoints import failpoint
from shared.inbox import CursorRow, ParkedRow, remember

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
# Never the fault of a message: the database is away, busy or not migrated yet. Such a batch comes again, unparked.
TRANSIENT = (*AWAY, ProgrammingError)
Batch = Annotated[NatsBatchMessage, Context("message")]


class Subscription(Protocol):
    """A registered consumer; one that is added to a running broker is started by hand."""

    async def start(self) -> None:
        """Begin to consume."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A message set aside, with the reason."""

    message: Msg
    error: ContractError


def _bounded(headers: dict[str, str]) -> dict[str, str]:
    """Headers fit for a row: PostgreSQL takes no NUL, and a bomb of headers is cut."""
    items = list(headers.items())[:50]
    return {key[:200].replace("\x00", ""): value[:1000].replace("\x00", "") for key, value in items}


class BatchIngest(ABC):
    """Takes one stream in through a durable pull consumer; `commit` writes what a batch means."""

    seam = "ingest"

    def __init__(self, sessions: SessionFactory, stream: str, network: str, service: str) -> None:
        self.sessions, self.stream = sessions, stream
        self.network, self.service = network, service

    @abstractmethod
    async def commit(self, messages: Sequence[Msg]) -> None:
        """Write the effect of a batch, its parked messages and the cursor in one transaction."""

    def subscribe(
        self, broker: NatsBroker, durable: str, subject: str, size: int, wait: float, *, inbox: str = "_INBOX"
    ) -> Subscription:
        """Register the handler; stream and consumer were made by the provisioner, never here.

        Messages come to `inbox`, the prefix of the user's own.
        """
        subscriber = broker.subscriber(
            subject,
            stream=JStream(self.stream, declare=False),
            durable=durable,
            inbox_prefix=f"{inbox}.".encode(),
            pull_sub=PullSub(batch=True, batch_size=size, timeout=wait),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
        )

        # An untyped list: one malformed message must not fail its neighbours.
        async def take_in(body: list, message: Batch) -> None:  # type: ignore[type-arg]  # noqa: ARG001 - FastStream hands it over
            await self.handle(message.raw_message)

        subscriber(take_in)
        return subscriber

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Take a batch in and ack it; on a database that is away, ask for it again a second later."""
        try:
            await self.commit(messages)
            failpoint(f"{self.seam}.after_commit")
        except TRANSIENT as error:
            log.warning("ingest %s: %s", self.stream, type(getattr(error, "orig", None) or error).__name__)
            await asyncio.gather(*(message.nak(delay=RETRY_SECONDS) for message in messages))
            return
        except Exception as error:  # one poisonous message: find it, keep its neighbours
            if len(messages) > 1:
                for message in messages:
                    await self.handle([message])
                return
            log.exception("ingest %s: message cannot be applied", self.stream)
            await self._park_only(messages[0], f"cannot be applied: {type(error).__name__}")
        for message in messages:
            await message.ack()
            failpoint(f"{self.seam}.between_acks")

    async def park(self, session: AsyncSession, entries: Sequence[Parked]) -> list[Parked]:
        """Set messages aside in the caller's transaction, each once however often it is delivered; those it set."""
        by_key = {(self.network, self._known_as(entry.message)): entry for entry in entries}
        new = await remember(session, by_key)
        fresh = [entry for key, entry in by_key.items() if key in new]
        if fresh:
            await session.exec(insert(ParkedRow), params=[self._parked_row(entry) for entry in fresh])
        return fresh

    def _known_as(self, message: Msg) -> UUID:
        # Its own id may be missing or wrong; its place is not, and in a stream that began anew there are other bytes.
        place = f"{self.stream}:{message.metadata.sequence.stream}:"
        return uuid5(NAMESPACE_OID, place + hashlib.sha256(message.data).hexdigest())

    def count_parked(self, entries: Sequence[Parked]) -> None:
        """Count what was set aside, after the commit."""
        for entry in entries:
            telemetry.PARKED.labels(self.network, self.service, entry.error.fate).inc()
        if claims := sum(entry.error.reason == FOREIGN_SOURCE for entry in entries):
            telemetry.REFUSED.labels(self.network, self.service, "foreign_source").inc(claims)
            told = "ingest %s: %d messages of %s claim another source: parked; ask it, or `make network-revoke`"
            log.warning(told, self.stream, claims, self.network)

    async def move_cursor(self, session: AsyncSession, messages: Sequence[Msg]) -> None:
        """Note in the caller's transaction how far the stream is taken in."""
        highest = max(message.metadata.sequence.stream for message in messages)
        statement = insert(CursorRow).values(stream=self.stream, sequence=highest)
        await session.exec(
            statement.on_conflict_do_update(
                index_elements=["stream"],
                set_={"sequence": func.greatest(CursorRow.sequence, statement.excluded.sequence)},
            )
        )

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

    async def _park_only(self, message: Msg, reason: str) -> None:
        entry = Parked(message, ContractError(reason))
        async with self.sessions() as session, session.begin():
            parked = await self.park(session, [entry])
            await self.move_cursor(session, [message])
        self.count_parked(parked)


async def _undecoded(message: NatsBatchMessage) -> list[bytes]:
    # The ingest reads each message itself, once, under its contract.
    return list(message.body)
