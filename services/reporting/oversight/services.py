"""Each service of each network as the centre hears it: its last heartbeat, its backlog, where the two sides differ."""

from collections import Counter
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.reporting.tables import DifferenceRow, HeartbeatRow
from shared.contracts.registry import EVENTS

CONTEXT_OF = {event.kind: event.name.context for event in EVENTS.values()}


class ServiceOut(BaseModel):
    """A service of a network: what its newest heartbeat says, and how many buckets (Fächer) differ (design 6)."""

    region: str
    service: str
    last_heartbeat: datetime
    outbox_depth: int
    oldest_undelivered_seconds: int
    differing: int


async def services_heard(session: AsyncSession) -> list[ServiceOut]:
    """All services that ever sent a heartbeat, by network and name."""
    count = select(DifferenceRow.region, DifferenceRow.kind, func.count())
    differing: Counter[tuple[str, str]] = Counter()
    for region, kind, buckets in await session.exec(count.group_by(col(DifferenceRow.region), col(DifferenceRow.kind))):
        differing[region, CONTEXT_OF.get(kind, "")] += buckets
    beats = select(HeartbeatRow).order_by(col(HeartbeatRow.region), col(HeartbeatRow.context))
    return [
        ServiceOut(
            region=row.region,
            service=row.context,
            last_heartbeat=row.received_at,
            outbox_depth=row.beat["outbox_depth"],
            oldest_undelivered_seconds=row.beat["oldest_undelivered_seconds"],
            differing=differing[row.region, row.context],
        )
        for row in await session.exec(beats)
    ]
