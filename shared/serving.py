"""Run one or more applications in this process until SIGTERM or SIGINT.

SIGTERM drains: for `drain` seconds everyone is served and told to come anew elsewhere, then nobody is left to cut off.
Whatever waits for a broker or database that stands still is left after `END_SECONDS`: a crash loses nothing either.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from typing import Any

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import start_http_server

from shared.logs import ORIGIN, setup_logging
from shared.settings import Settings

TICK_SECONDS = 1.0
LEAVING = asyncio.Event()
"""Set when no request is taken in any more: what would last longer than a request ends of itself."""
END_SECONDS = 18.0
"""Longer than open requests and then brokers may take; with the drain, within the grace period."""
# Uvicorn's own lines of access and of websockets, which nothing speaks, hold paths, queries and addresses.
MANNERS: dict[str, Any] = {
    "log_config": None, "access_log": False, "ws": "none", "timeout_graceful_shutdown": 10, "timeout_keep_alive": 30
}  # fmt: skip


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller, so that several share one process, and sleeps until it is to end.

    Uvicorn's own looks ten times a second whether it is.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ending = asyncio.Event()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # the date that answers carry
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self.ending.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Serve what routers declare. `include_router` would build every route again for each application.

    That doubled the memory of routes and the time of a start; nothing here is included under another prefix.
    """
    for router in routers:
        app.routes.extend(router.routes)


async def _serve(apps: Sequence[tuple[FastAPI, str, int]], drain: float) -> None:
    servers = [_Server(uvicorn.Config(app, host=host, port=port, **MANNERS)) for app, host, port in apps]

    def stop() -> None:
        LEAVING.set()
        for server in servers:
            server.should_exit = True
            server.ending.set()
        loop.call_later(END_SECONDS, os._exit, 0)

    def leave() -> None:
        for server in servers:  # from the next second on, each answer says so
            server.config.encoded_headers.append((b"connection", b"close"))
        loop.call_later(drain, stop)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, leave)
    loop.add_signal_handler(signal.SIGINT, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def serve(apps: Sequence[tuple[FastAPI, str, int]], metrics_port: int | None = None, drain: float = 0.0) -> None:
    """Serve (app, host, port) entries in one event loop; this process' `/metrics` on `metrics_port` if given."""
    setup_logging()
    ORIGIN.set({"network": apps[0][0].state.settings.network})
    if metrics_port is not None:
        start_http_server(metrics_port, addr=apps[0][1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(apps, drain))


def serve_one(app: FastAPI, settings: Settings) -> None:
    """Serve one application with its settings."""
    serve([(app, settings.host, settings.port)], settings.metrics_port, settings.drain_seconds)
