"""How full volumes are: a broker and a database do not tell the size of their disk."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from deploy.watch.measures import (
    VOLUME_FREE,
    VOLUME_USED,
)
from deploy.watch.readings import Readings


@dataclass(frozen=True, eq=False)
class Volume(Collector):
    """The file system that a folder of a network lies on, by a name for the folder."""

    network: str
    name: str
    folder: Path

    def collect(self) -> Iterator[Metric]:
        """What is used of it, and what is left."""
        readings, usage = Readings(self.network), shutil.disk_usage(self.folder)
        readings.tell(VOLUME_USED, usage.used, self.name)
        readings.tell(VOLUME_FREE, usage.free, self.name)
        yield from readings
