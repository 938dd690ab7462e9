"""Run one or more applications in this process until SIGTERM or SIGINT."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Sequence

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from prometheus_client import start_http_server

from shared.logs import ORIGIN, setup_logging
from shared.settings import Settings


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller, so that several share one process."""

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
                access_log=False,  # it would write paths and queries; `telemetry` logs route patterns
                ws="none",  # nothing speaks it, and its handshakes would be logged with address and query
                timeout_graceful_shutdown=10,
                timeout_keep_alive=30,
            )
        )
        for app, host, port in apps
    ]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def serve(apps: Sequence[tuple[FastAPI, str, int]], metrics_port: int | None = None) -> None:
    """Serve (app, host, port) entries in one event loop; this process' `/metrics` on `metrics_port` if given."""
    setup_logging()
    ORIGIN.set({"network": apps[0][0].state.settings.network})
    if metrics_port is not None:
        start_http_server(metrics_port, addr=apps[0][1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(apps))


def serve_one(app: FastAPI, settings: Settings) -> None:
    """Serve one application with its settings."""
    serve([(app, settings.host, settings.port)], settings.metrics_port)
