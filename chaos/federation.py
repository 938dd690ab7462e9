"""The federation under attack: a local run with a proxy in each link and a folder for faults, with hands on it all."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import nats
from nats.aio.client import Client

from chaos.link import Link
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json
from deploy.local.postgres import Postgres
from deploy.local.processes import Site, provision, services_of
from shared.topology import CENTRE
from tests.support.local_run import LocalRun, start_local_run

HEARTBEAT_SECONDS, WATCHDOG_SECONDS = 2, 8
DEATH_SECONDS = 5.0
DISK_BYTES = 96 << 20


@dataclass
class Federation:
    """What runs, and how to hurt it. `kills` counts processes that died by -9."""

    run: LocalRun
    networks: list[str]
    links: dict[str, Link]
    faults: Path
    small_disk: str | None = None
    kills: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """Paths, ports, keys and database, as the local run has them."""
        paths = Paths(self.run.folder)
        return Site(paths, self.run.ports, Keys.load(paths), Postgres(paths.postgres))

    def account(self, network: str, role: str) -> dict[str, Any]:
        """The first account of a network or the centre with a role."""
        return self.run.account(network, role)

    def pid(self, name: str) -> int | None:
        """Process id of a running child of the local run; never that of a stranger who got an old number."""
        rows: list[dict[str, Any]] = read_json(self.run.folder / "processes.json", [])
        for row in rows:
            if row["name"] == name and _parent(row["pid"]) == self.run.process.pid:
                return int(row["pid"])
        return None

    def signal(self, name: str, number: int) -> bool:
        """Send a signal to a process; whether it was there."""
        pid = self.pid(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if number == signal.SIGKILL:
            self.kills.append(name)
        return True

    def kill_for_good(self, name: str) -> bool:
        """Kill a process and wait until the kernel has let go of it."""
        pid = self.pid(name)
        if pid is None or not self.signal(name, signal.SIGKILL):
            return False
        end = time.monotonic() + DEATH_SECONDS
        while _state(pid) not in {"Z", ""} and time.monotonic() < end:
            time.sleep(0.005)
        return True

    def file(self, network: str, name: str) -> Path:
        """The file that brings a fault into the processes of a network."""
        return self.faults / f"{network}.{name}"

    def store(self, network: str) -> Path:
        """Where the broker of a network, or the hub, keeps its streams."""
        return self.site.broker(network).folder / "store"

    @contextlib.asynccontextmanager
    async def client(self, network: str, user: str) -> AsyncIterator[Client]:
        """A connection to a broker as one of its users. Raises TimeoutError or OSError while it is away."""

        async def quiet(_error: Exception) -> None:
            """What is refused shows in the answer."""

        client = await asyncio.wait_for(
            nats.connect(
                self.site.broker(network).url,
                nkeys_seed_str=self.site.keys.seed(user),
                inbox_prefix=f"_INBOX_{user.replace('.', '_')}",
                allow_reconnect=False,
                connect_timeout=2,
                error_cb=quiet,
            ),
            5,
        )
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                await client.close()

    async def provision(self, networks: Sequence[str]) -> None:
        """Make and mend streams and consumers, as the deployment's job does."""
        await provision(self.site, networks)

    async def all_ready(self, seconds: float) -> bool:
        """Whether every gateway and service answers `/readyz` within that time."""
        everyone = [(place, service) for place in (CENTRE, *self.networks) for service in services_of(place)]
        ports = [self.run.ports.service(place, service) for place, service in everyone]
        end = time.monotonic() + seconds
        async with httpx2.AsyncClient(timeout=3, trust_env=False) as client:
            while ports and time.monotonic() < end:
                ports = [port for port in ports if not await _ready(client, port)]
                await asyncio.sleep(0.2)
        return not ports


async def _ready(client: httpx2.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int | None:
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def _state(pid: int) -> str:
    stat = _stat(pid)
    return stat[0] if stat else ""


def small_disk(folder: Path) -> bool:
    """Mount a small file system of its own at a folder, where we may; else a full disk cannot be played."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def remove_disk(folder: Path) -> None:
    """Unmount it."""
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder that goes at the end; its path is short, as that of PostgreSQL's socket must be."""
    with tempfile.TemporaryDirectory(prefix="iq-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextlib.asynccontextmanager
async def federation(networks: Sequence[str]) -> AsyncIterator[Federation]:
    """Start a federation whose links, clocks and seams can be struck, in a folder of its own; stop it at the end.

    Each service of the centre and of the first network has a process of its own, the others' share one.
    """
    with short_folder() as folder:
        async with _started(folder, networks) as started:
            yield started


@contextlib.asynccontextmanager
async def _started(folder: Path, networks: Sequence[str]) -> AsyncIterator[Federation]:
    local, faults = folder / "local", folder / "faults"
    faults.mkdir(parents=True)
    links = {network: Link() for network in networks}
    for link in links.values():
        await link.start()
    # Not the first one: its store is exchanged for an old backup, which a file system of its own does not allow.
    last = networks[-1] if len(networks) > 1 else None
    disk = last if last and small_disk(local / "nats" / last / "store") else None
    environment = {
        "IQ_FAULTS": str(faults),
        "IQ_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS),
        "IQ_WATCHDOG_SECONDS": str(WATCHDOG_SECONDS),
        "IQ_OWN_PROCESSES": f"{CENTRE} {networks[0]}",
        **{f"IQ_LEAF_PORT_{network.upper()}": str(link.port) for network, link in links.items()},
    }
    run = None
    try:
        run = await asyncio.to_thread(start_local_run, local, " ".join(networks), **environment)
        for link in links.values():
            link.target = run.ports.leaf
        yield Federation(run, list(networks), links, faults, disk)
    finally:
        if run is not None:
            await asyncio.to_thread(run.stop)
            if logs := os.environ.get("LOGS"):
                shutil.copytree(local / "logs", logs, dirs_exist_ok=True)
        for link in links.values():
            await link.stop()
        if disk is not None:
            remove_disk(local / "nats" / disk / "store")
