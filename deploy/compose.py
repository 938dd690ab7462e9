"""What `compose.yaml` runs: `python -m deploy.compose prepare FOLDER` writes keys, certificates, configurations and
environments there, and beside them `.env` for the engine; nothing of it is in the project.

The centre and one network with local accounts, on this machine only: as `make run`, but each process in a container of
its own. All share the host's network, bound to loopback, and the folder under its own path. The other steps
(`databases`, `provision`, `demo`) are run by containers, once each.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.accounts import ensure_accounts
from deploy.local.folder_keys import publish
from deploy.local.keys import Keys
from deploy.local.paths import Paths, write_private
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Site, environment, provision, services_of
from deploy.local.rendering import write_hub, write_region
from shared.topology import CENTRE

NETWORK = "rp"
EVERYONE = (CENTRE, NETWORK)
SERVICES = tuple((code, service) for code in EVERYONE for service in services_of(code))
UNPRIVILEGED = 10001
"""Whoever prepares as root gives the folder to this user, whom containers then run as."""
USAGE = "Aufruf: python -m deploy.compose prepare|databases|provision|demo ORDNER"


def site_of(folder: Path) -> Site:
    """The federation whose state lies in a folder."""
    paths = Paths(folder.resolve())
    return Site(paths, Ports.from_environment(), Keys.load(paths), Postgres(paths.postgres))


def environments(site: Site) -> dict[str, Mapping[str, str]]:
    """The variables of each service by its name in `compose.yaml`, as a local run has them."""
    return {f"{code}-{service}": environment(site, code, service) for code, service in SERVICES}


def prepare(folder: Path) -> None:
    """Write all that containers read; what is there already is kept. Raises ValueError where a server refuses."""
    site = site_of(folder)
    ensure_accounts(site.paths, [NETWORK], site.ports)
    write_hub(site)
    write_region(site, NETWORK)
    for name, values in environments(site).items():
        write_private(site.paths.base / "env" / f"{name}.env", _lines(values))
    site.keys.save()
    publish(site.paths, site.keys)
    site.paths.erasures(NETWORK).parent.mkdir(exist_ok=True)
    site.paths.postgres.mkdir(mode=0o700, exist_ok=True)
    user, group = (os.getuid(), os.getgid()) if os.getuid() else (UNPRIVILEGED, UNPRIVILEGED)
    if not os.getuid():
        for path in (site.paths.base, *site.paths.base.rglob("*")):
            os.chown(path, user, group)
    told = {"IQ_STATE": str(site.paths.base), "IQ_USER": f"{user}:{group}"}
    write_private(site.paths.base / ".env", _lines(told))


def databases(folder: Path) -> None:
    """Make or migrate the databases of all services."""
    from deploy.local.databases import ensure_databases  # noqa: PLC0415 - needs the histories of all services

    ensure_databases(site_of(folder).postgres, SERVICES)


def streams(folder: Path) -> None:
    """Make the streams of both brokers. Raises TimeoutError when one is away for 15 s."""
    asyncio.run(provision(site_of(folder), EVERYONE))


def demo(folder: Path) -> None:
    """The structure and some records of the network, sent through its gateway."""
    from deploy.demo.seed import seed_structure  # noqa: PLC0415 - only for those who want a demo
    from deploy.demo.small import load_small  # noqa: PLC0415 - as above

    paths = site_of(folder).paths
    seed_structure(paths, [NETWORK])
    load_small(paths, [NETWORK])


STEPS: dict[str, Callable[[Path], None]] = {
    "prepare": prepare,
    "databases": databases,
    "provision": streams,
    "demo": demo,
}


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def main(arguments: list[str]) -> None:
    """Do one step."""
    if len(arguments) != 2 or arguments[0] not in STEPS:
        sys.exit(USAGE)
    STEPS[arguments[0]](Path(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
