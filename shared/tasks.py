"""Background tasks: how often they may measure, and how they end."""

import asyncio
from collections.abc import Sequence

PAUSES = 20


def pause(least: float, took: float, most: float = 300.0) -> float:
    """Seconds until something is measured again: a measurement takes at most a twentieth of the time.

    So that what only watches a large import does not slow it down; at usual sizes `least` holds.
    """
    return max(least, min(PAUSES * took, most))


async def end(tasks: Sequence["asyncio.Task[None]"], patience: float = 5.0) -> None:
    """Cancel tasks until they are done, again after `patience` seconds.

    Once is not enough: before CPython 3.12 a wait inside a library that ends in the moment of the cancellation
    swallows it (`asyncio.wait_for`), and the task would run for ever. Too soon is wrong, too: who is cancelled while
    cleaning up leaves a connection open.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=patience)
    await asyncio.gather(*tasks, return_exceptions=True)
