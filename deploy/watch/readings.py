"""The readings of one scrape, as families of the metrics library."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from deploy.watch.measures import Measure


@dataclass(slots=True)
class Readings:
    """What was read in a network."""

    network: str
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = field(default_factory=dict)

    def tell(self, measure: Measure, value: float, *labels: str) -> None:
        """Add a reading; `labels` in the order of the measure."""
        if measure.name not in self.families:
            kind = CounterMetricFamily if measure.kind == "counter" else GaugeMetricFamily
            self.families[measure.name] = kind(measure.name, measure.text, labels=("network", *measure.labels))
        self.families[measure.name].add_metric((self.network, *labels), value)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self.families.values())
