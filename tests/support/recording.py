"""A network's recording services in tests, and callers with a role and a carrier."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import text

from shared.security import Principal, issue_token
from shared.settings import Settings
from shared.vocabulary import Role
from tests.support.apps import serving


@dataclass
class Caller:
    """Someone with a role at a carrier, calling one service directly."""

    client: httpx2.AsyncClient
    settings: Settings
    role: Role
    carrier: UUID | None = field(default_factory=uuid4)
    subject: str = ""
    office: UUID | None = None

    async def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """One request with a fresh token."""
        carriers = (self.carrier,) if self.carrier else ()
        who = Principal(self.subject or f"test-{self.role}", self.role, self.settings.network, carriers, self.office)
        token = issue_token(who, self.settings.signing_key.get_secret_value(), "services", 60)
        headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})
        return await self.client.request(method, f"/api/v1/{path}", headers=headers, **options)

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """A PUT that must succeed; its JSON."""
        answer = await self.send("PUT", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def at(self, carrier: UUID) -> "Caller":
        """The same role at another carrier."""
        return Caller(self.client, self.settings, self.role, carrier)


@contextlib.asynccontextmanager
async def recording(app: Any, role: Role) -> AsyncIterator[Caller]:
    """Serve a recording service and yield a caller of it."""
    async with serving(app, app.state.settings.port) as client:
        yield Caller(client, app.state.settings, role)


async def rows(app: Any, statement: str, **values: Any) -> list[Any]:
    """Rows of a query against the service's own database."""
    async with app.state.sessions() as session:
        connection = await session.connection()
        return list((await connection.execute(text(statement), values)).all())


async def end(app: Any) -> None:
    """Close the connections of a service that was never started; one that runs does so itself."""
    await app.state.sessions.kw["bind"].dispose()


async def contents(app: Any) -> dict[str, Any]:
    """What each table of the service's own database holds, as digests; of the outbox only which rows there are."""
    names = await rows(app, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found: dict[str, Any] = {}
    for (name,) in names:
        row = "t.seq::text" if name == "outbox" else "t::text"
        digest = f"SELECT count(*), md5(string_agg({row}, ',' ORDER BY {row})) FROM {name} t"
        found[name] = tuple((await rows(app, digest))[0])
    return found
