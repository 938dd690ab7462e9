"""Fixtures for all tests: real PostgreSQL, real brokers, fresh databases."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

from deploy.local.postgres import Postgres
from shared.database import ROLE
from shared.messaging import runtime, watchdog
from tests.scheduling import ByFile
from tests.support.databases import Databases
from tests.support.federation import SHARED, Federation, SharedFederation, start_federation
from tests.support.left_open import left_open
from tests.support.servers import NatsServer, jetstream_server, postgres_server
from tests.support.streams import aside, delete_streams

MakeDatabase = Callable[[str], str]
MakeFederation = Callable[..., Federation]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Tests that share something run in one process."""
    return ByFile(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: going through it at every collection of garbage took four tenths of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def no_service_stops_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service inside a test that would stop its process fails the test instead, with its reason."""
    reasons: list[str] = []
    for module in (runtime, watchdog):
        monkeypatch.setattr(module, "stop_process", reasons.append)
    yield
    assert reasons == []


@pytest.fixture(autouse=True)
def no_connection_stays_open() -> Iterator[None]:
    """A test closes its connections to the database: it ends its engines, or reads while the service runs."""
    yield
    assert left_open() == 0, "connections to the database that the test did not close"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, one per test process."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> Iterator[Databases]:
    """Fresh databases, made ready in the background."""
    found = Databases(postgres)
    yield found
    found.close()


@pytest.fixture
def database(postgres: Postgres, databases: Databases) -> Iterator[MakeDatabase]:
    """Makes fresh, migrated databases: `database("counselling")` returns the SQLAlchemy address of a new one.

    The address is that of the services' role, which may only add to the audit.
    """
    made: list[tuple[str, str]] = []

    def make(service: str) -> str:
        name = databases.take(service)
        made.append((service, name))
        return postgres.url(name, ROLE)

    yield make
    for service, name in made:
        databases.give_back(service, name)


@pytest.fixture(scope="session")
def one_nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A plain nats-server, one per test process."""
    with jetstream_server(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest.fixture
def nats_server(one_nats_server: NatsServer) -> Iterator[NatsServer]:
    """A plain nats-server with JetStream and without accounts, and without a stream."""
    aside(delete_streams(one_nats_server.url))
    before = one_nats_server.process
    yield one_nats_server
    assert one_nats_server.process is before, SHARED


@pytest.fixture
def make_federation(tmp_path: Path) -> Iterator[MakeFederation]:
    """Starts hub and networks as in a local run: `make_federation("rp", "sn")`."""
    made: list[Federation] = []

    def make(*networks: str) -> Federation:
        made.append(start_federation(tmp_path / f"federation{len(made)}", networks))
        return made[-1]

    yield make
    for federation in made:
        federation.stop()


@pytest.fixture(scope="session")
def one_federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedFederation]:
    """Hub and the networks rp and sn, started once per test process."""
    found = start_federation(tmp_path_factory.mktemp("federation"), ("rp", "sn"))
    yield SharedFederation(found)
    found.stop()


@pytest.fixture
def federation(request: pytest.FixtureRequest) -> Iterator[Federation]:
    """Hub and the networks rp and sn with fresh streams; with the mark `own_brokers` started for this test alone."""
    if request.node.get_closest_marker("own_brokers"):
        yield request.getfixturevalue("make_federation")("rp", "sn")
    else:
        with request.getfixturevalue("one_federation").taken() as found:
            yield found
