"""The import engine with the real sessions of counselling on a real database, without brokers."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.counselling.bulk.sessions import SessionImport
from services.counselling.importing import SESSIONS as KIND
from shared.database import SessionFactory, make_engine, session_factory
from shared.importing.api import import_router
from shared.importing.jobs import ImportWorker
from shared.importing.kinds import Apply, ParsedRow, RowOutcome
from shared.importing.tables import ImportJob
from shared.problems import install_problem_handlers
from shared.security import Principal, issue_token
from shared.settings import Settings
from shared.vocabulary import Role
from tests.support.apps import serving
from tests.support.waiting import eventually

KEY = "a signing key for tests, long enough"
SESSIONS = "/api/v1/imports/sessions"
HEADER = "Kennung;Datum;HSP;Art der Beratung;Herkunft\n"


def settings_for(url: str, **more: Any) -> Settings:
    """Settings of a service of network rp."""
    values: dict[str, Any] = {"env": "test", "network": "rp", "database_url": url, "signing_key": SecretStr(KEY)}
    return Settings(**(values | more))


def token(role: Role = Role.ADMIN, *carriers: UUID) -> dict[str, str]:
    """Headers of somebody with a role."""
    principal = Principal("tester", role, "rp", carriers or (uuid4(),))
    return {"Authorization": f"Bearer {issue_token(principal, KEY, 'services', 600)}"}


def csv_file(*types: str, word: str = "SY") -> bytes:
    """A list with one row per given type of session."""
    rows = (f"A-{number};{number % 28 + 1}.9.22;1;{kind};{word}\n" for number, kind in enumerate(types))
    return (HEADER + "".join(rows)).encode()


class Gate:
    """Holds an import after its rows are written and before they are committed."""

    def __init__(self, inner: Apply) -> None:
        self.inner, self.reached, self.opened, self.passed = inner, asyncio.Event(), asyncio.Event(), 0

    async def __call__(self, session: AsyncSession, job: ImportJob, rows: Iterable[ParsedRow]) -> list[RowOutcome]:
        """Apply, then wait until somebody opens the gate."""
        outcomes = await self.inner(session, job, rows)
        await session.flush()
        self.passed += 1
        self.reached.set()
        await self.opened.wait()
        return outcomes


@dataclass
class Office:
    """An office's side of the import: a client signed in as admin of one carrier, and a look into the tables."""

    client: httpx2.AsyncClient
    engine: AsyncEngine
    sessions: SessionFactory
    worker: ImportWorker
    carrier: UUID

    async def upload(self, content: bytes, **params: str) -> dict[str, Any]:
        """Upload a file that is taken in; returns its status."""
        answer = await self.client.post(SESSIONS, content=content, params=params)
        assert answer.status_code == 202, answer.text
        return await self.status(str(answer.json()["import_id"]))

    async def status(self, job_id: str) -> dict[str, Any]:
        """State of an import."""
        return dict((await self.client.get(f"{SESSIONS}/{job_id}")).json())

    async def ended(self, job_id: str, state: str = "done") -> dict[str, Any]:
        """State of an import once it is no longer running."""

        async def over() -> dict[str, Any]:
            found = await self.status(job_id)
            return found if found["state"] != "running" else {}

        status: dict[str, Any] = await eventually(over, 20)
        assert status["state"] == state, status
        return status

    async def errors(self, job_id: str) -> str:
        """The errors file."""
        return (await self.client.get(f"{SESSIONS}/{job_id}/errors")).content.decode()

    async def count(self, table: type[SQLModel]) -> int:
        """Committed rows of a table."""
        async with self.sessions() as session:
            return int((await session.exec(select(func.count()).select_from(table))).one())


@contextlib.asynccontextmanager
async def office(
    url: str, apply: Apply | None = None, carrier: UUID | None = None, *, working: bool = True, **more: Any
) -> AsyncIterator[Office]:
    """Serve the imports of counselling on a database until the block ends; without `working` nobody does the work."""
    settings, carrier = settings_for(url, **more), carrier or uuid4()
    engine = make_engine(url)
    sessions = session_factory(engine)
    worker = ImportWorker(
        engine, sessions, {KIND.name: (KIND, apply or SessionImport.with_settings(settings))}, lambda: None
    )

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with worker.running() if working else contextlib.nullcontext():
            yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.state.settings = settings
    install_problem_handlers(app)
    app.include_router(import_router(worker, settings))
    async with serving(app) as client:
        client.headers.update(token(Role.ADMIN, carrier))
        yield Office(client, engine, sessions, worker, carrier)


async def hang(url: str) -> None:
    """Work on the oldest job of a database, say so when its rows are written, and never finish: to be killed."""
    settings = settings_for(url)
    engine = make_engine(url)
    gate = Gate(SessionImport.with_settings(settings))
    worker = ImportWorker(engine, session_factory(engine), {KIND.name: (KIND, gate)}, lambda: None)
    task = asyncio.create_task(worker.work_one())
    await gate.reached.wait()
    sys.stdout.write("written\n")
    sys.stdout.flush()
    await task


if __name__ == "__main__":
    asyncio.run(hang(sys.argv[1]))
