"""Fixtures for all tests: real PostgreSQL, real brokers, fresh databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import sql

from deploy.local.databases import copy_template, make_template
from deploy.local.postgres import Postgres
from shared.database import ROLE
from shared.messaging import runtime, watchdog
from tests.support.federation import Federation, start_federation
from tests.support.servers import NatsServer, jetstream_server, postgres_server

MakeDatabase = Callable[[str], str]
MakeFederation = Callable[..., Federation]


@pytest.fixture(autouse=True)
def no_service_stops_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service inside a test that would stop its process fails the test instead, with its reason."""
    reasons: list[str] = []
    for module in (runtime, watchdog):
        monkeypatch.setattr(module, "stop_process", reasons.append)
    yield
    assert reasons == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, one per test process."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[MakeDatabase]:
    """Makes fresh, migrated databases: `database("counselling")` returns the SQLAlchemy address of a new one.

    The address is that of the services' role, which may only add to the audit.
    """
    made: list[str] = []

    def make(service: str) -> str:
        name = f"{service}_{uuid4().hex}"
        copy_template(postgres, make_template(postgres, service), name)
        made.append(name)
        return postgres.url(name, ROLE)

    yield make
    with postgres.connect() as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A plain nats-server with JetStream and without accounts."""
    with jetstream_server(tmp_path) as server:
        yield server


@pytest.fixture
def make_federation(tmp_path: Path) -> Iterator[MakeFederation]:
    """Starts hub and networks as in a local run: `make_federation("rp", "sn")`."""
    made: list[Federation] = []

    def make(*networks: str, wild: bool = False) -> Federation:
        made.append(start_federation(tmp_path / f"federation{len(made)}", networks, wild=wild))
        return made[-1]

    yield make
    for federation in made:
        federation.stop()


@pytest.fixture
def federation(make_federation: MakeFederation) -> Federation:
    """Hub and the networks rp and sn."""
    return make_federation("rp", "sn")
