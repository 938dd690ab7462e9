"""Retention runs in tests: over both recording services and a gateway's database, at a day years ahead."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from services.gateway.retention import Run
from services.gateway.settings import GatewaySettings
from services.gateway.upstreams import Upstreams
from shared.database import SessionFactory, make_engine, session_factory
from shared.rights.expiry import Figures
from tests.support.planting import Network

YEARS_LATER = datetime(2028, 11, 27, 10, tzinfo=UTC)
"""What is recorded today is then older than the shortest period that persons may have, and the programme still runs."""
SHORTEST = '[persons]\nkeep = "1 year"\n'


class Keeping:
    """Runs over a network."""

    def __init__(self, upstreams: Upstreams, sessions: SessionFactory) -> None:
        self.upstreams, self.sessions = upstreams, sessions

    async def run(self, *, applied: bool) -> dict[str, Figures]:
        """What is due, or went, by each rule by which there is anything."""
        run = Run(self.upstreams, self.sessions, "rp", applied=applied)
        return {name: figures for name, figures in (await run.everything()).items() if figures.count}


@contextlib.asynccontextmanager
async def keeping(network: Network, gateway_url: str) -> AsyncIterator[Keeping]:
    """Runs over these services, with a gateway's database of its own."""
    told = {name: app.state.settings for name, app in network.apps.items()}
    urls: dict[str, Any] = {f"{name}_url": f"http://127.0.0.1:{one.port}" for name, one in told.items()}
    key = told["registration"].signing_key
    common = {"env": "test", "network": "rp", "database_url": gateway_url, "signing_key": key}
    settings = GatewaySettings(**common, reporting_url="http://127.0.0.1:9", **urls)
    upstreams, engine = Upstreams(settings, "http://test"), make_engine(gateway_url)
    try:
        yield Keeping(upstreams, session_factory(engine))
    finally:
        await upstreams.close()
        await engine.dispose()


async def execute(sessions: SessionFactory, statement: str, **values: Any) -> None:
    """Change a database behind the service's back."""
    async with sessions() as session, session.begin():
        await (await session.connection()).execute(text(statement), values)
