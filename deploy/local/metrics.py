"""Metrics of a local run: one address per network for all its processes, as contracts §1 fixes it."""

from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from deploy.local.ports import HOST
from deploy.volumes import Volumes


def start_metrics(port: int, network: str, state: Path) -> None:
    """Serve what the processes of a network share in PROMETHEUS_MULTIPROC_DIR, and how full the disk of `state` is.

    To be imported after that variable is set: the metrics library reads it at import.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client has no types here
    registry.register(Volumes(network, {"state": state}))
    start_http_server(port, addr=HOST, registry=registry)
