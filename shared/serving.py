"""Run one or more applications in this process until SIGTERM or SIGINT."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Sequence

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import start_http_server

from shared.settings import Settings
from shared.telemetry import setup_logging

TICK_SECONDS = 1.0


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


async def _serve(apps: Sequence[tuple[FastAPI, str, int]]) -> None:
    servers = [
        _Server(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=10,
                timeout_keep_alive=30,
            )
        )
        for app, host, port in apps
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True
            server.ending.set()

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def serve(apps: Sequence[tuple[FastAPI, str, int]], metrics_port: int | None = None) -> None:
    """Serve (app, host, port) entries in one event loop; this process' `/metrics` on `metrics_port` if given."""
    setup_logging()
    if metrics_port is not None:
        start_http_server(metrics_port, addr=apps[0][1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(apps))


def serve_one(app: FastAPI, settings: Settings) -> None:
    """Serve one application with its settings."""
    serve([(app, settings.host, settings.port)], settings.metrics_port)
