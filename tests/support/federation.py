"""A real federation of brokers: hub and networks with the configurations of a local run, on free ports."""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deploy.local.keys import Keys
from deploy.local.nats import Broker, Config, hub_config, region_config, write_config
from deploy.local.paths import Paths
from deploy.local.ports import HOST
from deploy.provision import provision_hub, provision_region
from deploy.streams import hub_plan, region_plan
from shared.settings import Settings
from shared.topology import CENTRE, load_topology
from tests.support.servers import NatsServer, free_port, nats_from
from tests.support.streams import Fresh, aside

SHARED = "other tests use these brokers: a test that stops one is marked `own_brokers`"


@dataclass
class Federation:
    """Hub and regional brokers, provisioned. `hub` and `regions[code]` can be stopped, killed and started."""

    keys: Keys
    hub: NatsServer
    regions: dict[str, NatsServer] = field(default_factory=dict)

    def server(self, network: str) -> NatsServer:
        """The broker that serves a network or the centre."""
        return self.hub if network == CENTRE else self.regions[network]

    def settings(self, network: str, database_url: str, kind: type[Settings] = Settings, **more: Any) -> Any:
        """Settings of a service of a network or of the centre (`de`), with a free port; `kind` is their class."""
        centre = network == CENTRE
        values: dict[str, Any] = {
            "env": "test",
            "network": network,
            "database_url": database_url,
            "signing_key": SecretStr(self.keys.signing(network)),
            "nats_url": self.server(network).url,
            "nats_seed": SecretStr(self.keys.seed("hub.reporting" if centre else f"{network}.services")),
            "uplink_seed": None if centre else SecretStr(self.keys.seed(f"{network}.uplink")),
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
        aside(self._provision())

    async def _provision(self) -> None:
        await provision_hub(self.hub.url, self.keys.seed("hub.admin"), list(load_topology()))
        for network, server in self.regions.items():
            await provision_region(server.url, self.keys.seed(f"{network}.services"), network)

    def lose_hub_store(self) -> None:
        """Kill the hub and delete all its streams; `hub.start()` and `provision()` bring it back empty."""
        self.hub.kill()
        shutil.rmtree(Path(self.hub.command[-1]).parent / "store")

    def stop(self) -> None:
        """Stop all brokers."""
        for server in [*self.regions.values(), self.hub]:
            server.stop()


def start_federation(
    folder: Path, networks: Sequence[str], change: Callable[[Config], Config] = lambda config: config
) -> Federation:
    """Start hub and networks with their stores in `folder`, and provision them.

    `change` makes of a network's configuration what that network would rather have.
    """
    paths = Paths(folder)
    keys = Keys.load(paths)
    leaf_port = free_port()
    broker = Broker("hub", free_port(), paths.broker("hub"))
    write_config(broker, hub_config(broker, leaf_port, list(load_topology()), keys))
    federation = Federation(keys, nats_from(broker.config, broker.port))
    federation.hub.start()
    for network in networks:
        broker = Broker(network, free_port(), paths.broker(network))
        write_config(broker, change(region_config(broker, f"nats-leaf://{HOST}:{leaf_port}", keys)))
        federation.regions[network] = nats_from(broker.config, broker.port)
        federation.regions[network].start()
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
        assert self.federation.processes() == self._servers, SHARED

    async def _all(self, work: Callable[[Fresh], Awaitable[None]]) -> None:
        await asyncio.gather(*(work(streams) for streams in self._streams))
