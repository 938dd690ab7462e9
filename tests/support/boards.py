"""What stands on the dashboards, panel by panel, and which series expressions may read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from deploy.monitoring.catalogue import metrics
from deploy.monitoring.dashboard import boards
from deploy.monitoring.rules import recorded
from tests.support.promql import ALERT, TARGET, Labels, labels_of

RATE = "$__rate_interval"
OF_LIBRARIES = ("up", "process_start_time_seconds")  # of Prometheus itself, and of its client in every process
CHOSEN = re.compile(r"\$([a-z]+)")


@dataclass(frozen=True)
class Shown:
    """A panel of a board as its table describes it."""

    board: str
    row: str
    panel: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.board}: {self.row}: {self.panel['title']}"

    def asked(self) -> Iterator[tuple[str, str]]:
        """Its expressions as Grafana asks them when all is chosen, with their legends."""
        for expression, legend in self.panel["series"]:
            yield CHOSEN.sub(".+", expression.replace(RATE, "1m")), legend


def shown() -> Sequence[Shown]:
    """Every panel of every board."""
    return [
        Shown(name, row["title"], panel)
        for name, board in boards().items()
        for row in board["rows"]
        for panel in [*row.get("numbers", []), *row.get("courses", [])]
    ]


@cache
def known() -> dict[str, Labels]:
    """All series that can be read, with their labels: metrics of the code, recorded ones, and the alerts."""
    found = {name: labels | TARGET for one in metrics().values() for name, labels in one.series().items()}
    found |= {"ALERTS": ALERT | {"network"}} | dict.fromkeys(OF_LIBRARIES, TARGET)
    for name, expression in recorded().items():
        found[name] = labels_of(expression, found)
    return found
