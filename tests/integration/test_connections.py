"""An idle service holds few connections, and one that the server has ended is never met (shared.database)."""

import asyncio

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.postgres import Postgres
from shared import database as shared_database
from shared.database import make_engine
from tests.conftest import MakeDatabase
from tests.support.waiting import eventually

AT_ONCE = 6
NAP, WHO = text("SELECT pg_sleep(0.1)"), text("SELECT pg_backend_pid()")
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


def connected(postgres: Postgres, url: str) -> int:
    """How many connections a database has."""
    with postgres.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        found = connection.execute(query, [make_url(url).database]).fetchone()
    return int(found[0]) if found else 0


async def use(engine: AsyncEngine, times: int) -> None:
    """Use so many connections at once."""

    async def one() -> None:
        async with engine.connect() as connection:
            await connection.execute(NAP)

    await asyncio.gather(*(one() for _ in range(times)))


async def test_connections_that_nobody_needs_end_by_themselves(
    database: MakeDatabase, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_database, "IDLE_SECONDS", 2)
    url = database("gateway")
    engine = make_engine(url)
    await use(engine, AT_ONCE)
    assert connected(postgres, url) == AT_ONCE

    async def few() -> bool:
        await use(engine, 1)  # what works every now and then keeps one, and always the same one
        return connected(postgres, url) == 1

    await eventually(few)
    await use(engine, AT_ONCE)  # and those that are needed again are made again
    assert connected(postgres, url) == AT_ONCE
    await engine.dispose()


async def test_a_connection_that_the_server_has_ended_is_not_used(database: MakeDatabase, postgres: Postgres) -> None:
    url = database("gateway")
    engine = make_engine(url)
    await use(engine, AT_ONCE)
    with postgres.connect() as administrator:
        administrator.execute(END, [make_url(url).database])
    await asyncio.sleep(0.1)
    await use(engine, AT_ONCE)
    await engine.dispose()


async def test_a_connection_that_the_server_is_about_to_end_is_not_used(
    database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(database("gateway"))
    async with engine.connect() as connection:
        backend = await connection.scalar(WHO)
    async with engine.connect() as connection:
        assert await connection.scalar(WHO) == backend
    monkeypatch.setattr(shared_database, "IDLE_SECONDS", 0)
    async with engine.connect() as connection:
        assert await connection.scalar(WHO) != backend
    await engine.dispose()


async def test_a_connection_is_not_asked_before_each_use(database: MakeDatabase, postgres: Postgres) -> None:
    url = database("gateway")
    engine = make_engine(url)
    async with engine.connect() as connection:
        backend = await connection.scalar(WHO)
    with psycopg.connect(postgres.url(str(make_url(url).database)).replace("+psycopg", "")) as watching:
        before = _last_words(watching, backend)
        async with engine.connect():  # nothing is said in it
            pass
        assert _last_words(watching, backend) == before
    await engine.dispose()


def _last_words(watching: psycopg.Connection, backend: int) -> object:
    watching.rollback()
    query = "SELECT query_start FROM pg_stat_activity WHERE pid = %s"
    return watching.execute(query, [backend]).fetchone()
