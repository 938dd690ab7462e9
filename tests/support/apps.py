"""Services in tests: the real application on a real port, inside the test's own event loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import httpx2
import uvicorn
from fastapi import FastAPI

from deploy.local.ports import HOST
from tests.support.servers import free_port
from tests.support.waiting import eventually


class _Server(uvicorn.Server):
    """A server that leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: FastAPI, port: int | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve an application (its lifespan included) and yield a client of it; `client.base_url` is its address."""
    port = port or free_port()
    server = _Server(uvicorn.Config(app, host=HOST, port=port, log_config=None, lifespan="on"))
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started or task.done(), 20)
        if task.done():
            task.result()
        async with httpx2.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=30, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        await task
