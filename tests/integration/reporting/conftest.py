"""A reporting database with events in it, and answers from it."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from fastapi import FastAPI
from nats.aio.client import Client
from sqlalchemy import text

from deploy.local.postgres import Postgres
from services.reporting.app import create_app
from services.reporting.facts import keep, keep_on
from services.reporting.figures import Figures
from services.reporting.question import read_question
from shared.database import SessionFactory, make_engine, session_factory
from shared.messaging.batch import Parked
from shared.topology import CENTRE
from shared.vocabulary import Role
from tests.support.apps import lone_settings, serving
from tests.support.clock import clock_at
from tests.support.databases import Databases
from tests.support.events import body, received
from tests.support.federation import Federation
from tests.support.recording import Caller, end
from tests.support.servers import NatsServer

TODAY = date(2026, 11, 24)
TAKEN_IN = text(
    "INSERT INTO ingest_cursor AS cursor VALUES ('CASES', 1) "
    "ON CONFLICT (stream) DO UPDATE SET sequence = cursor.sequence + 1"
)
"""What an ingest writes in the transaction of the facts."""


@dataclass
class Desk:
    """Reporting of a network or the centre on its database."""

    sessions: SessionFactory
    network: str

    async def keep(self, events: Iterable[dict[str, Any]]) -> list[Parked]:
        """Keep events one by one, as written in the cases: kind, name, region, received and values of the body.

        With an instant `received_at` instead of a day, reporting itself tells the day.
        """
        parked: list[Parked] = []
        lean = self.network == CENTRE
        for event in events:
            values = dict(event)
            kind, name = values.pop("event"), values.pop("name")
            region, day = values.pop("region", "rp"), values.pop("received", TODAY)
            instant = values.pop("received_at", None)
            entry = received(kind, region, body(kind, name, values, lean=lean), lean=lean)
            async with self.sessions() as session, session.begin():
                await (await session.connection()).execute(TAKEN_IN)
                if instant is None:
                    parked += await keep_on(session, [entry], day)
                    continue
                with clock_at(instant):
                    parked += await keep(session, [entry])
        return parked

    async def empty(self) -> None:
        """Forget all facts."""
        async with self.sessions() as session, session.begin():
            await (await session.connection()).execute(text("TRUNCATE fact, fact_body, holding, arrival"))

    async def ask(self, text: str, today: date = TODAY) -> dict[str, Any]:
        """The answer to a question written as a query string."""
        question = read_question(parse_qsl(text, keep_blank_values=True), self.network, today)
        return await Figures(self.sessions, self.network, synthetic=False).answer(question, today)


@pytest.fixture
async def desk(database: Callable[[str], str]) -> AsyncIterator[Callable[[str], Desk]]:
    """Makes reporting desks: `desk("de")`, `desk("rp")`, each on a fresh database."""
    engines = []

    def make(network: str = CENTRE) -> Desk:
        engines.append(make_engine(database("reporting"), pool_size=2))
        return Desk(session_factory(engines[-1]), network)

    yield make
    for engine in engines:
        await engine.dispose()


@pytest.fixture
def reporting(desk: Callable[[str], Desk]) -> Desk:
    """The centre's reporting."""
    return desk(CENTRE)


@pytest.fixture
def facts() -> list[dict[str, Any]]:
    """What the centre knows in the tests of a file, which says so itself."""
    return []


@pytest.fixture
async def app(
    nats_server: NatsServer, database: Callable[[str], str], facts: list[dict[str, Any]]
) -> AsyncIterator[FastAPI]:
    """The centre's reporting with these facts, not yet started."""
    app = create_app(lone_settings(CENTRE, database("reporting"), nats_server.url))
    await Desk(app.state.sessions, CENTRE).keep(facts)
    yield app
    await end(app)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of `app`, which runs meanwhile."""
    async with serving(app, app.state.settings.port) as client:
        yield client


@pytest.fixture
def coordination(app: FastAPI, client: httpx2.AsyncClient) -> Caller:
    """Someone of the coordination, asking `app`."""
    return Caller(client, app.state.settings, Role.COORDINATION)


@pytest.fixture
async def uplink(federation: Federation) -> AsyncIterator[Client]:
    """The network rp's way to the hub."""
    client = await federation.connect("rp", "uplink")
    yield client
    await client.close()


@pytest.fixture(scope="session")
def one_database(postgres: Postgres, databases: Databases) -> str:
    """One reporting database for many small tests: emptying it is quicker than a fresh one for each."""
    return postgres.url(databases.take("reporting"))


@pytest.fixture
async def empty_desk(one_database: str) -> AsyncIterator[Desk]:
    """The centre's reporting without a fact; `replace(empty_desk, network="rp")` is a network's."""
    engine = make_engine(one_database, pool_size=2)
    desk = Desk(session_factory(engine), CENTRE)
    await desk.empty()
    yield desk
    await engine.dispose()
