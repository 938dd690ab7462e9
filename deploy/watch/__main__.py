"""`python -m deploy.watch WORD…` serves what the words name, at `/metrics` of IQ_METRICS_PORT (IQ_HOST) for IQ_NETWORK.

volume:broker=/data              the disk under a folder, by a name for it
broker:http://127.0.0.1:8222     a broker, at its monitoring address
databases:registration,gateway   databases by name; IQ_DATABASE_URL is the address of one of them
backups:/backups                 the folder of backups with its `backups.json`
certificates:/certificates       PEM files: a folder or one file
"""

import os
import signal
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.registry import Collector

from deploy.watch.backups import Backups
from deploy.watch.brokers import BrokerWatch
from deploy.watch.certificates import Certificates
from deploy.watch.databases import DatabaseWatch, plain_url
from deploy.watch.volumes import Volume


def collector(network: str, word: str) -> Collector:
    """What a word of the command line names. Raises ValueError for one that is not known."""
    kind, _, rest = word.partition(":")
    match kind:
        case "volume":
            name, _, folder = rest.partition("=")
            return Volume(network, name, Path(folder))
        case "broker":
            return BrokerWatch(network, rest)
        case "databases":
            return DatabaseWatch(network, plain_url(os.environ["IQ_DATABASE_URL"]), rest.split(","))
        case "backups":
            return Backups(network, Path(rest))
        case "certificates":
            return Certificates(network, [Path(rest)])
    raise ValueError(word)


def main() -> None:
    """Serve until told to stop."""
    registry = CollectorRegistry()
    for word in sys.argv[1:]:
        registry.register(collector(os.environ["IQ_NETWORK"], word))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # before the server's thread inherits it
    host = os.environ.get("IQ_HOST", "127.0.0.1")
    start_http_server(int(os.environ["IQ_METRICS_PORT"]), addr=host, registry=registry)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
