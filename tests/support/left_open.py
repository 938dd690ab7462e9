"""Database connections that a test leaves open when its event loop ends: then nobody can close them any more.

Python would tell of them when it collects garbage, in whatever test is running by then.
"""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, event

_made: WeakKeyDictionary[Any, asyncio.AbstractEventLoop] = WeakKeyDictionary()


@event.listens_for(Pool, "connect")
def _note(_adapted: object, record: Any) -> None:
    if hasattr(record.driver_connection, "is_closed"):  # asyncpg's
        _made[record.driver_connection] = asyncio.get_running_loop()


def left_open() -> int:
    """How many there are; each is told once."""
    ended = [connection for connection, loop in _made.items() if loop.is_closed()]
    for connection in ended:
        del _made[connection]
    return sum(not connection.is_closed() for connection in ended)
