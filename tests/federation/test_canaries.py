"""Nothing of who a person is leaves her network: 1,000 persons with canaries in every field (design §3).

Looked through byte by byte: both directions of the leaf link in the clear, all a hub admin hears, the stores of the
brokers, every table of the centre, all logs, the metrics, the traces.
"""

import asyncio
import base64
import contextlib
import json
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx2
import nats
import pytest
from nats.aio.msg import Msg
from psycopg import sql

from deploy.certificates import Authority
from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.local.ports import HOST
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES
from services.gateway.api import IMPORTS
from tests.support.canaries import BIRD, KINDS, OF_THE_NETWORK, ROWS, canary, finds
from tests.support.canary_walk import Walk
from tests.support.local_run import LocalRun, start_local_run
from tests.support.receiver import Receiver, receiving
from tests.support.tapping import Tap
from tests.support.waiting import eventually

PERSONS = 1_000
IMPORTED = 300
SESSIONS = "SELECT session_id FROM counselling_session"
ARRIVED = "SELECT DISTINCT entity_id FROM fact WHERE kind = 'session_recorded'"
# Fields of classes C to E, which no message on `up` has, whatever its values are.
CLOSED = ("gender", "age_group", "channel", "language", "has_degree", "occasions", "referral_target", "person_id")
CARRYING = ("leaf link", "hub admin", "hub store", "regional store", "centre")
# No trace: what a browser sends along ends at the gateway. The server adds `Nats-Request-Info`, the network's account.
HEADERS = {f"ce-{name}" for name in ("id", "source", "specversion", "time", "type")}
HEADERS |= {"content-type", "Nats-Msg-Id", "Nats-Request-Info"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Places:
    """A local run of rp, and everything outside its own databases where a canary could lie."""

    def __init__(self, run: LocalRun, tap: Tap, receiver: Receiver) -> None:
        self.run, self.tap, self.receiver = run, tap, receiver
        self.heard, self.told = bytearray(), bytearray()
        self.headers: set[str] = set()
        self.postgres = Postgres(run.folder / "postgres")

    @contextlib.asynccontextmanager
    async def heard_at_the_hub(self) -> AsyncIterator[None]:
        """Keep all that a hub admin hears on `>`."""
        seed = Keys.load(Paths(self.run.folder)).seed("hub.admin")
        hub = await nats.connect(f"nats://{HOST}:{self.run.ports.hub}", nkeys_seed_str=seed, inbox_prefix="_INBOX_hub")

        async def note(message: Msg) -> None:
            self.heard += f"\n{message.subject} {message.headers or ''} ".encode() + message.data
            if message.subject.startswith("up."):
                self.told += message.data
                self.headers |= set(message.headers or ())

        await hub.subscribe(">", cb=note, pending_bytes_limit=1 << 30, pending_msgs_limit=1 << 20)
        try:
            yield
        finally:
            await hub.close()

    def ids(self, database: str, query: str) -> set[UUID]:
        """Ids that a query finds."""
        with self.postgres.connect(database) as connection:
            return {row[0] for row in connection.execute(query)}

    def dump(self, *databases: str) -> bytes:
        """Every table in PostgreSQL's binary form, in which texts and bytes stand as they are."""
        found = bytearray()
        for database in databases:
            with self.postgres.connect(database) as connection:
                tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
                for (table,) in tables:
                    copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
                    with connection.cursor().copy(copy) as rows:
                        found += b"".join(bytes(row) for row in rows)
        return bytes(found)

    def metrics(self) -> bytes:
        """What Prometheus reads of centre and network."""
        addresses = [f"http://{HOST}:{self.run.ports.metrics(place)}/metrics" for place in ("de", "rp")]
        return b"".join(httpx2.get(address, trust_env=False).content for address in addresses)

    def contents(self) -> dict[str, bytes]:
        """All places with their bytes, now."""
        folder = self.run.folder
        return {
            "leaf link": self.tap.passed,
            "hub admin": bytes(self.heard),
            "hub store": _files(folder / "nats" / "hub" / "store"),
            "regional store": _files(folder / "nats" / "rp" / "store"),
            "centre": self.dump("de_reporting", "de_gateway"),
            "logs": _files(folder / "logs") + self.run.output.read_bytes(),
            "metrics": self.metrics(),
            "traces": bytes(self.receiver.passed),
        }


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    """Centre and rp as `make run` starts them, with a tap in the leaf link."""
    tap = Tap("rp")
    await tap.start()
    with receiving() as receiver, tempfile.TemporaryDirectory(prefix="iq-canary-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.chmod(name, 0o755)  # noqa: PTH101
        more = {"IQ_LEAF_PORT_RP": str(tap.port), "IQ_HEARTBEAT_SECONDS": "1", "IQ_OTLP_URL": receiver.url}
        run = await asyncio.to_thread(start_local_run, folder / "local", "rp", **more)
        tap.authority, tap.target = Authority(Paths(run.folder).tls), run.ports.leaf
        try:
            yield Places(run, tap, receiver)
        finally:
            await tap.stop()
            await asyncio.to_thread(run.stop)


@pytest.mark.parametrize("form", ["{}", "x{}", "xy{}"])
def test_a_canary_is_found_however_it_is_written(form: str) -> None:
    said = form.format(canary("name").upper()).encode()
    quoted = form.format(BIRD).encode()
    for content in (said, quoted.hex().encode(), base64.b64encode(quoted), b"\\x" + quoted.hex().upper().encode()):
        assert finds(b"before " + content + b" after"), content
    assert not finds(b"nobody's name")


def test_every_kind_of_import_has_its_canaries() -> None:
    assert {*KINDS, *OF_THE_NETWORK} == set(ROWS) == set(IMPORTS)


async def test_no_canary_leaves_its_network(places: Places) -> None:
    walk = Walk(places.run)
    async with places.heard_at_the_hub():
        await walk.record_persons(PERSONS)
        await walk.import_files(IMPORTED)
        assert await walk.try_apis() > 150
        assert await walk.fill_forms() > 12
        await walk.fail_to_save()

        async def arrived() -> set[UUID]:
            mine, theirs = places.ids("rp_counselling", SESSIONS), places.ids("de_reporting", ARRIVED)
            return mine if mine == theirs else set()

        sessions = await eventually(arrived, 30)
        contents = await asyncio.to_thread(places.contents)
    assert len(sessions) > IMPORTED
    for name in ("leaf link", "hub admin", "hub store"):  # what is looked through holds what it should, in the clear
        assert not [key for key in sessions if str(key).encode() not in contents[name]], name
    for name in (b"PUT /api/v1/persons/{person_id}", b"POST /anmelden", b"INSERT"):
        assert name in contents["traces"]
    for service in REGION_SERVICES:  # a line that is no object would not be read
        lines = (places.run.folder / "logs" / f"rp.{service}.log").read_text().splitlines()
        assert {(told["network"], told["service"]) for line in lines if "request_id" in (told := json.loads(line))} == {
            ("rp", service)
        }
    found = {name: set(finds(content)) for name, content in contents.items()}
    assert found == dict.fromkeys(CARRYING, walk.public) | {"logs": set(), "metrics": set(), "traces": set()}
    del contents["regional store"]  # inside the network her id is no secret (contracts §4)
    everything = b"".join(contents.values())
    assert not [key for key in walk.persons if key.encode() in everything or UUID(key).bytes in contents["centre"]]
    assert not [name for name in CLOSED if f'"{name}"'.encode() in places.told]
    assert places.headers == HEADERS
