"""Heartbeats of the networks at the centre: what each says it has delivered (contracts §3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from nats.aio.msg import Msg
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import ExpectedRow, HeartbeatRow
from shared import clock
from shared.contracts.envelope import ContractError
from shared.contracts.heartbeat import Heartbeat, read_heartbeat
from shared.contracts.registry import EVENTS
from shared.failpoints import failpoint
from shared.messaging.batch import BatchIngest, Parked


class Told(NamedTuple):
    """A heartbeat with its network, service and the instant the hub got it."""

    region: str
    context: str
    at: datetime
    beat: Heartbeat


def records_of(told: Told) -> dict[str, int]:
    """Records by kind; a kind of this context that the heartbeat leaves out has none."""
    kinds = [event.kind for event in EVENTS.values() if event.name.context == told.context and event.lean is not None]
    return dict.fromkeys(kinds, 0) | {kind: state.records for kind, state in told.beat.kinds.items()}


class HeartbeatIngest(BatchIngest):
    """Keeps the newest heartbeat of each service, and by day how many records it had."""

    seam = "heartbeats"

    async def commit(self, messages: Sequence[Msg]) -> None:
        """Keep what is newest, park what is no heartbeat, move the cursor, all or nothing."""
        newest: dict[tuple[str, str], Told] = {}
        parked: list[Parked] = []
        for message in messages:
            try:
                region, context, beat = read_heartbeat(message.subject, message.data)
            except ValueError:
                parked.append(Parked(message, ContractError("not a heartbeat of version 1")))
            else:
                newest[region, context] = Told(region, context, message.metadata.timestamp, beat)
        async with self.sessions() as session, session.begin():
            for told in newest.values():
                await _keep(session, told, clock.today())
            parked = await self.park(session, parked)
            await self.move_cursor(session, messages)
            failpoint("heartbeats.before_commit")
        self.count_parked(parked)


async def _keep(session: AsyncSession, told: Told, today: date) -> None:
    row = {
        "region": told.region,
        "context": told.context,
        "received_at": told.at,
        "beat": told.beat.model_dump(mode="json"),
    }
    statement = insert(HeartbeatRow).values(row)
    new = statement.excluded
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["region", "context"],
            set_={"received_at": new.received_at, "beat": new.beat},
            where=col(HeartbeatRow.received_at) <= new.received_at,
        )
    )
    days = [
        {"region": told.region, "kind": kind, "day": today, "records": count}
        for kind, count in records_of(told).items()
    ]
    if days:
        expected = insert(ExpectedRow).values(days)
        await session.exec(
            expected.on_conflict_do_update(
                index_elements=["region", "kind", "day"],
                set_={"records": expected.excluded.records},
                where=col(ExpectedRow.records) != expected.excluded.records,
            )
        )
