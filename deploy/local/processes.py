"""The service processes of a local run: what each is told by its environment, and the work it then does."""

import asyncio
import gc
import importlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, get_type_hints

from sqlalchemy.orm import configure_mappers

from deploy.certificates import Authority
from deploy.local.added import use_topology
from deploy.local.children import Child, give_large_back
from deploy.local.databases import database_name
from deploy.local.keys import Keys
from deploy.local.nats import Broker
from deploy.local.paths import Paths
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres
from deploy.local.standing import Standing
from deploy.provision import provision_hub, provision_region
from shared.database import ROLE
from shared.topology import CENTRE, load_topology

REGION_SERVICES = ("registration", "counselling", "reporting", "gateway")
CENTRE_SERVICES = ("reporting", "gateway")
# Up to this many networks each service has a process of its own; beyond, each network has one (memory).
OWN_PROCESS_LIMIT = 3
READY_SECONDS = 2.0
# Modules that libraries import on first use only; imported here once instead of in each child.
ON_FIRST_USE = (
    "anyio._backends._asyncio",
    "httpcore2",
    "psycopg",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
# Data that is read once; here instead of in each child.
READ_ONCE = (
    ("services.gateway.app", "load_data"),
    ("services.reporting.app", "load_data"),
    ("shared.rights.retention", "load_rules"),
)
MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class Site:
    """All that the processes of a local federation need to know of it."""

    paths: Paths
    ports: Ports
    keys: Keys
    postgres: Postgres

    @property
    def authority(self) -> Authority:
        """The authority of the leaf links."""
        return Authority(self.paths.tls)

    def hub_url(self, network: str) -> str:
        """Where a network's leaf reaches the hub: here, or on the machine it stayed on."""
        return Standing.load(self.paths).hub or f"tls://{HOST}:{self.ports.uplink(network)}"

    @property
    def hub_away(self) -> bool:
        """Whether hub and centre run on another machine, as after a move."""
        return bool(Standing.load(self.paths).hub)

    def everyone(self, networks: Sequence[str]) -> list[str]:
        """Networks with the centre, where it runs here."""
        return list(networks) if self.hub_away else [CENTRE, *networks]

    def broker(self, network: str) -> Broker:
        """The broker that serves a network or the centre."""
        name = "hub" if network == CENTRE else network
        return Broker(name, self.ports.broker(network), self.paths.broker(name), self.ports.monitor(network))


def services_of(network: str) -> tuple[str, ...]:
    """The services that run for a network or the centre."""
    return CENTRE_SERVICES if network == CENTRE else REGION_SERVICES


def environment(site: Site, network: str, service: str) -> dict[str, str]:
    """The `IQ_*` variables of one service."""
    centre = network == CENTRE
    values = {
        "ENV": "local",
        "NETWORK": network,
        "DATABASE_URL": site.postgres.url(database_name(network, service), ROLE),
        "SIGNING_KEY": site.keys.signing(network),
        "HOST": HOST,
        "PORT": str(site.ports.service(network, service)),
        "SYNTHETIC": "true",
    }
    if service == "registration":
        values["ERASURE_JOURNAL"] = str(site.paths.erasures(network))
        values["MAIL_PUBLIC_URL"] = site.ports.url(network, "gateway")
    if site.paths.retention(network).exists():
        values["RETENTION"] = str(site.paths.retention(network))
    values |= _sealing(site, network, service)
    if service != "gateway":
        values["NATS_URL"] = site.broker(network).url
        values["NATS_SEED"] = site.keys.seed(f"{site.broker(network).name}.{service}")
        if not centre:
            values["UPLINK_SEED"] = site.keys.seed(f"{network}.{service}.uplink")
    else:
        values["METRICS_PORT"] = str(site.ports.metrics(network))
        values["ACCOUNTS_FILE"] = str(site.paths.accounts)
        for other in services_of(network):
            if other != "gateway":
                values[f"{other.upper()}_URL"] = site.ports.url(network, other)
        if not centre:
            values["FOLDER_KEY"] = site.keys.folder(network)
            values["FOLDER_TRUST_LIST"] = str(site.paths.trust_list)
    return {f"IQ_{name}": value for name, value in values.items()}


def _sealing(site: Site, network: str, service: str) -> dict[str, str]:
    """The key of sealed data, and the one before while it changes, for those who seal."""
    if service not in {"counselling", "gateway"}:
        return {}
    return dict(zip(("SEALING_KEY", "SEALING_KEY_BEFORE"), site.keys.sealing(network), strict=False))


async def provision(site: Site, networks: Sequence[str]) -> None:
    """Make the streams and consumers of the centre and of networks; harmless when they exist."""
    for network in networks:
        url = site.broker(network).url
        if network == CENTRE:
            await provision_hub(url, site.keys.seed("hub.provisioner"), list(load_topology()))
        else:
            await provision_region(url, site.keys.seed(f"{network}.provisioner"), network)


def service_children(site: Site, everyone: Sequence[str]) -> list[Child]:
    """One child per service, or one per network when there are many, but for those that `IQ_OWN_PROCESSES` names."""
    few = len(everyone) <= OWN_PROCESS_LIMIT + 1
    own = everyone if few else os.environ.get("IQ_OWN_PROCESSES", "").split()
    children = []
    for network in everyone:
        services = services_of(network)
        groups = [(service,) for service in services] if network in own else [services]
        children += [_child(site, network, group) for group in groups]
    return children


def watch_child(site: Site, everyone: Sequence[str]) -> Child:
    """The watch on leaf links: it reads the logs of the brokers of networks and centre."""

    def work() -> None:
        from deploy.links import Watch, watch  # noqa: PLC0415 - the metrics library reads its folder at import

        os.environ[MULTIPROC] = str(site.paths.metrics(everyone[0]))
        watches = []
        for network in everyone:
            code, log = "" if network == CENTRE else network, site.paths.log(f"{network}.nats")
            watches.append(Watch(code, log, Path(site.authority.files(network).certificate) if code else None))
        watch(watches)

    return Child("links", work)


def _child(site: Site, network: str, services: tuple[str, ...]) -> Child:
    ports = {f"{network}.{service}": site.ports.service(network, service) for service in services}
    name = next(iter(ports)) if len(services) == 1 else network

    def ready() -> bool:
        return all(answers_ready(port) for port in ports.values())

    child = Child(name, lambda: None, ready, dict(ports), on_exit=_forget_metrics(site.paths, network))
    # A restarted process may have been stopped because a stream or consumer was gone: make it first.
    child.work = lambda: _serve(site, network, services, repair=child.starts > 1)
    return child


def answers_ready(port: int) -> bool:
    """Whether the service at a port can serve now."""
    connection = HTTPConnection(HOST, port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _forget_metrics(paths: Paths, network: str) -> Callable[[int], None]:
    def forget(pid: int) -> None:
        """Gauges of a process that is gone no longer hold."""
        for file in paths.metrics(network).glob(f"gauge_live*_{pid}.db"):
            file.unlink(missing_ok=True)

    return forget


def clean_metrics(paths: Paths, networks: Sequence[str]) -> None:
    """Start with empty metrics: their files belong to processes of the last run."""
    for network in networks:
        folder = paths.metrics(network)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def import_services() -> None:
    """Import every service and what it reads once before forking: children share the memory and start at once."""
    for name in (*ON_FIRST_USE, *(f"services.{service}.app" for service in REGION_SERVICES)):
        importlib.import_module(name)
    give_large_back()
    configure_mappers()
    for name, load in READ_ONCE:
        getattr(importlib.import_module(name), load)()
    gc.collect()
    gc.freeze()  # collections in the children leave these objects alone, so their memory stays shared


def _serve(site: Site, network: str, services: tuple[str, ...], *, repair: bool) -> None:
    from deploy.local.metrics import collectors, start_metrics  # noqa: PLC0415 - the library reads its folder at import
    from shared.serving import serve  # noqa: PLC0415 - as above

    os.environ[MULTIPROC] = str(site.paths.metrics(network))
    if repair:  # keys and networks may have changed since the parent read them
        use_topology(site.paths)
        site = replace(site, keys=Keys.load(site.paths))
        asyncio.run(provision(site, [network]))
    entries, metrics_port = [], None
    for service in services:
        os.environ.update(environment(site, network, service))
        app, settings = _build(service)
        entries.append((app, settings.host, settings.port))
        metrics_port = metrics_port or settings.metrics_port
    if metrics_port is not None:
        asked = collectors(network, services_of(network), site.paths, site.ports, site.postgres)
        start_metrics(metrics_port, asked)
    serve(entries)


def _build(service: str) -> tuple[Any, Any]:
    """The application of a service with the settings its `create_app` asks for, read from the environment."""
    create_app = importlib.import_module(f"services.{service}.app").create_app
    settings = get_type_hints(create_app)["settings"]()
    return create_app(settings), settings
