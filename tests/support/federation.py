"""A real federation of brokers: hub and networks with the configurations of a local run, on free ports."""

import asyncio
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from pydantic import SecretStr
from sqlalchemy import make_url

from deploy.local.keys import Keys
from deploy.local.nats import write_config
from deploy.local.paths import Paths
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES, Site, provision
from deploy.local.rendering import region_config_of, write_hub, write_region
from shared.settings import Settings
from shared.topology import CENTRE
from tests.support.servers import NatsServer, free_port, nats_from


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
        """A client of the broker of a network (or `de`) as one of its users, e.g. `counselling.uplink`.

        `uplink` and `services` are users of a network that runs wild.
        """
        owner = self.site.broker(network).name
        inbox = "counselling.uplink" if user == "uplink" else user  # one that the hub lets pass
        prefix = f"_INBOX_{network}_{inbox.replace('.', '_')}"
        seed = self.keys.seed(f"{owner}.{user}")
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

    def provision(self) -> None:
        """Make the streams and consumers, or mend them."""
        with ThreadPoolExecutor(1) as threads:  # a test may have an event loop of its own here
            threads.submit(asyncio.run, provision(self.site, [CENTRE, *self.regions])).result()

    async def connect_wild(self, network: str, **more: Any) -> Client:
        """A client of a network that runs its broker as it likes: it lets this one say anything in UPLINK.

        So only the hub stands in its way. Restarts the network's broker.
        """
        self.run_wild(network)
        self.regions[network].stop()
        self.regions[network].start()
        return await self.connect(network, "uplink", **more)

    def run_wild(self, network: str) -> None:
        """Configure a network's broker with a user for all of UPLINK and one for all of APP: `uplink`, `services`."""
        config = region_config_of(self.site, network)
        for account, user in (("UPLINK", "uplink"), ("APP", "services")):
            config["accounts"][account]["users"].append({"nkey": self.keys.public(f"{network}.{user}")})
        del config["leafnodes"]["remotes"][0]["deny_exports"]
        write_config(self.site.broker(network), config)

    def join(self, network: str, *, wild: bool = False) -> NatsServer:
        """Configure and start a network's broker; a `wild` one lets two users do anything (`run_wild`)."""
        write_region(self.site, network)
        if wild:
            self.run_wild(network)
        broker = self.site.broker(network)
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


def start_federation(folder: Path, networks: Sequence[str], *, wild: bool = False) -> Federation:
    """Start hub and networks with their stores in `folder`, and provision them; `wild` networks obey only the hub."""
    paths = Paths(folder)
    site = Site(paths, FreePorts(), Keys.load(paths), Postgres(paths.postgres))
    write_hub(site)
    broker = site.broker(CENTRE)
    federation = Federation(site, nats_from(broker.config, broker.port))
    federation.hub.start()
    for network in networks:
        federation.join(network, wild=wild)
    site.keys.save()
    federation.provision()
    return federation
