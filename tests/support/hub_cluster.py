"""The hub as in production: three real servers from the rendered configuration, and a network's broker at its leaf."""

import asyncio
import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.js.errors import ServiceUnavailableError

from deploy.brokers import Config, Member, Place, hub_config, region_config
from deploy.certificates import HUB, Authority
from deploy.local.keys import Keys
from deploy.local.nats import Broker, executable, write_config
from deploy.local.paths import Paths
from deploy.local.ports import HOST
from deploy.provision import provision_hub, provision_region
from deploy.topology import declared
from shared.topology import CENTRE, load_topology
from tests.support.federation import inbox_of
from tests.support.servers import NatsServer, free_port, nats_from

NAMES = tuple(f"{HUB}-{number}" for number in range(declared().cluster.servers))
# A route is let in by the name in its certificate, so that addresses will not do.
NAMED = "localhost"


@dataclass
class HubCluster:
    """Servers of the hub by name, each of which can be killed and started, and a network's broker.

    `revoked` are networks that its configuration shuts out; `start` and `replace` write it.
    """

    folder: Path
    revoked: tuple[str, ...] = ()
    servers: dict[str, NatsServer] = field(default_factory=dict)
    region: NatsServer | None = None

    def __post_init__(self) -> None:
        self.paths = Paths(self.folder)
        self.keys, self.authority = Keys.load(self.paths), Authority(self.paths.tls)
        self.ports = {(name, use): free_port() for name in NAMES for use in ("clients", "leaves", "peers")}

    def config(self, name: str) -> Config:
        """The configuration of one server."""
        tls = self.authority.ensure(HUB, [NAMED])
        routes = tuple(f"tls://{NAMED}:{self.ports[other, 'peers']}" for other in NAMES)
        member = Member(name, f"{HOST}:{self.ports[name, 'peers']}", routes)
        listen = f"{HOST}:{self.ports[name, 'clients']}"
        place = Place(HUB, listen, str(self.folder / name / "store"), tls, member=member)
        leaves = f"{HOST}:{self.ports[name, 'leaves']}"
        return hub_config(place, leaves, list(load_topology()), self.keys, revoked=self.revoked)

    def start(self) -> None:
        """Start all servers of the hub."""
        for name in NAMES:
            self.replace(name)

    def replace(self, name: str) -> None:
        """Stop a server if it runs, and start it with its configuration as it is now."""
        if name in self.servers:
            self.servers[name].stop()
        broker = Broker(HUB, self.ports[name, "clients"], self.folder / name)
        write_config(broker, self.config(name))
        self.servers[name] = nats_from(broker.config, broker.port)
        self.servers[name].start()

    def join(self, network: str) -> None:
        """Start a network's broker, whose leaf knows all servers of the hub."""
        broker = Broker(network, free_port(), self.folder / network)
        urls = [f"tls://{NAMED}:{self.ports[name, 'leaves']}" for name in NAMES]
        write_config(broker, region_config(broker.place(self.authority.ensure(network)), urls, self.keys))
        self.region = nats_from(broker.config, broker.port)
        self.region.start()

    async def provision(self, network: str) -> None:
        """Make the streams as the jobs do: again until the servers have found one another."""
        assert self.region is not None
        url = self.servers[NAMES[0]].url
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(ServiceUnavailableError, nats.errors.TimeoutError):
                    await provision_hub(url, self.keys.seed("hub.provisioner"), list(load_topology()), len(NAMES))
                    break
        await provision_region(self.region.url, self.keys.seed(f"{network}.provisioner"), network)

    async def connect(self, user: str, network: str = CENTRE) -> Client:
        """A client of the hub that knows all its servers, or of the network's broker."""
        owner = HUB if network == CENTRE else network
        servers = [self.servers[name].url for name in NAMES]
        if network != CENTRE:
            assert self.region is not None
            servers = [self.region.url]
        more: dict[str, Any] = {"reconnect_time_wait": 0.2, "max_reconnect_attempts": -1, "error_cb": _quiet}
        seed, prefix = self.keys.seed(f"{owner}.{user}"), inbox_of(network, user)
        return await nats.connect(servers, nkeys_seed_str=seed, inbox_prefix=prefix, **more)

    def send_away(self, name: str) -> None:
        """Have a server send its clients to the others and end, as the hook before a pod's end does."""
        process = self.servers[name].process
        assert process is not None
        subprocess.run([executable(), "--signal", f"ldm={process.pid}"], check=True, capture_output=True)

    def stop(self) -> None:
        """Stop everything."""
        for server in (self.region, *self.servers.values()):
            if server is not None:
                server.stop()


async def _quiet(_error: Exception) -> None:
    """A server that is away is what the tests are about."""


@contextlib.contextmanager
def hub_cluster(folder: Path, network: str, revoked: tuple[str, ...] = ()) -> Iterator[HubCluster]:
    """The hub with three servers and a network's broker, running; streams are not made yet."""
    cluster = HubCluster(folder, revoked)
    try:
        cluster.start()
        cluster.join(network)
        yield cluster
    finally:
        cluster.stop()
