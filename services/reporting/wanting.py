"""The centre asks for what it lacks: heartbeats are compared with what is held, and the state is repeated (design 6).

Every interval each service of each network hears what the centre holds and which buckets it wants; what is missed comes
again. Everything needed for that lies in the database, so that a restart changes nothing.
"""

import asyncio
import logging
from datetime import datetime
from time import monotonic

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from pydantic import ValidationError
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.differences import WANTED, Held, Key, explain, held_sums, newest, note, told_sums
from services.reporting.exchange import NoAnswer, ask
from services.reporting.tables import ComparisonRow, DifferenceRow, HeartbeatRow, SetBackRow
from shared import clock
from shared.contracts.heartbeat import Heartbeat
from shared.contracts.wanted import (
    MOST_NAMED,
    Ahead,
    BucketsWanted,
    KindWanted,
    RecordsAsked,
    RecordsTold,
    wanted_subject,
)
from shared.database import AWAY, SessionFactory
from shared.failpoints import failpoint
from shared.tasks import pause
from shared.topology import load_topology

log = logging.getLogger(__name__)

DURABLE = "reporting"
ASK_SECONDS = 10.0
MOST_ASKED = 16  # buckets of a service that are asked about in one round


class Wanting:
    """Compares, asks and tells, for all services of all networks."""

    def __init__(self, sessions: SessionFactory, seconds: float) -> None:
        self.sessions, self.seconds = sessions, seconds

    async def run(self, broker: NatsBroker) -> None:
        """A round each `seconds`, more seldom where that is much work; for ever."""
        while True:
            before = monotonic()
            try:
                for region, context in await self._services():
                    await self._serve(broker, region, context)
            except (DBAPIError, NatsError, TimeoutError, *AWAY) as error:
                log.warning("comparison: %s", type(error).__name__)
            await asyncio.sleep(pause(self.seconds, monotonic() - before, 10 * self.seconds))

    async def _services(self) -> list[tuple[str, str]]:
        """Services that ever sent a heartbeat."""
        async with self.sessions() as session:
            rows = await session.exec(select(HeartbeatRow.region, HeartbeatRow.context))
            return sorted((region, context) for region, context in rows if region in load_topology())

    async def _serve(self, broker: NatsBroker, region: str, context: str) -> None:
        # First the stream, then the facts: all that the heartbeat counts is then taken in.
        if await _taken_in(broker, region):
            await self._compare(broker, region, context)
        async with self.sessions() as session:
            row = await session.get(ComparisonRow, (region, context))
        if row is not None:
            state = BucketsWanted.model_validate(row.state).model_dump_json()
            await broker.connection.publish(wanted_subject(context, region), state.encode())
            failpoint("wanting.after_tell")

    async def _compare(self, broker: NatsBroker, region: str, context: str) -> None:
        """Compare a new heartbeat of a service that has nothing undelivered with what is held."""
        async with self.sessions() as session, session.begin():
            beat = await session.get(HeartbeatRow, (region, context))
            last = await session.get(ComparisonRow, (region, context), with_for_update=True)
            if beat is None or beat.beat["outbox_depth"] or (last and last.heartbeat_at >= beat.received_at):
                return
            held = await held_sums(session, region, context)
            told = told_sums(Heartbeat.model_validate(beat.beat), context)
            asked = await note(session, region, context, told, held.sums)
            at = beat.received_at
        failpoint("wanting.after_note")
        await self._ask(broker, region, context, asked)
        async with self.sessions() as session, session.begin():
            await session.merge(await _compared(session, region, context, at, held))
        failpoint("wanting.after_compare")

    async def _ask(self, broker: NatsBroker, region: str, context: str, asked: list[Key]) -> None:
        for kind, bucket in asked[:MOST_ASKED]:
            async with self.sessions() as session:
                here = await newest(session, region, (kind, bucket))
            question = RecordsAsked(kind=kind, bucket=bucket).model_dump_json().encode()
            try:
                answer = await ask(broker, region, f"records.{context}", question, ASK_SECONDS)
                told = RecordsTold.model_validate_json(answer)
            except (NoAnswer, ValidationError) as error:
                log.info("%s does not list its records: %s", region, type(error).__name__)
                return
            if told.records is not None:
                async with self.sessions() as session, session.begin():
                    await explain(session, region, (kind, bucket), here, told)


async def _taken_in(broker: NatsBroker, region: str) -> bool:
    """Whether nothing of a network's stream waits to be taken in."""
    try:
        info = await broker.connection.jetstream().consumer_info(f"UP_{region.upper()}", DURABLE)
    except (NotFoundError, NatsError, TimeoutError, OSError):
        return False
    return not (info.num_pending or info.num_ack_pending)


async def _compared(session: AsyncSession, region: str, context: str, at: datetime, held: Held) -> ComparisonRow:
    """The comparison with the state that is told from now on."""
    kinds = {}
    for kind, records in held.records.items():
        wanted = select(DifferenceRow.bucket).where(
            DifferenceRow.region == region, DifferenceRow.kind == kind, DifferenceRow.state == WANTED
        )
        ahead = select(SetBackRow).where(SetBackRow.region == region, SetBackRow.kind == kind)
        named = (await session.exec(ahead.order_by(col(SetBackRow.entity_id)).limit(MOST_NAMED))).all()
        total = (await session.exec(select(func.count()).select_from(ahead.subquery()))).one()
        kinds[kind] = KindWanted(
            held=records,
            buckets=tuple(sorted((await session.exec(wanted)).all())),
            ahead=tuple(Ahead(id=row.entity_id, revision=row.revision, month=row.month) for row in named),
            ahead_total=total,
        )
    now = clock.now()
    state = BucketsWanted(compared_at=now, kinds=kinds).model_dump(mode="json")
    return ComparisonRow(region=region, context=context, heartbeat_at=at, compared_at=now, state=state)
