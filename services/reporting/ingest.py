"""What reporting takes in: the full events of its network, or the lean ones and heartbeats of all networks."""

import asyncio
import logging
from collections.abc import Awaitable
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

log = logging.getLogger(__name__)

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
        self._subscribed: dict[str, Subscription] = {}
        self._watched: set[str] = set()
        self.ingests = {one.ingest.stream: one.ingest for one in self.waiting if isinstance(one.ingest, Ingest)}

    def begin(self) -> None:
        """Subscribe, or at the centre begin to look for streams when the broker has started; replay what waited."""
        self.messaging.jobs.append(self._replay)
        if self.settings.network == CENTRE:
            self.messaging.jobs.append(self._look)
            return
        for source in self.waiting:
            self._subscription(self.messaging.broker, source)
            self._watch(source)

    async def _replay(self, _broker: NatsBroker) -> None:
        """What waited for an upgrade is taken in, if this version knows it."""
        for ingest in self.ingests.values():
            await ingest.replay_later()

    async def _look(self, broker: NatsBroker) -> None:
        """A network may join while we run: look for streams that are not taken in yet, for ever.

        One that is there is watched before it is taken in: who starts just after its consumer was lost would wait for
        the provisioner, and the provisioner for somebody who stops.
        """
        while True:
            for source in list(self.waiting):
                if source.ingest.stream not in self._watched and await _exists(broker, source):
                    self.messaging.spawn(self._watch(source).run(broker))
                if await _provisioned(broker, source) and await self._started(broker, source):
                    self.waiting.remove(source)
            await asyncio.sleep(LOOK_SECONDS)

    async def _started(self, broker: NatsBroker, source: Source) -> bool:
        """Whether the stream is taken in now; one that cannot be yet does not stop those of the other networks."""
        stream = source.ingest.stream
        if stream not in self._subscribed:
            self._subscribed[stream] = self._subscription(broker, source)
        try:
            await self._subscribed[stream].start()
        except (NatsError, TimeoutError, OSError) as error:
            log.warning("%s cannot be taken in yet: %s", stream, type(error).__name__)
            return False
        return True

    def _subscription(self, broker: NatsBroker, source: Source) -> Subscription:
        settings = self.settings
        size, wait, inbox = settings.batch_size, settings.batch_wait_seconds, inbox_prefix(settings, SERVICE)
        return source.ingest.subscribe(broker, DURABLE, source.subject, size, wait, inbox=inbox)

    def _watch(self, source: Source) -> Watchdog:
        ingest, seconds = source.ingest, self.settings.watchdog_seconds
        watchdog = Watchdog(self.sessions, ingest.network, SERVICE, ingest.stream, DURABLE, seconds)
        self.messaging.watchdogs.append(watchdog)
        self._watched.add(ingest.stream)
        return watchdog


async def _exists(broker: NatsBroker, source: Source) -> bool:
    return await _answered(broker.connection.jetstream().stream_info(source.ingest.stream))


async def _provisioned(broker: NatsBroker, source: Source) -> bool:
    return await _answered(broker.connection.jetstream().consumer_info(source.ingest.stream, DURABLE))


async def _answered(question: Awaitable[object]) -> bool:
    try:
        await question
    except (NotFoundError, NatsError, TimeoutError, OSError):
        return False  # not there, or the broker is away: look again
    return True
