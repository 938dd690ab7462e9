"""How full volumes are, asked at each scrape: `iq_volume_used_bytes` and `iq_volume_free_bytes`.

`python -m deploy.volumes broker=/data` serves them beside a broker, which does not tell the size of its disk. It reads
IQ_NETWORK, IQ_HOST and IQ_METRICS_PORT.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

LABELS = ("network", "volume")


class Volumes(Collector):
    """The file systems that folders of a network lie on, by a name for each folder."""

    def __init__(self, network: str, folders: Mapping[str, Path]) -> None:
        self.network, self.folders = network, dict(folders)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What is used of them, and what is left for processes without privileges."""
        used = GaugeMetricFamily("iq_volume_used_bytes", "Space used on a volume", labels=LABELS)
        free = GaugeMetricFamily("iq_volume_free_bytes", "Space left on a volume", labels=LABELS)
        for name, folder in self.folders.items():
            usage = shutil.disk_usage(folder)
            used.add_metric((self.network, name), usage.used)
            free.add_metric((self.network, name), usage.free)
        yield from (used, free)


def main() -> None:
    """Serve until told to stop."""
    folders = {name: Path(folder) for name, _, folder in (entry.partition("=") for entry in sys.argv[1:])}
    registry = CollectorRegistry()
    registry.register(Volumes(os.environ["IQ_NETWORK"], folders))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # before the server's thread inherits it
    host = os.environ.get("IQ_HOST", "127.0.0.1")
    start_http_server(int(os.environ["IQ_METRICS_PORT"]), addr=host, registry=registry)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
