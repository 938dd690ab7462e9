"""Services in tests: the real application on a real port, inside the test's own event loop."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.local.ports import HOST
from shared.settings import Settings
from tests.support.servers import free_port
from tests.support.waiting import eventually

START_SECONDS = 20.0
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody; reading all certificates takes 20 ms per client


class _Server(uvicorn.Server):
    """A server without the loop that waits for signals, and without the fixed waits at its end."""

    async def open(self) -> None:
        """Start the application and listen."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        async with asyncio.timeout(START_SECONDS):
            await self.startup()
        await self.on_tick(0)  # sets the headers of every answer

    async def close(self) -> None:
        """What `shutdown` does: no new connections, the open requests to their end, then the application's end."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await eventually(lambda: not self.server_state.connections and not self.server_state.tasks, START_SECONDS)
        for server in self.servers:
            await server.wait_closed()
        await self.lifespan.shutdown()
        assert not self.lifespan.should_exit, "the application failed while it started or ended"


def lone_settings(network: str, database_url: str, nats_url: str, **more: Any) -> Settings:
    """Settings of a service on a broker without accounts and without a hub."""
    values: dict[str, Any] = {"env": "test", "network": network, "signing_key": SecretStr("k" * 40)}
    return Settings(**(values | {"database_url": database_url, "nats_url": nats_url, "port": free_port()} | more))


@contextlib.asynccontextmanager
async def serving(app: FastAPI, port: int | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve an application (its lifespan included) and yield a client of it; `client.base_url` is its address."""
    port = port or free_port()
    # As long as `shared.serving` has it: a client that keeps connections for five seconds meets none that is closing.
    server = _Server(uvicorn.Config(app, host=HOST, port=port, log_config=None, lifespan="on", timeout_keep_alive=30))
    await server.open()
    try:
        address = f"http://{HOST}:{port}"
        async with httpx2.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=NO_TLS) as client:
            yield client
    finally:
        await server.close()
