"""Metrics of a local run: one address per network for all its processes, as contracts §1 fixes it.

The process that serves them also asks broker, databases and files of the network at each scrape (`deploy.watch`).
"""

from collections.abc import Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from deploy.backup.place import chosen
from deploy.certificates import HUB, Authority
from deploy.local.databases import database_name
from deploy.local.paths import Paths
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres
from deploy.watch.backups import Backups
from deploy.watch.brokers import BrokerWatch
from deploy.watch.certificates import Certificates
from deploy.watch.databases import DatabaseWatch, plain_url
from deploy.watch.volumes import Volume
from shared.database import ROLE
from shared.topology import CENTRE


def collectors(
    network: str, services: Sequence[str], paths: Paths, ports: Ports, postgres: Postgres
) -> Sequence[Collector]:
    """What is asked in a network, or at the centre, with these services."""
    names = [database_name(network, service) for service in services]
    files = Authority(paths.tls).files(HUB if network == CENTRE else network)
    backups = chosen(paths)
    told = (
        Volume(network, "state", paths.base),
        BrokerWatch(network, f"http://{HOST}:{ports.monitor(network)}"),
        DatabaseWatch(network, plain_url(postgres.url(names[0], ROLE)), names),
        Certificates(network, [Path(files.certificate), Path(files.authority)]),
    )
    return (*told, Backups(network, backups.folder)) if backups else told


def start_metrics(port: int, asked: Sequence[Collector]) -> None:
    """Serve what the processes of a network share in PROMETHEUS_MULTIPROC_DIR, and what is `asked` at each scrape.

    To be imported after that variable is set: the metrics library reads it at import.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client has no types here
    ProcessCollector(registry=registry)  # of the process that serves
    for collector in asked:
        registry.register(collector)
    start_http_server(port, addr=HOST, registry=registry)
