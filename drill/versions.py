"""`python -m drill.versions [COMMIT]`: older code beside today's, on real servers, with real processes.

Four scenes: a network of the older code and one of today's at a centre of today; the older network upgraded in place;
then both of today at a centre of the older code, and that centre upgraded. Each network records, corrects and
withdraws through its own API; compared is, record by record, what the centre has in the end. Brokers and their streams
are today's, with the rights that the older clients ask for.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.databases import database_name
from deploy.local.keys import Keys
from deploy.local.paths import ROOT
from deploy.local.ports import HOST
from deploy.local.postgres import Postgres
from drill.tree import Tree, checked_out, commit_of
from shared.topology import CENTRE
from tests.support.federation import Federation, start_federation
from tests.support.servers import free_port, postgres_server
from tests.support.waiting import eventually

OLD, NEW = "rp", "sn"
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
        """Start the services of a network or the centre that write or count."""
        for service in ("reporting",) if network == CENTRE else ("registration", "counselling"):
            name, port = f"{network}.{service}", free_port()
            values = self._settings(tree, network, service) | {"PORT": str(port)}
            environment = os.environ | {f"IQ_{key}": value for key, value in values.items()}
            self.running[name] = tree.start(service, environment, self.logs / f"{name}.log")
            self.ports[name] = port
            await eventually(lambda port=port: _ready(port), SECONDS)  # type: ignore[misc]

    def _settings(self, tree: Tree, network: str, service: str) -> dict[str, str]:
        own = self.federation.site.broker(network).name
        values = {
            "ENV": "test", "NETWORK": network, "SYNTHETIC": "true", "HOST": HOST, "HEARTBEAT_SECONDS": "2",
            "DATABASE_URL": tree.database(self.postgres, network, service),
            "SIGNING_KEY": self.keys.signing(network),
            "NATS_URL": self.federation.server(network).url,
        }  # fmt: skip
        if tree.today:
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
            process = self.running.pop(name)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()

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

    def parked(self) -> int:
        """Messages set aside at the centre."""
        with self.postgres.connect(database_name(CENTRE, "reporting")) as connection:
            return int((connection.execute("SELECT count(*) FROM parked").fetchone() or [0])[0])


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
    for code in (OLD, NEW):
        for user in config["accounts"][f"R_{code.upper()}"]["users"]:
            for right in ("publish", "subscribe"):
                user["permissions"][right].append("_INBOX.>")
    federation.hub.stop()
    broker.config.write_text(json.dumps(config), encoding="utf-8")
    federation.hub.start()


@contextlib.asynccontextmanager
async def staged(logs: Path) -> AsyncIterator[Stage]:
    """Hub, the brokers of two networks and a PostgreSQL, all empty."""
    with postgres_server() as postgres, tempfile.TemporaryDirectory(prefix="iq-versions-") as folder:
        federation = await asyncio.to_thread(start_federation, Path(folder), (OLD, NEW))
        let_in(federation)
        stage = Stage(federation, postgres, logs)
        try:
            yield stage
        finally:
            stage.stop()
            federation.stop()


async def compared(stage: Stage, told: dict[str, Held]) -> dict[str, Any]:
    """What the centre has of what was told, once it is all there or the time is over."""
    started = time.monotonic()
    with contextlib.suppress(AssertionError):  # then what differs is the result
        await eventually(lambda: all(stage.held(network) == told[network] for network in told), SECONDS)
    found: dict[str, Any] = {"parked": stage.parked()}
    for network, expected in told.items():
        held = stage.held(network)
        equal = sum(held.get(key) == value for key, value in expected.items())
        found[network] = {"told": len(expected), "equal at the centre": equal, "of nobody": len(held.keys() - expected)}
    found["seconds"] = round(time.monotonic() - started, 1)
    found["good"] = all(stage.held(network) == told[network] for network in told) and not found["parked"]
    return found


async def play(old: Tree, new: Tree, logs: Path) -> bool:
    """All scenes, each printed when it is over; whether all went well."""
    good = True

    async def over(scene: str, stage: Stage, told: dict[str, Held]) -> None:
        nonlocal good
        found = await compared(stage, told)
        good = good and found["good"]
        sys.stdout.write(f"{scene}: {json.dumps(found)}\n")
        sys.stdout.flush()

    async with staged(logs) as stage:
        for tree, network in ((new, CENTRE), (old, OLD), (new, NEW)):
            await stage.start(tree, network)
        told = {OLD: await stage.record(old, OLD), NEW: await stage.record(new, NEW)}
        await over("older network, centre of today", stage, told)
        stage.stop(OLD)
        await stage.start(new, OLD)
        told[OLD] |= await stage.record(new, OLD, share=2)
        await over("older network upgraded", stage, told)
    async with staged(logs) as stage:
        for tree, network in ((old, CENTRE), (new, OLD), (new, NEW)):
            await stage.start(tree, network)
        told = {code: await stage.record(new, code) for code in (OLD, NEW)}
        await over("networks of today, older centre", stage, told)
        stage.stop(CENTRE)
        await stage.start(new, CENTRE)
        await over("older centre upgraded", stage, told)
    return good


def main() -> int:
    """Play and print. Exit code 1 when a record is missing, doubled or set aside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default="")
    older = commit_of(parser.parse_args().commit)
    logs = Path(tempfile.mkdtemp(prefix="iq-versions-logs-"))
    sys.stdout.write(f"older: {older}, today: {commit_of('HEAD')}, logs: {logs}\n")
    with checked_out(older) as old:
        good = asyncio.run(play(old, Tree(ROOT, today=True), logs))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
