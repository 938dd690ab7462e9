"""What reporting takes in: the full events of its network, or the lean ones and heartbeats of all networks."""

import asyncio
from dataclasses import dataclass

from faststream.nats import NatsBroker
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from services.reporting.facts import keep
from services.reporting.heartbeats import HeartbeatIngest
from shared.contracts.heartbeat import HEARTBEATS
from shared.database import SessionFactory
from shared.messaging.batch import BatchIngest, Subscription
from shared.messaging.connection import inbox_prefix
from shared.messaging.ingest import Ingest
from shared.messaging.runtime import REGION_STREAM, Messaging
from shared.messaging.watchdog import Watchdog
from shared.settings import Settings
from shared.topology import CENTRE, load_topology

SERVICE = DURABLE = "reporting"
LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Source:
    """A stream to take in: who does it, and the subjects of its durable consumer."""

    ingest: BatchIngest
    subject: str


def sources(settings: Settings, sessions: SessionFactory) -> list[Source]:
    """The streams of a network's reporting, or of the centre's (those of all networks of the topology)."""
    network = settings.network
    if network != CENTRE:
        return [Source(Ingest(sessions, REGION_STREAM, keep, network, SERVICE, lean=False), f"region.{network}.>")]
    uplinks = [
        Source(Ingest(sessions, f"UP_{code.upper()}", keep, code, SERVICE, lean=True), f"up.{code}.>")
        for code in load_topology()
    ]
    return [Source(HeartbeatIngest(sessions, HEARTBEATS, network, SERVICE), "hb.>"), *uplinks]


class Intake:
    """Subscribes reporting to its streams; at the centre to those that exist, and to others once they appear."""

    def __init__(self, settings: Settings, sessions: SessionFactory, messaging: Messaging) -> None:
        self.settings, self.sessions, self.messaging = settings, sessions, messaging
        self.waiting = sources(settings, sessions)
        self.ingests = {one.ingest.stream: one.ingest for one in self.waiting if isinstance(one.ingest, Ingest)}

    def begin(self) -> None:
        """Subscribe, or at the centre begin to look for streams when the broker has started; replay what waited."""
        self.messaging.jobs.append(self._replay)
        if self.settings.network == CENTRE:
            self.messaging.jobs.append(self._look)
            return
        for source in self.waiting:
            self._attach(self.messaging.broker, source)

    async def _replay(self, _broker: NatsBroker) -> None:
        """What waited for an upgrade is taken in, if this version knows it."""
        for ingest in self.ingests.values():
            await ingest.replay_later()

    async def _look(self, broker: NatsBroker) -> None:
        """A network may join while we run: look for streams that are not taken in yet, for ever."""
        async with asyncio.TaskGroup() as watches:
            while True:
                for source in [source for source in self.waiting if await _provisioned(broker, source)]:
                    self.waiting.remove(source)
                    await self._attach(broker, source).start()
                    watches.create_task(self.messaging.watchdogs[-1].run(broker))
                await asyncio.sleep(LOOK_SECONDS)

    def _attach(self, broker: NatsBroker, source: Source) -> Subscription:
        settings, ingest = self.settings, source.ingest
        watchdog = Watchdog(self.sessions, ingest.network, SERVICE, ingest.stream, DURABLE, settings.watchdog_seconds)
        self.messaging.watchdogs.append(watchdog)
        size, wait = settings.batch_size, settings.batch_wait_seconds
        return ingest.subscribe(broker, DURABLE, source.subject, size, wait, inbox=inbox_prefix(settings, SERVICE))


async def _provisioned(broker: NatsBroker, source: Source) -> bool:
    try:
        await broker.connection.jetstream().consumer_info(source.ingest.stream, DURABLE)
    except (NotFoundError, NatsError, TimeoutError, OSError):
        return False  # not there, or the broker is away: look again
    return True
