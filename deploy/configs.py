"""Broker configurations for Kubernetes: `python -m deploy.configs FOLDER [--domain …]` writes one per broker.

The hub's is that of all its servers, each of which reads its own name from `POD_NAME`. Keys are variables of the
container's environment: public ones `NKEY_<NAME>`, and in a network the seed of its leaf `SEED_<CODE>_LEAF`, the only
secret. Certificates are the secret `nats-tls` of cert-manager's shape.
"""

import argparse
from collections.abc import Collection
from pathlib import Path

from deploy.brokers import Certificates, Config, Member, Place, Variables, hub_config, region_config, written
from deploy.certificates import HUB
from deploy.keycloak.realm import DOMAIN
from deploy.topology import declared
from shared.topology import CENTRE, load_topology

CLIENTS = "0.0.0.0:4222"
LEAVES = "0.0.0.0:7422"
MONITOR = "0.0.0.0:8222"
STORE = "/data"
PEERS = "0.0.0.0:6222"
PEERS_SERVICE = "nats-peers"
TLS = Certificates("/etc/nats-tls/tls.crt", "/etc/nats-tls/tls.key", "/etc/nats-tls/ca.crt")


def peer_names() -> list[str]:
    """Names under which the hub's servers reach one another, whether they are ready or not."""
    return [f"nats-{number}.{PEERS_SERVICE}.iq-{CENTRE}.svc" for number in range(declared().cluster.servers)]


def hub_names(domain: str) -> list[str]:
    """Names under which leaves reach each of the hub's servers from outside."""
    return [f"{HUB}-{number}.{domain}" for number in range(declared().cluster.servers)]


def kubernetes_hub(revoked: Collection[str] = ()) -> Config:
    """The configuration of the hub's servers in a cluster, with all networks of the topology."""
    member = Member("$POD_NAME", PEERS, tuple(f"tls://{name}:6222" for name in peer_names()))
    place = Place(HUB, CLIENTS, STORE, TLS, MONITOR, member)
    return hub_config(place, LEAVES, list(load_topology()), Variables(), revoked=revoked)


def kubernetes_region(code: str, domain: str = DOMAIN) -> Config:
    """A network's configuration in a cluster; its leaf takes any server of the hub, and another when that one goes."""
    urls = [f"tls://{name}:7422" for name in hub_names(domain)]
    return region_config(Place(code, CLIENTS, STORE, TLS, MONITOR), urls, Variables())


def main() -> None:
    """Write `hub.conf` and `<code>.conf` of all networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--domain", default=DOMAIN, help="domain of the hub's addresses for leaves")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    configs = {"hub": kubernetes_hub()} | {code: kubernetes_region(code, options.domain) for code in load_topology()}
    for name, config in configs.items():
        (options.folder / f"{name}.conf").write_text(written(config), encoding="utf-8")


if __name__ == "__main__":
    main()
