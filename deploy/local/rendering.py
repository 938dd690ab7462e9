"""Configurations of a local federation's brokers, rendered from the declared topology and checked by the server."""

from deploy.brokers import Config, hub_config, region_config
from deploy.certificates import HUB
from deploy.local.nats import write_config
from deploy.local.ports import HOST
from deploy.local.processes import Site
from deploy.local.standing import Standing
from shared.topology import CENTRE, load_topology


def write_hub(site: Site) -> None:
    """The hub's, as the networks stand with it. Raises ValueError with the server's words when it refuses."""
    broker, standing = site.broker(CENTRE), Standing.load(site.paths)
    place = broker.place(site.authority.ensure(HUB, [HOST, "localhost"]))
    leaf = f"{HOST}:{site.ports.leaf}"
    networks = list(load_topology())
    write_config(broker, hub_config(place, leaf, networks, site.keys, standing.retiring, standing.revoked))


def write_region(site: Site, network: str) -> None:
    """A network's. Raises ValueError with the server's words, NoAuthority where its certificate cannot be made."""
    write_config(site.broker(network), region_config_of(site, network))


def region_config_of(site: Site, network: str) -> Config:
    """A network's configuration; its certificate is made or renewed where needed."""
    return region_config(site.broker(network).place(site.authority.ensure(network)), [site.hub_url(network)], site.keys)
