"""Streams of a broker that several tests share: as new for each of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import nats
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig, StreamInfo
from nats.js.errors import ServerError

from tests.support.waiting import eventually

NO_STORE = 10049
Plan = Sequence[tuple[StreamConfig, list[ConsumerConfig]]]
State = tuple[StreamConfig, int, int]


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a loop of its own: a test may have one here that is running."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()


@contextlib.asynccontextmanager
async def _streams(url: str, seed: str | None) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(url, nkeys_seed_str=seed)
    try:
        yield client.jetstream()
    finally:
        await client.close()


def _state(stream: StreamInfo) -> State:
    return stream.config, stream.state.last_seq, stream.state.consumer_count


async def _made(context: JetStreamContext, stream: StreamConfig) -> bool:
    """Whether it could be made: the folder of one just deleted may still be going."""
    try:
        await context.add_stream(stream)
    except ServerError as error:
        if error.err_code != NO_STORE:
            raise
        return False
    return True


async def delete_streams(url: str) -> None:
    """Delete all streams of a broker without accounts."""
    async with _streams(url, None) as context:
        for stream in await context.streams_info():
            await context.delete_stream(str(stream.config.name))


class Fresh:
    """The streams of one broker as they are now, which is to be just after they were made."""

    def __init__(self, url: str, seed: str, plan: Plan) -> None:
        self.url, self.seed, self.plan = url, seed, plan
        self._first: dict[str, State] = {}

    async def remember(self) -> None:
        """Take the present state for the fresh one."""
        async with _streams(self.url, self.seed) as context:
            self._first = {str(info.config.name): _state(info) for info in await context.streams_info()}

    async def renew(self) -> None:
        """Make every stream anew, with its consumers, that is not as it was; what stays was never written to."""
        async with _streams(self.url, self.seed) as context:
            now = {str(info.config.name): _state(info) for info in await context.streams_info()}
            spoilt = [name for name, state in now.items() if self._first.get(name) != state]
            for name in spoilt:
                await context.delete_stream(name)
            for stream, consumers in self.plan:
                if stream.name in spoilt or stream.name not in now:
                    await eventually(partial(_made, context, stream))
                    for consumer in consumers:
                        await context.add_consumer(str(stream.name), consumer)
