"""Broker configurations for Kubernetes: `python -m deploy.configs FOLDER [--hub tls://…:7422]` writes one per server.

Keys are variables of the container's environment: public ones `NKEY_<NAME>`, and in a network the seed of its leaf
`SEED_<CODE>_LEAF`, the only secret. Certificates are the secret `nats-tls` of cert-manager's shape.
"""

import argparse
from collections.abc import Collection
from pathlib import Path

from deploy.brokers import Certificates, Config, Place, Variables, hub_config, region_config, written
from shared.topology import load_topology

CLIENTS = "0.0.0.0:4222"
LEAVES = "0.0.0.0:7422"
MONITOR = "0.0.0.0:8222"
STORE = "/data"
HUB_URL = "tls://hub.example:7422"
TLS = Certificates("/etc/nats-tls/tls.crt", "/etc/nats-tls/tls.key", "/etc/nats-tls/ca.crt")


def kubernetes_hub(revoked: Collection[str] = ()) -> Config:
    """The hub's configuration in a cluster, with all networks of the topology."""
    place = Place("hub", CLIENTS, STORE, TLS, MONITOR)
    return hub_config(place, LEAVES, list(load_topology()), Variables(), revoked=revoked)


def kubernetes_region(code: str, hub_url: str = HUB_URL) -> Config:
    """A network's configuration in a cluster."""
    return region_config(Place(code, CLIENTS, STORE, TLS, MONITOR), [hub_url], Variables())


def main() -> None:
    """Write `hub.conf` and `<code>.conf` of all networks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hub", default=HUB_URL, help="address of the hub for leaves")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    configs = {"hub": kubernetes_hub()} | {code: kubernetes_region(code, options.hub) for code in load_topology()}
    for name, config in configs.items():
        (options.folder / f"{name}.conf").write_text(written(config), encoding="utf-8")


if __name__ == "__main__":
    main()
