"""What the network's own broker has lost is sent again (design 6: a broker restored from a backup, or an empty one).

The hub's side is compared by content; the own broker's is not, so each new connection is met with a question: which
delivered message of ours is the newest you have? What was delivered after it goes out once more; the inbox of those who
had it takes it in once. Before the answer nothing is published, else the newest message would say nothing.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import clock

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)  # as long as the stream keeps them
LOOK_BACK = 300  # messages: those in flight when the connection was lost, and others' in between
NO_MESSAGE = 10037  # JetStream: no message found
DELIVERED = text(
    "SELECT max(delivered_at) FROM outbox WHERE destination = 'region' AND message_id = ANY(CAST(:names AS uuid[]))"
)
AGAIN = text("UPDATE outbox SET delivered_at = NULL WHERE destination = 'region' AND delivered_at > :after")


class Rewinding:
    """Meets each connection to the own broker; `subject` matches the messages of this service in `stream`."""

    def __init__(self, stream: str, subject: str) -> None:
        self.stream, self.subject = stream, subject
        self._met = -1

    async def meet(self, connection: AsyncConnection, client: Client) -> int:
        """Number of the connection, once what the broker does not have is to be sent again; -1 while it is away."""
        number = int(client.stats["reconnects"])
        if number != self._met:
            try:
                await self._rewind(connection, client)
            except (NatsError, TimeoutError, OSError) as error:
                log.info("own broker not met: %s", type(error).__name__)
                return -1
            self._met = number
        return number

    async def _rewind(self, connection: AsyncConnection, client: Client) -> None:
        newest = await self._newest(connection, client.jetstream())
        found: Any = await connection.execute(AGAIN, {"after": max(newest or clock.now() - KEPT, clock.now() - KEPT)})
        if found.rowcount:
            log.warning("the own broker lost messages: %d are sent again", found.rowcount)

    async def _newest(self, connection: AsyncConnection, js: JetStreamContext) -> datetime | None:
        """When the newest delivered message that the stream has was delivered; None without one."""
        try:
            last = (await js.get_last_msg(self.stream, self.subject)).seq or 0
        except NotFoundError as error:
            if error.err_code != NO_MESSAGE:
                raise
            return None
        # The very last ones may be those that were in flight: stored, but not yet confirmed to us.
        for numbers in (range(last, last - 1, -1), range(last - 1, max(last - LOOK_BACK, 0), -1)):
            names = [name for number in numbers if (name := await self._name(js, number))]
            newest: datetime | None = await connection.scalar(DELIVERED, {"names": names})
            if newest is not None:
                return newest
        return None

    async def _name(self, js: JetStreamContext, number: int) -> str | None:
        try:
            return ((await js.get_msg(self.stream, number)).headers or {}).get("Nats-Msg-Id")
        except NotFoundError:
            return None
