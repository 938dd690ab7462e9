"""Ordering books of a started reporting in tests, and writers that are slow."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import text

from services.reporting.app import create_app
from shared import clock
from shared.settings import Settings
from shared.vocabulary import Role
from tests.integration.reporting.conftest import Desk
from tests.support.apps import serving
from tests.support.recording import Caller
from tests.support.waiting import eventually

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)
SESSIONS: list[dict[str, Any]] = [
    {"name": "a", "region": "rp", "month": "2022-08", "nationality": "SY"},
    {"name": "b", "region": "rp", "month": "2022-09", "nationality": "SY", "recorded_on": "2022-10-05"},
    {"name": "c", "region": "rp", "month": "2021-09", "nationality": "TR"},
    {"name": "d", "region": "sn", "month": "2022-09", "nationality": "UA"},
]
ORDER = {"kind": "in_figures", "region": "rp", "quarter": "2022-Q3"}


@dataclass
class Site:
    """A reporting and someone who may order books there."""

    app: FastAPI
    caller: Caller

    async def keep(self, *sessions: dict[str, Any]) -> None:
        known = [{"event": "session", "received": YESTERDAY, **session} for session in sessions]
        network = self.app.state.settings.network
        await Desk(self.app.state.sessions, network).keep([one for one in known if network in ("de", one["region"])])

    async def order(self, **body: Any) -> str:
        key = str(uuid4())
        await self.caller.put(f"books/{key}", ORDER | body)
        return key

    async def book(self, key: str) -> dict[str, Any]:
        return dict((await self.caller.send("GET", f"books/{key}")).json())

    async def ended(self, key: str) -> dict[str, Any]:
        async def found() -> dict[str, Any] | None:
            book = await self.book(key)
            return book if book["state"] not in ("waiting", "running") else None

        return dict(await eventually(found, 30))

    async def written(self, key: str) -> dict[str, dict[str, Any]]:
        """The tables of a finished book by id."""
        book = await self.ended(key)
        assert book["state"] == "done", book
        answer = await self.caller.send("GET", f"books/{key}/content")
        return {table["id"]: table for table in answer.json()["tables"]}

    async def change(self, statement: str) -> None:
        async with self.app.state.sessions() as session, session.begin():
            await (await session.connection()).execute(text(statement))


@contextlib.asynccontextmanager
async def site(settings: Settings, role: Role) -> AsyncIterator[Site]:
    """A reporting that holds the sessions."""
    app = create_app(settings)
    async with serving(app, settings.port) as client:
        found = Site(app, Caller(client, settings, role))
        await found.keep(*SESSIONS)
        yield found


def row(table: dict[str, Any], words: str) -> Any:
    """The row of a code or a title."""
    return next(row for row in table["rows"] if words in (*row.get("codes", ()), row["title"]))


def hold(site: Site, tables: int) -> asyncio.Event:
    """Let the writer wait after so many tables until the event is set, as a slow one does."""
    writer, going, begun = site.app.state.books.writer, asyncio.Event(), []
    write = writer.write

    async def slowly(book: Any, step: Any) -> Any:
        begun.append(step)
        if len(begun) > tables:
            await going.wait()
        return await write(book, step)

    object.__setattr__(writer, "write", slowly)
    return going


async def has(site: Site, key: str, tables: int) -> bool:
    return bool((await site.book(key))["done"] == tables)
