"""A network's counselling and the centre's reporting side by side, with quick heartbeats, for tests of the repair."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.counselling.app import create_app as create_counselling
from services.reporting.app import create_app as create_reporting
from shared.vocabulary import Role
from tests.support.federation import Federation
from tests.support.recording import Caller, recording, rows
from tests.support.waiting import eventually

SECONDS = 0.3
SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "nationality": "SY"}
NEWEST = (
    "SELECT DISTINCT ON (entity_id) entity_id, revision, digest FROM fact WHERE region = 'rp' "
    "ORDER BY entity_id, revision DESC"
)


@dataclass
class Pair:
    """The two sides: counselling of rp and the centre, each on its own database."""

    federation: Federation
    counselling_url: str
    reporting_url: str
    network: Any = None
    centre: Any = None
    counsellor: Any = None
    operations: Any = None

    @contextlib.asynccontextmanager
    async def centre_running(self) -> AsyncIterator[None]:
        """Run the centre's reporting."""
        settings = self.federation.settings(
            "de", self.reporting_url, heartbeat_seconds=SECONDS, batch_wait_seconds=0.02
        )
        self.centre = create_reporting(settings)
        async with recording(self.centre, Role.OPERATIONS) as self.operations:
            yield

    @contextlib.asynccontextmanager
    async def network_running(self) -> AsyncIterator[None]:
        """Run the network's counselling."""
        settings = self.federation.settings("rp", self.counselling_url, heartbeat_seconds=SECONDS)
        self.network = create_counselling(settings)
        async with recording(self.network, Role.COUNSELLOR) as self.counsellor:
            yield

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Pair"]:
        """Run both."""
        async with self.centre_running(), self.network_running():
            yield self

    async def record(self, count: int) -> list[UUID]:
        """Record sessions, one of them corrected; wait until the centre has them all."""
        keys = [uuid4() for _ in range(count)]
        for key in keys:
            await self.counsellor.put(f"sessions/{key}", SESSION)
        await self.counsellor.put(f"sessions/{keys[0]}", SESSION | {"nationality": "TR", "revision": 1})
        await self.equal(count)
        return keys

    async def held(self) -> list[tuple[Any, ...]]:
        """What the centre holds: id, revision, digest of each record."""
        return [tuple(row) for row in await rows(self.centre, NEWEST)]

    async def delivered(self) -> list[tuple[Any, ...]]:
        """What the network says it delivered."""
        query = "SELECT entity_id, revision, digest FROM delivered ORDER BY entity_id"
        return [tuple(row) for row in await rows(self.network, query)]

    async def equal(self, count: int, seconds: float = 15) -> None:
        """Wait until both sides hold the same `count` records."""

        async def same() -> bool:
            held = await self.held()
            return len(held) == count and held == await self.delivered()

        await eventually(same, seconds)

    async def compared(self, check: Callable[[dict[str, Any]], bool], seconds: float = 15) -> dict[str, Any]:
        """The centre's state about the network as soon as it is as asked for, heard by the network."""

        async def told() -> dict[str, Any] | None:
            states = await rows(self.network, "SELECT told FROM centre_state")
            state: dict[str, Any] = states[0][0]["kinds"]["session_recorded"] if states else {}
            return state if state and check(state) else None

        return await eventually(told, seconds)

    async def change(self, app: Any, *statements: str, **values: Any) -> None:
        """Do something to a database behind the services' back."""
        async with app.state.sessions() as session, session.begin():
            for statement in statements:
                await (await session.connection()).execute(text(statement), values)


def completeness(pair: Pair) -> Caller:
    """Someone of the network's staff who asks counselling what the centre has."""
    return Caller(pair.counsellor.client, pair.counsellor.settings, Role.COORDINATOR)
