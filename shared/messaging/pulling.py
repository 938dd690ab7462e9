"""A replacement for pulling in batches with nats-py 2.16 under FastStream 0.7.8.

The library's `fetch` has two faults here. When the last moment of a batch's time is gone it raises the built-in
TimeoutError; FastStream waits for the library's own, which is a subclass: the task then dies with the messages it
already held, and they come back only after the consumer's ack_wait. And it makes two tasks and a timer for every
message, which costs more than reading, checking and storing it. Drop this module when neither is true any more.
"""

import asyncio
import contextlib
import json
from time import monotonic
from typing import Any

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription as Inbox
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import StatusCode
from nats.js.client import JetStreamContext
from nats.js.errors import APIError

Subscription = JetStreamContext.PullSubscription
_fetch = Subscription.fetch
MIN_SECONDS = 0.005
# A consumer that has nothing to do asks this seldom; a message ends the wait at once.
IDLE_SECONDS = 5.0
LOOK_SECONDS = 2.0
# The server says in these words that it has no more for this request.
EMPTY = {StatusCode.NO_MESSAGES, StatusCode.REQUEST_TIMEOUT, StatusCode.CONFLICT}


async def fetch(self: Subscription, batch: int = 1, timeout: float | None = 5, **more: Any) -> list[Msg]:  # noqa: ASYNC109 - its signature
    """Up to `batch` messages within `timeout` seconds. Raises nats.errors.TimeoutError when there is none.

    Too short a wait asks nothing of the server.
    """
    if timeout is not None and timeout < MIN_SECONDS:
        raise NatsTimeoutError
    if batch > 1 and timeout is not None and not more:
        return await _gather(self, batch, timeout)
    try:
        return await _fetch(self, batch, timeout, **more)
    except TimeoutError as error:
        if isinstance(error, NatsTimeoutError):
            raise
        raise NatsTimeoutError from error


async def _gather(pull: Any, batch: int, seconds: float) -> list[Msg]:
    """Wait long for the first message, then `seconds` at most for those that come with it.

    What lies in the inbox is taken at one go; one timer runs only while it is empty.
    """
    inbox = pull._sub  # noqa: SLF001 - the library offers no other way in
    messages = _waiting(inbox, batch)
    if not messages:
        messages = await _first(pull, inbox, batch)
    end = monotonic() + seconds
    if messages and len(messages) < batch:
        await _ask(pull, batch - len(messages), seconds)
    while messages and len(messages) < batch and monotonic() < end:
        with contextlib.suppress(APIError):  # what is here already is handled first; the next fetch will tell
            messages += await _more(inbox, batch - len(messages), end)
    if not messages:
        raise NatsTimeoutError
    if len(messages) == batch and inbox.pending_msgs < batch:
        await _ask(pull, batch, seconds)  # a backlog: the next ones travel while these are stored
    return messages


async def _first(pull: Any, inbox: Inbox, batch: int) -> list[Msg]:
    """Wait long; a connection that was made anew meanwhile has forgotten what was asked on the last one."""
    messages, end, connection = list[Msg](), monotonic() + IDLE_SECONDS, pull._nc.stats["reconnects"]  # noqa: SLF001 - as above
    await _ask(pull, 1, IDLE_SECONDS)
    while not messages and monotonic() < end and pull._nc.stats["reconnects"] == connection:  # noqa: SLF001 - as above
        messages = await _more(inbox, batch, min(end, monotonic() + LOOK_SECONDS))
    return messages


async def _more(inbox: Inbox, most: int, end: float) -> list[Msg]:
    """The next message and what lies behind it; nothing when there is none until `end`."""
    while (left := end - monotonic()) > 0:
        try:
            async with asyncio.timeout(left):  # wait_for may swallow a cancellation before CPython 3.12
                message = await inbox._pending_queue.get()  # noqa: SLF001 - as above
        except TimeoutError:
            break
        inbox._pending_size -= len(message.data)  # noqa: SLF001 - as above
        status = (message.headers or {}).get("Status")
        if status is None:
            return [message, *_waiting(inbox, most - 1)]
        if status not in EMPTY:
            raise APIError.from_msg(message)
        # Else the end of a request, perhaps of an earlier one: the time decides.
    return []


async def _ask(pull: Any, batch: int, seconds: float) -> None:
    """Ask the server; the request ends there a little earlier than here, so that none is left to swallow messages."""
    request = {"batch": batch, "expires": int((seconds - MIN_SECONDS / 2) * 1e9)}
    await pull._nc.publish(pull._nms, json.dumps(request).encode(), pull._deliver)  # noqa: SLF001 - as above


def _waiting(inbox: Inbox, most: int) -> list[Msg]:
    """Messages that are in the inbox already; words about earlier requests are dropped."""
    found: list[Msg] = []
    queue = inbox._pending_queue  # noqa: SLF001 - the library offers no other way in
    while len(found) < most and not queue.empty():
        message = queue.get_nowait()
        inbox._pending_size -= len(message.data)  # noqa: SLF001 - as above
        if (message.headers or {}).get("Status") is None:
            found.append(message)
    return found


def install() -> None:
    """Have all pull subscriptions of this process fetch that way."""
    Subscription.fetch = fetch  # type: ignore[method-assign, assignment]  # the fix this module is for
