"""Files sent to a recording service's import API, on a real database and without brokers."""

import contextlib
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from services.registration.bulk import kinds
from shared.database import SessionFactory, make_engine, session_factory
from shared.importing.api import import_router
from shared.importing.jobs import ImportWorker
from shared.problems import install_problem_handlers
from shared.security import Principal, issue_token
from shared.settings import Settings
from shared.vocabulary import Role
from tests.support.apps import serving

KEY = "a signing key for tests, long enough"


class Outcome(NamedTuple):
    """What became of a file: accepted, unchanged, and of the rejected rows (line, column, what to do)."""

    accepted: int
    unchanged: int
    rejected: list[tuple[int, str, str]]


@dataclass
class Register:
    """The imports of registration; each file is worked on at once."""

    client: httpx2.AsyncClient
    worker: ImportWorker
    sessions: SessionFactory
    carrier: UUID
    role: Role = Role.ADMIN

    def at(self, carrier: UUID) -> "Register":
        """The administration of another carrier."""
        return Register(self.client, self.worker, self.sessions, carrier)

    @property
    def coordinator(self) -> "Register":
        """The network's coordination, which has no carrier."""
        return Register(self.client, self.worker, self.sessions, self.carrier, Role.COORDINATOR)

    async def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request with a fresh token."""
        carriers = () if self.role is Role.COORDINATOR else (self.carrier,)
        token = issue_token(Principal(f"test-{self.role}", self.role, "rp", carriers), KEY, "services", 60)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, f"/api/v1/imports/{path}", headers=headers, **options)

    async def file(self, kind: str, *lines: str, **params: str) -> Outcome:
        """Import a CSV file, header first; strictly, unless `strict` says otherwise."""
        content = "\n".join(lines).encode()
        answer = await self.ask("POST", kind, content=content, params={"strict": "1"} | params)
        assert answer.status_code == 202, answer.text
        assert await self.worker.work_one()
        job = f"{kind}/{answer.json()['import_id']}"
        status = (await self.ask("GET", job)).json()
        assert status["state"] == "done", status
        told = (await self.ask("GET", f"{job}/errors")).content.decode("utf-8-sig")
        errors = list(csv.reader(told.splitlines(), delimiter=";"))[1:]
        rejected = [(int(row), column, message) for row, column, _, message in errors]
        assert status["rejected"] == len({row for row, _, _ in rejected})
        return Outcome(status["accepted"], status["unchanged"], rejected)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a query against the database."""
        async with self.sessions() as session:
            connection = await session.connection()
            return list((await connection.execute(text(statement), values)).all())

    async def events(self, kind: str, destination: str = "up") -> list[dict[str, Any]]:
        """Bodies of the events of a kind for a destination, in the order they were written."""
        statement = "SELECT body FROM outbox WHERE kind = :kind AND destination = :destination ORDER BY seq"
        found = await self.rows(statement, kind=kind, destination=destination)
        return [json.loads(bytes(body)) for (body,) in found]


@contextlib.asynccontextmanager
async def register(url: str, **more: Any) -> AsyncIterator[Register]:
    """Serve the imports of registration on a database until the block ends; files are worked on when asked for."""
    settings = Settings(env="test", network="rp", database_url=url, signing_key=SecretStr(KEY), **more)
    engine = make_engine(url)
    sessions = session_factory(engine)
    worker = ImportWorker(engine, sessions, kinds(settings), lambda: None)
    app = FastAPI()
    app.state.settings = settings
    install_problem_handlers(app)
    app.include_router(import_router(worker, settings))
    async with serving(app) as client:
        yield Register(client, worker, sessions, uuid4())
    await engine.dispose()
