"""Networks that join a running federation: `make network-add` asks for them, the supervisor's process starts them."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from deploy.demo.seed import seed_structure
from deploy.local.accounts import ensure_accounts
from deploy.local.added import use_topology
from deploy.local.children import Child
from deploy.local.federation import join
from deploy.local.keys import Keys
from deploy.local.paths import Paths, write_private
from deploy.local.processes import Site
from deploy.local.supervisor import StartError, Supervisor
from shared.topology import load_topology

SEED_SECONDS = 30.0


def ask_to_join(paths: Paths, network: str) -> None:
    """Have the federation that runs from here start a network; harmless where it runs already."""
    write_private(paths.joining / network, "")


def newcomers(paths: Paths) -> list[str]:
    """Networks that were asked for since the last time."""
    asked = [path for path in sorted(paths.joining.glob("*")) if not path.suffix]  # another one is being written
    for path in asked:
        path.unlink()
    return [path.name for path in asked]


def take_in(site: Site, networks: Sequence[str], supervisor: Supervisor) -> None:
    """Start networks with accounts and structure, and tell where they are; what fails is told, the others go on."""
    for network in networks:
        if not any(f"{network}.nats" in child.ports for child in supervisor.children):
            _start(site, network, supervisor)


def _start(site: Site, network: str, supervisor: Supervisor) -> None:
    use_topology(site.paths)
    site = replace(site, keys=Keys.load(site.paths))
    ensure_accounts(site.paths, [network], site.ports)
    try:
        join(site, network, supervisor)
        supervisor.run_job(Child("seed", lambda: seed_structure(site.paths, [network]), job=True), SEED_SECONDS)
    except StartError as error:
        print(error, file=sys.stderr, flush=True)
        return
    print(f"{load_topology()[network].name:<30} {site.ports.url(network, 'gateway')}", flush=True)
