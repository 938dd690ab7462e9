"""What operations watch of the federation: who speaks, what is complete, what differs (docs/operations.md)."""

from collections import defaultdict

from sqlalchemy import func
from sqlmodel import col, select

from services.reporting import store
from services.reporting.differences import AHEAD, SEEN, WANTED
from services.reporting.tables import DifferenceRow, HeartbeatRow
from shared import clock
from shared.database import SessionFactory
from shared.telemetry import gauge
from shared.topology import load_topology

RECORDS = gauge("iq_records", "Records held here")
EXPECTED = gauge("iq_records_expected", "Records the network says it has, never less than held here")
HEARTBEAT = gauge("iq_heartbeat_timestamp_seconds", "When the hub got the newest heartbeat of a service", "context")
DIFFERING = gauge("iq_buckets_differing", "Buckets in which centre and network differ, by what is done", "state")


class Vitals:
    """Keeps these gauges up to date, also while nothing is taken in."""

    def __init__(self, sessions: SessionFactory, network: str) -> None:
        self.sessions, self.network = sessions, network

    async def refresh(self) -> None:
        """Read and show all of them."""
        heard = select(HeartbeatRow.region, HeartbeatRow.context, HeartbeatRow.received_at)
        count = select(DifferenceRow.region, DifferenceRow.state, func.count()).group_by(
            col(DifferenceRow.region), col(DifferenceRow.state)
        )
        async with self.sessions() as session:
            networks = await store.coverage(session, self.network, clock.today())
            beats = (await session.exec(heard)).all()
            found = {(region, state): buckets for region, state, buckets in await session.exec(count)}
        differing: dict[tuple[str, str], int] = defaultdict(int, found)
        for entry in networks:
            RECORDS.labels(entry.region).set(entry.records)
            EXPECTED.labels(entry.region).set(entry.expected)
            for state in (SEEN, WANTED, AHEAD):
                DIFFERING.labels(entry.region, state).set(differing[entry.region, state])
        for region, context, at in beats:
            if runs(region):
                HEARTBEAT.labels(region, context).set(at.timestamp())


def runs(region: str) -> bool:
    """Whether a network is expected to speak: it is in the topology and has not ended."""
    network = load_topology().get(region)
    return network is not None and (network.valid_to is None or network.valid_to >= clock.today())
