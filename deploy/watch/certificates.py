"""When certificates end: of a server and of the authority it trusts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from deploy.watch.measures import (
    CERTIFICATE_EXPIRES,
)
from deploy.watch.readings import Readings

ENDINGS = (".crt", ".pem")


@dataclass(frozen=True, eq=False)
class Certificates(Collector):
    """The certificates in PEM files; of a folder, in all its files that end in `.crt` or `.pem`."""

    network: str
    paths: Sequence[Path]

    def collect(self) -> Iterator[Metric]:
        """The first end of what each file holds, by the file's name without its ending."""
        readings = Readings(self.network)
        ends: dict[str, float] = {}
        for file in self._files():
            ends[file.stem] = min(first_end(file), ends.get(file.stem, float("inf")))
        for name, end in sorted(ends.items()):
            readings.tell(CERTIFICATE_EXPIRES, end, name)
        yield from readings

    def _files(self) -> Iterator[Path]:
        for path in self.paths:
            if path.is_dir():
                yield from (file for file in path.iterdir() if file.suffix in ENDINGS)
            else:
                yield path


def first_end(file: Path) -> float:
    """When the first of a file's certificates ends, in seconds of the epoch; 0 for what cannot be read."""
    try:
        return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(file.read_bytes())).timestamp()
    except (OSError, ValueError):
        return 0.0
