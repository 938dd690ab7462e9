"""How services end while what they lean on is away: told to end, they end in order, within the grace period."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from drill.rolling_cluster import Cluster, Ended
from tests.support.servers import Server

AWAY_SECONDS = 3.0
"""So long they are away before anybody is told to end: clients have noticed, and try to come back."""


@dataclass(frozen=True)
class EndedWithout(Ended):
    """How a service ended without what was away."""

    away: str = ""


async def ends(running: Cluster) -> list[EndedWithout]:
    """End and start everything with brokers and database stopped, then with both standing still."""
    brokers: Sequence[Server] = (running.federation.hub, *running.federation.regions.values())
    found: list[EndedWithout] = []
    for away, servers in (
        ("broker", brokers),
        ("database", [running.postgres]),
        ("both", [*brokers, running.postgres]),
    ):
        found += await _without(
            running, away, partial(_all, servers, Server.kill), partial(_all, servers, Server.start)
        )
    still = [*brokers, running.postgres]
    stop, go_on = partial(_signal, still, signal.SIGSTOP), partial(_signal, still, signal.SIGCONT)
    return found + await _without(running, "both stand still", stop, go_on, again=False)


async def _without(
    running: Cluster, away: str, take: Callable[[], None], give: Callable[[], None], *, again: bool = True
) -> list[EndedWithout]:
    await asyncio.to_thread(take)
    try:
        await asyncio.sleep(AWAY_SECONDS)
        ended = await asyncio.gather(*(running.end(name, process) for name, (_, process) in running.running.items()))
    finally:
        await asyncio.to_thread(give)
    running.running.clear()
    if again:
        await running.begin(*running.names)
    return [EndedWithout(one.name, one.code, one.seconds, away=away) for one in ended]


def _all(servers: Sequence[Server], do: Callable[[Server], None]) -> None:
    for server in servers:
        do(server)


def _signal(servers: Sequence[Server], number: int) -> None:
    """Of a database, with every connection's process."""
    for server in servers:
        if server.process is not None:
            pid = server.process.pid
            os.kill(pid, number)  # the first, so that none is added meanwhile
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), number)
