"""A real federation of brokers: hub and networks with the configurations of a local run, on free ports."""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from pydantic import SecretStr
from sqlalchemy import make_url

from deploy.brokers import Config
from deploy.local.keys import Keys
from deploy.local.nats import write_config
from deploy.local.paths import Paths
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES, Site, provision
from deploy.local.rendering import region_config_of, write_hub
from deploy.streams import hub_plan, region_plan
from shared.settings import Settings
from shared.topology import CENTRE, load_topology
from tests.support.servers import NatsServer, free_port, nats_from
from tests.support.streams import Fresh, aside

SHARED = "other tests use these brokers: a test that stops one is marked `own_brokers`"


Change = Callable[[Config], Config]
# A network's owner can open its broker as far as it goes; in tests each has these users, whom only the hub stops.
OWNERS = {"UPLINK": "uplink", "APP": "services"}


def unchanged(config: Config) -> Config:
    """A network's configuration as it is rendered."""
    return config


def inbox_of(network: str, user: str) -> str:
    """Prefix of a user's inboxes; the owner takes one that the hub lets pass."""
    return f"_INBOX_{network}_{('counselling.uplink' if user == 'uplink' else user).replace('.', '_')}"


class FreePorts(Ports):
    """Ports that nobody listened on when they were first asked for."""

    def __init__(self) -> None:
        object.__setattr__(self, "offset", 0)
        object.__setattr__(self, "taken", {})

    def broker(self, network: str) -> int:
        while network not in self.taken:
            port = free_port()  # the system may give one twice, as nobody listens on it yet
            if port not in self.taken.values():
                self.taken[network] = port
        return self.taken[network]

    def monitor(self, network: str) -> int:
        return self.broker(f"{network}.monitor")

    @property
    def hub(self) -> int:
        return self.broker(CENTRE)

    @property
    def leaf(self) -> int:
        return self.broker("leaf")


@dataclass
class Federation:
    """Hub and regional brokers, provisioned. `hub` and `regions[code]` can be stopped, killed and started."""

    site: Site
    hub: NatsServer
    regions: dict[str, NatsServer] = field(default_factory=dict)

    @cached_property
    def keys(self) -> Keys:
        """The keys of all users."""
        return self.site.keys

    def server(self, network: str) -> NatsServer:
        """The broker that serves a network or the centre."""
        return self.hub if network == CENTRE else self.regions[network]

    async def connect(self, network: str, user: str, **more: Any) -> Client:
        """A client of the broker of a network (or `de`) as one of its users, e.g. `counselling.uplink`."""
        seed, prefix = self.keys.seed(f"{self.site.broker(network).name}.{user}"), inbox_of(network, user)
        return await nats.connect(self.server(network).url, nkeys_seed_str=seed, inbox_prefix=prefix, **more)

    def settings(self, network: str, database_url: str, kind: type[Settings] = Settings, **more: Any) -> Any:
        """Settings of a service of a network or of the centre (`de`), with a free port; `kind` is their class.

        Whose database it has, tells whose keys it gets.
        """
        centre = network == CENTRE
        owner, words = self.site.broker(network).name, str(make_url(database_url).database).split("_")
        service = next(word for word in words if word in REGION_SERVICES)
        values: dict[str, Any] = {
            "env": "test",
            "network": network,
            "database_url": database_url,
            "signing_key": SecretStr(self.keys.signing(network)),
            "nats_url": self.server(network).url,
            "nats_seed": SecretStr(self.keys.seed(f"{owner}.{service}")),
            "uplink_seed": None if centre else SecretStr(self.keys.seed(f"{owner}.{service}.uplink")),
            "port": free_port(),
            "synthetic": True,
        }
        return kind(**(values | more))

    def processes(self) -> list[object]:
        """The running servers' processes, None for one that was stopped."""
        return [server.process for server in (self.hub, *self.regions.values())]

    def fresh(self) -> list[Fresh]:
        """The streams of all brokers, to be remembered now and renewed later."""
        regions = [
            Fresh(server.url, self.keys.seed(f"{network}.services"), region_plan(network))
            for network, server in self.regions.items()
        ]
        return [Fresh(self.hub.url, self.keys.seed("hub.admin"), hub_plan(list(load_topology()))), *regions]

    def provision(self) -> None:
        """Make the streams and consumers, or mend them."""
        aside(provision(self.site, [CENTRE, *self.regions]))

    def join(self, network: str, change: Change = unchanged) -> NatsServer:
        """Configure and start a network's broker."""
        broker, config = self.site.broker(network), region_config_of(self.site, network)
        for account, user in OWNERS.items():
            config["accounts"][account]["users"].append({"nkey": self.keys.public(f"{network}.{user}")})
        write_config(broker, change(config))
        self.regions[network] = nats_from(broker.config, broker.port)
        self.regions[network].start()
        return self.regions[network]

    def lose_hub_store(self) -> None:
        """Kill the hub and delete all its streams; `hub.start()` and `provision()` bring it back empty."""
        self.hub.kill()
        shutil.rmtree(Path(self.hub.command[-1]).parent / "store")

    def stop(self) -> None:
        """Stop all brokers."""
        for server in [*self.regions.values(), self.hub]:
            server.stop()


def start_federation(folder: Path, networks: Sequence[str], change: Change = unchanged) -> Federation:
    """Start hub and networks with their stores in `folder`, and provision them.

    `change` makes of a network's configuration what that network would rather have.
    """
    paths = Paths(folder)
    site = Site(paths, FreePorts(), Keys.load(paths), Postgres(paths.postgres))
    write_hub(site)
    broker = site.broker(CENTRE)
    federation = Federation(site, nats_from(broker.config, broker.port))
    federation.hub.start()
    for network in networks:
        federation.join(network, change)
    site.keys.save()
    federation.provision()
    return federation


class SharedFederation:
    """A federation that is started once and looks as if just started to everybody who takes it."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self._servers = federation.processes()
        self._streams = federation.fresh()
        aside(self._all(Fresh.remember))

    @contextlib.contextmanager
    def taken(self) -> Iterator[Federation]:
        """The federation with fresh streams. Fails at the end when one of its servers was stopped meanwhile."""
        aside(self._all(Fresh.renew))
        yield self.federation
        before, self._servers = self._servers, self.federation.processes()  # the next test is not to blame
        assert self._servers == before, SHARED

    async def _all(self, work: Callable[[Fresh], Awaitable[None]]) -> None:
        await asyncio.gather(*(work(streams) for streams in self._streams))
