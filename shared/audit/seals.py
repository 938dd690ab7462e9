"""Seals: once a minute a digest over the rows since the last one, chained with it, so that tampering shows.

A row is sealed once no transaction is left that could still commit a lower number. Gaps of rolled-back transactions
stay gaps. The head of the chain goes to the log once a day: with it even the loss of rows *and* seals is found.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, func, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import clock
from shared.audit import AuditRow
from shared.database import SessionFactory
from shared.tasks import end

log = logging.getLogger(__name__)

PERIOD = 60.0
PAUSE = 0.2
BATCH = 2_000
NO_SEAL = "0" * 64
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('audit_seal'))")
# An INSERT takes this lock before it draws its number and keeps it until its transaction ends.
WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit'::regclass AND mode = 'RowExclusiveLock' "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
APPEND_ONLY = text(
    "SELECT NOT bool_or(has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE')) FROM unnest("
    "ARRAY['audit', 'audit_seal']) AS name"
)
COLUMNS = (
    AuditRow.seq,
    AuditRow.at,
    AuditRow.subject,
    AuditRow.carrier_id,
    AuditRow.action,
    AuditRow.entity_id,
    AuditRow.revision,
    AuditRow.listed,
)


class SealRow(SQLModel, table=True):
    """A seal over the rows after the last one's `last_seq` up to its own; `digest` covers rows, seal and `previous`."""

    __tablename__ = "audit_seal"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    first_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    rows: int = Field(sa_column=Column(BigInteger, nullable=False))
    previous: str
    digest: str


class Digest:
    """SHA-256 over canonical rows and the seal that closes them."""

    def __init__(self) -> None:
        self.hash, self.rows, self.first, self.last = hashlib.sha256(), 0, 0, 0

    def add(self, row: Sequence[Any]) -> None:
        """Take a row in, its values in the order of `COLUMNS`."""
        self.hash.update(canonical(row))
        self.rows, self.first, self.last = self.rows + 1, self.first or row[0], row[0]

    def close(self, number: int, at: datetime, previous: str) -> SealRow:
        """The seal over the rows taken in."""
        end_of = (number, at.astimezone(UTC).isoformat(), self.first, self.last, self.rows, previous)
        self.hash.update(json.dumps(end_of).encode())
        digest = self.hash.hexdigest()
        return SealRow(
            number=number,
            at=at,
            first_seq=self.first,
            last_seq=self.last,
            rows=self.rows,
            previous=previous,
            digest=digest,
        )


def canonical(row: Sequence[Any]) -> bytes:
    """A row as bytes, the same on every machine: one line of JSON, instants in UTC, ids as text."""
    seq, at, subject, carrier, action, entity, revision, listed = row
    ids = None if listed is None else [str(key) for key in listed]
    one = [seq, at.astimezone(UTC).isoformat(), subject, _text(carrier), action, _text(entity), revision, ids]
    return json.dumps(one, separators=(",", ":")).encode() + b"\n"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


async def rows_between(session: AsyncSession, after: int, until: int) -> AsyncIterator[Sequence[Any]]:
    """Rows with a number above `after` up to `until`, in order, never all in memory."""
    query = select(*COLUMNS).where(col(AuditRow.seq) > after, col(AuditRow.seq) <= until)  # type: ignore[call-overload]  # the stubs know four columns
    found = await session.stream(query.order_by(col(AuditRow.seq)).execution_options(yield_per=BATCH))
    async for part in found.partitions():
        for row in part:
            yield row


async def append_only(sessions: SessionFactory) -> bool:
    """Whether this process may not change the audit; for `/readyz`."""
    async with sessions() as session:
        return bool(await session.scalar(APPEND_ONLY))


async def settled(sessions: SessionFactory) -> int:
    """Newest number below which no row can appear any more; waits for the writers of now, not for new ones."""
    async with sessions() as session:
        newest = await session.scalar(select(func.max(AuditRow.seq)))
        writers = await _writers(session)
    while writers:
        await asyncio.sleep(PAUSE)
        async with sessions() as session:
            writers &= await _writers(session)
    return newest or 0


async def _writers(session: AsyncSession) -> set[str]:
    """Transactions that have written an audit row and not ended."""
    return set(await (await session.connection()).scalars(WRITERS))


async def last_seal(session: AsyncSession) -> SealRow | None:
    """Head of the chain."""
    return (await session.exec(select(SealRow).order_by(col(SealRow.number).desc()).limit(1))).first()


async def seal(sessions: SessionFactory) -> SealRow | None:
    """Seal what is settled; None when there is nothing new. Two processes wait for one another."""
    until = await settled(sessions)
    async with sessions() as session, session.begin():
        await (await session.connection()).execute(LOCK)
        head = await last_seal(session)
        digest = Digest()
        async for row in rows_between(session, head.last_seq if head else 0, until):
            digest.add(row)
        if not digest.rows:
            return None
        made = digest.close(head.number + 1 if head else 1, clock.now(), head.digest if head else NO_SEAL)
        session.add(made)
    return made


class Sealer:
    """Seals once a minute until the block ends; what failed is tried again a minute later."""

    def __init__(self, sessions: SessionFactory, network: str, service: str) -> None:
        self.sessions, self.names = sessions, (network, service)
        self._stopped = False
        self._anchored: date | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Seal in the background."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._stopped = True
            await end([task])

    async def _run(self) -> None:
        while not self._stopped:  # a cancellation may be swallowed (shared.tasks)
            await asyncio.sleep(PERIOD - clock.now().timestamp() % PERIOD)
            try:
                await self.seal()
            except Exception as error:  # noqa: BLE001  # a dead sealer would leave all that follows unsealed
                log.warning("audit: not sealed after %s", type(error).__name__)

    async def seal(self) -> SealRow | None:
        """Seal what is settled and log the head of the chain on the first occasion of a day."""
        made = await seal(self.sessions)
        if made is not None and self._anchored != clock.today():
            self._anchored = clock.today()
            log.info("audit head network=%s service=%s seal=%d digest=%s", *self.names, made.number, made.digest)
        return made
