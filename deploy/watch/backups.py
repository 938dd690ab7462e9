"""When backups were last made and last tried, as the backup itself notes it in `backups.json` of its folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from deploy.watch.measures import (
    BACKUP_TIMESTAMP,
)
from deploy.watch.readings import Readings

KINDS = ("base", "dump", "drill")
FILE = "backups.json"


@dataclass(frozen=True, eq=False)
class Backups(Collector):
    """The backups of a network; without their folder there is nothing to tell, as for a trial on a desk."""

    network: str
    folder: Path

    def collect(self) -> Iterator[Metric]:
        """When each kind was done last. A file that cannot be read is none: better a false alarm than none."""
        readings = Readings(self.network)
        if self.folder.is_dir():
            noted = noted_in(self.folder / FILE)
            for kind in KINDS:
                readings.tell(BACKUP_TIMESTAMP, noted.get(kind, 0.0), kind)
        yield from readings


def noted_in(file: Path) -> dict[str, float]:
    """Seconds of the epoch by kind; nothing where the file is missing or broken."""
    try:
        return {str(kind): float(seconds) for kind, seconds in json.loads(file.read_bytes()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
