"""Metrics that are read from the database now and then, as long as the service runs."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from shared.database import AWAY
from shared.tasks import end, pause

log = logging.getLogger(__name__)

REFRESH_SECONDS = 15.0


@contextlib.asynccontextmanager
async def refreshing(what: str, refresh: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Refresh `what` every 15 s (less often where that is much work) until the block ends.

    A database that is away is waited for.
    """

    async def run() -> None:
        while True:
            before = monotonic()
            try:
                await refresh()
            except (SQLAlchemyError, *AWAY) as error:
                log.warning("%s not refreshed: %s", what, type(error).__name__)
            await asyncio.sleep(pause(REFRESH_SECONDS, monotonic() - before))

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        await end([task])
