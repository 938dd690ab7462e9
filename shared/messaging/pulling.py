"""A fix for pulling in batches with nats-py 2.16 under FastStream 0.7.8.

When the last moment of a batch's time is gone, `fetch` raises the built-in TimeoutError; FastStream waits for the
library's own, which is a subclass. The task then dies with the messages it already held: they come back only after the
consumer's ack_wait of 30 s. Drop this module when `PullSubscription.fetch` raises `nats.errors.TimeoutError` always.
"""

from typing import Any

from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.client import JetStreamContext

Subscription = JetStreamContext.PullSubscription
_fetch = Subscription.fetch
MIN_SECONDS = 0.005


async def fetch(self: Subscription, batch: int = 1, timeout: float | None = 5, **more: Any) -> list[Msg]:  # noqa: ASYNC109 - its signature
    """Fetch like the library, but raise its own TimeoutError; too short a wait asks nothing of the server."""
    if timeout is not None and timeout < MIN_SECONDS:
        raise NatsTimeoutError
    try:
        return await _fetch(self, batch, timeout, **more)
    except TimeoutError as error:
        if isinstance(error, NatsTimeoutError):
            raise
        raise NatsTimeoutError from error


def install() -> None:
    """Have all pull subscriptions of this process fetch that way."""
    Subscription.fetch = fetch  # type: ignore[method-assign, assignment]  # the fix this module is for
