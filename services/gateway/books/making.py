"""Papers that take seconds: made once in a thread, kept by their name, asked for as often as one likes."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

KEPT = 8


class Making:
    """What is being made or was made last; a failure is told to whoever asks and tried anew by the next."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    def begin(self, name: str, make: Callable[[], Awaitable[bytes]]) -> "asyncio.Task[bytes]":
        """Begin to make it unless it is there or on the way."""
        task = self._tasks.get(name)
        if task is None or self.failed(name):
            task = self._tasks[name] = asyncio.create_task(_made(make))
            task.add_done_callback(_noted)
        self._tasks.move_to_end(name)
        while len(self._tasks) > KEPT:
            self._tasks.popitem(last=False)
        return task

    def ready(self, name: str) -> bool:
        """Whether it is there."""
        task = self._tasks.get(name)
        return task is not None and task.done() and not self.failed(name)

    def failed(self, name: str) -> bool:
        """Whether it could not be made."""
        task = self._tasks.get(name)
        return task is not None and task.done() and (task.cancelled() or task.exception() is not None)


def _noted(task: "asyncio.Task[bytes]") -> None:
    """Whoever began it may be gone by the time it fails."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("paper not made: %s", type(error).__name__)


async def _made(make: Callable[[], Awaitable[bytes]]) -> bytes:
    return await make()
