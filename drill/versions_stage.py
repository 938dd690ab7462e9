"""Where versions meet: brokers and databases of a centre and three networks, services of any commit on them."""

import asyncio
import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.databases import database_name
from deploy.local.keys import Keys
from deploy.local.ports import HOST
from deploy.local.postgres import Postgres
from drill.tree import Tree
from shared.topology import CENTRE
from tests.support.federation import Federation, start_federation
from tests.support.servers import free_port, postgres_server
from tests.support.waiting import eventually

OLD, NEW, NEXT = "rp", "sn", "sl"
SECONDS = 120.0
HELD = "SELECT DISTINCT ON (entity_id) entity_id::text, revision, withdrawn FROM fact WHERE region = %s "
HELD += "ORDER BY entity_id, revision DESC"
SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "nationality": "SY"}
GROUP = {"date": "2026-05-04", "programme_line": "fair_integration", "participants": 12}
MEETING = {"date": "2026-05-04", "programme_line": "intercultural", "format": "training", "participants": 9}
# What is recorded: service, role, collection, body, how many.
LOAD = (
    ("counselling", "counsellor", "sessions", SESSION, 60),
    ("counselling", "counsellor", "groups", GROUP, 20),
    ("registration", "trainer", "meetings", MEETING, 20),
)
Held = dict[str, tuple[int, bool]]


@dataclass
class Stage:
    """Brokers and databases of a scene, and the services that run on them."""

    federation: Federation
    postgres: Postgres
    logs: Path
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    carriers: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """Of all users."""
        return self.federation.keys

    async def start(self, tree: Tree, network: str) -> None:
        """Start the services of a network or the centre; those of before end when these are ready."""
        for service in services_of(network):
            name, port = f"{network}.{service}", free_port()
            values = self._settings(tree, network, service) | {"PORT": str(port)}
            environment = os.environ | {f"IQ_{key}": value for key, value in values.items()}
            before, self.running[name] = (
                self.running.get(name),
                tree.start(service, environment, self.logs / f"{name}.log"),
            )
            await eventually(lambda port=port: _ready(port), SECONDS)  # type: ignore[misc]
            self.ports[name] = port
            if before is not None:
                _end(before)

    def migrate(self, tree: Tree, network: str) -> None:
        """Bring the tables of a network or the centre to where this code wants them, whatever runs on them."""
        for service in services_of(network):
            tree.database(self.postgres, network, service)

    def _settings(self, tree: Tree, network: str, service: str) -> dict[str, str]:
        own = self.federation.site.broker(network).name
        values = {
            "ENV": "test", "NETWORK": network, "SYNTHETIC": "true", "HOST": HOST, "HEARTBEAT_SECONDS": "2",
            "DRAIN_SECONDS": "0.5",
            "DATABASE_URL": tree.database(self.postgres, network, service),
            "SIGNING_KEY": self.keys.signing(network),
            "NATS_URL": self.federation.server(network).url,
        }  # fmt: skip
        if tree.own_users:
            users = {"NATS_SEED": f"{own}.{service}", "UPLINK_SEED": f"{own}.{service}.uplink"}
        else:  # then each account had one user
            users = {
                "NATS_SEED": "hub.admin" if network == CENTRE else f"{own}.services",
                "UPLINK_SEED": f"{own}.uplink",
            }
        if network == CENTRE:
            del users["UPLINK_SEED"]
        return values | {name: self.keys.seed(user) for name, user in users.items()}

    def stop(self, *networks: str) -> None:
        """Stop the services of networks, or all."""
        for name in [name for name in self.running if not networks or name.partition(".")[0] in networks]:
            _end(self.running.pop(name))

    async def record(self, tree: Tree, network: str, share: int = 1) -> Held:
        """Record a share of the load through the network's API: every third corrected, every tenth withdrawn."""
        carrier = self.carriers.setdefault(network, str(uuid4()))
        told: Held = {}
        for service, role, collection, body, count in LOAD:
            token = tree.token(role, network, carrier, self.keys.signing(network))
            headers = {"Authorization": f"Bearer {token}"}
            address = f"http://{HOST}:{self.ports[f'{network}.{service}']}/api/v1/{collection}/"
            async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=30, trust_env=False) as client:
                for number in range(count // share):
                    told |= await _one(client, number, body)
        return told

    def held(self, network: str) -> Held:
        """The newest revision of each record of a network at the centre."""
        with self.postgres.connect(database_name(CENTRE, "reporting")) as connection:
            return {key: (revision, gone) for key, revision, gone in connection.execute(HELD, [network])}

    def parked(self) -> dict[str, int]:
        """Messages set aside at the centre, by fate."""
        with self.postgres.connect(database_name(CENTRE, "reporting")) as connection:
            return dict(connection.execute("SELECT fate, count(*) FROM parked GROUP BY fate").fetchall())


def services_of(network: str) -> tuple[str, ...]:
    """The services that write, and at the centre the one that counts."""
    return ("reporting",) if network == CENTRE else ("registration", "counselling")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    process.kill()


async def _ready(port: int) -> bool:
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            return (await client.get(f"http://{HOST}:{port}/readyz")).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False


async def _one(client: httpx2.AsyncClient, number: int, body: dict[str, Any]) -> Held:
    key, revision = str(uuid4()), 1
    (await client.put(key, json=body)).raise_for_status()
    if number % 3 == 0:
        revision += 1
        (await client.put(key, json=body | {"date": "2026-05-05", "revision": 1})).raise_for_status()
    if gone := number % 10 == 0:
        revision += 1
        (await client.post(f"{key}/withdraw", json={"reason": "doppelt erfasst"})).raise_for_status()
    return {key: (revision, gone)}


def let_in(federation: Federation) -> None:
    """Give the networks' leaves the one inbox all clients shared before each had its own."""
    broker = federation.site.broker(CENTRE)
    config = json.loads(broker.config.read_text(encoding="utf-8"))
    for code in (OLD, NEW, NEXT):
        for user in config["accounts"][f"R_{code.upper()}"]["users"]:
            for right in ("publish", "subscribe"):
                user["permissions"][right].append("_INBOX.>")
    federation.hub.stop()
    broker.config.write_text(json.dumps(config), encoding="utf-8")
    federation.hub.start()


@contextlib.asynccontextmanager
async def staged(logs: Path) -> AsyncIterator[Stage]:
    """Hub, the brokers of three networks and a PostgreSQL, all empty."""
    with postgres_server() as postgres, tempfile.TemporaryDirectory(prefix="iq-versions-") as folder:
        federation = await asyncio.to_thread(start_federation, Path(folder), (OLD, NEW, NEXT))
        let_in(federation)
        stage = Stage(federation, postgres, logs)
        try:
            yield stage
        finally:
            stage.stop()
            federation.stop()
