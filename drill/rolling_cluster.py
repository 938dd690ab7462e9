"""Centre and one network as a cluster runs them: each service behind a switch, its instances exchanged one by one."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2

from deploy.demo.seed import seed_structure
from deploy.local.accounts import ensure_accounts
from deploy.local.databases import ensure_databases
from deploy.local.folder_keys import publish
from deploy.local.paths import ROOT, read_json
from deploy.local.ports import HOST, Ports
from deploy.local.processes import Site, environment, services_of
from drill.rolling_switch import Switch
from drill.tree import Tree
from shared.topology import CENTRE
from tests.support.federation import Federation, FreePorts, start_federation
from tests.support.servers import Server, free_port, stoppable_postgres
from tests.support.waiting import eventually

NETWORK = "rp"
READY_SECONDS = 120.0
GRACE_SECONDS = 30.0
"""As in the manifests (`terminationGracePeriodSeconds`)."""
LAG_SECONDS = 1.0
"""So long after SIGTERM a Service may still send new connections to the instance that goes."""


class SwitchedPorts(FreePorts):
    """Free ports beside those that the brokers have; on those of the services the switches listen."""

    def __init__(self, brokers: Ports) -> None:
        super().__init__()
        self.taken.update(brokers.taken)

    def service(self, network: str, service: str) -> int:
        """Where the switch of a service listens."""
        return self.broker(f"{network}.{service}")

    def metrics(self, network: str) -> int:
        """Asked for, never listened on."""
        return self.broker(f"{network}.metrics")


@dataclass(frozen=True)
class Ended:
    """How an instance ended: its exit code (-9: it was killed after the grace period), and after how long."""

    name: str
    code: int
    seconds: float
    ready_seconds: float = 0.0


@dataclass
class Cluster:
    """What runs. `running[name]` is the instance of a service, its port and its process."""

    site: Site
    federation: Federation
    postgres: Server
    logs: Path
    networks: list[str] = field(default_factory=lambda: [NETWORK])
    switches: dict[str, Switch] = field(default_factory=dict)
    running: dict[str, tuple[int, subprocess.Popen[bytes]]] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All services."""
        return [f"{place}.{service}" for place in (NETWORK, CENTRE) for service in services_of(place)]

    def account(self, network: str, role: str) -> dict[str, Any]:
        """The first account of a network or the centre with a role."""
        accounts: list[dict[str, Any]] = read_json(self.site.paths.accounts, [])
        return next(entry for entry in accounts if (entry["region"], entry["role"]) == (network, role))

    async def start(self, name: str) -> float:
        """Start an instance of a service and wait until it is ready; seconds that took. It gets no traffic yet."""
        network, _, service = name.partition(".")
        began, port = time.monotonic(), free_port()
        values = environment(self.site, network, service)
        values.pop("IQ_METRICS_PORT", None)  # a pod has an address of its own, our instances have not
        values |= {"IQ_PORT": str(port), "IQ_HEARTBEAT_SECONDS": "2"} | self.more
        process = Tree(ROOT, today=True).start(service, os.environ | values, self.logs / f"{name}.log")
        self.running[name] = port, process
        await eventually(lambda: _ready(port, process), READY_SECONDS)
        return time.monotonic() - began

    async def begin(self, *names: str) -> None:
        """Start services and let them have their traffic."""
        for name in names:
            await self.start(name)
            self.switches[name].targets = [self.running[name][0]]

    async def exchange(self, name: str) -> Ended:
        """Restart it: the new instance joins, the old one is told to end and leaves the traffic a moment later."""
        old, process = self.running[name]
        ready = await self.start(name)
        switch = self.switches[name]
        switch.targets.append(self.running[name][0])
        leaving = asyncio.create_task(self._leave(switch, old))
        ended = await self.end(name, process)
        await leaving
        return replace(ended, ready_seconds=round(ready, 1))

    async def _leave(self, switch: Switch, port: int) -> None:
        await asyncio.sleep(LAG_SECONDS)
        switch.targets.remove(port)

    async def end(self, name: str, process: subprocess.Popen[bytes]) -> Ended:
        """Ask an instance to end, as Kubernetes does: SIGTERM, and SIGKILL after the grace period."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        while process.poll() is None and time.monotonic() - began < GRACE_SECONDS:
            await asyncio.sleep(0.05)
        if process.poll() is None:
            process.kill()
        code = await asyncio.to_thread(process.wait)
        return Ended(name, code, round(time.monotonic() - began, 1))

    def stop(self) -> None:
        """Stop everything that still runs."""
        for _, process in self.running.values():
            process.kill()
            process.wait()
        for switch in self.switches.values():
            switch.stop()


async def _ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise ChildProcessError(f"ended with {process.returncode} before it was ready")
    await asyncio.sleep(0.1)
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            return (await client.get(f"http://{HOST}:{port}/readyz")).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False


@contextlib.asynccontextmanager
async def cluster(folder: Path, **more: str) -> AsyncIterator[Cluster]:
    """Brokers, PostgreSQL, databases, accounts, every service behind its switch, and the demo's structure.

    `more`: environment of all services.
    """
    (folder / "logs").mkdir()
    with stoppable_postgres() as (database, server):
        federation = await asyncio.to_thread(start_federation, folder / "local", [NETWORK])
        site = replace(federation.site, ports=SwitchedPorts(federation.site.ports), postgres=database)
        started = Cluster(site, federation, server, folder / "logs", more=more)
        try:
            await _prepare(started)
            await started.begin(*started.names)
            await asyncio.to_thread(seed_structure, site.paths, [NETWORK])
            yield started
        finally:
            started.stop()
            federation.stop()


async def _prepare(made: Cluster) -> None:
    site = made.site
    wanted = [(place, service) for place in (NETWORK, CENTRE) for service in services_of(place)]
    await asyncio.to_thread(ensure_databases, site.postgres, wanted)
    ensure_accounts(site.paths, [NETWORK], site.ports)
    site.keys.folder(NETWORK)
    publish(site.paths, site.keys)
    for place, service in wanted:
        switch = made.switches[f"{place}.{service}"] = Switch(site.ports.service(place, service))
        await switch.start()
