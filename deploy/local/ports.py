"""Ports of a local run (contracts §1): 81xx gateways, 82xx–84xx services, 91xx metrics, 43xx brokers.

85xx is what brokers tell of themselves.
"""

import os
from dataclasses import dataclass

from shared.topology import CENTRE, load_topology

HOST = "127.0.0.1"
SERVICE_BASES = {"registration": 8200, "counselling": 8300, "reporting": 8400}
OFFSET_STEP = 5_000  # the smallest round step at which no port of one run is a port of another
MAX_OFFSET = 40_000


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a federation; `offset` shifts all of them."""

    offset: int = 0

    @classmethod
    def from_environment(cls) -> "Ports":
        """With `IQ_PORT_OFFSET`. Raises ValueError unless it is a multiple of 5,000 up to 40,000."""
        offset = int(os.environ.get("IQ_PORT_OFFSET") or 0)
        if offset % OFFSET_STEP or not 0 <= offset <= MAX_OFFSET:
            raise ValueError(offset)
        return cls(offset)

    @property
    def hub(self) -> int:
        """Hub broker, clients."""
        return self.offset + 4222

    @property
    def leaf(self) -> int:
        """Hub broker, leaf nodes."""
        return self.offset + 7422

    def uplink(self, network: str) -> int:
        """Port at which a network's broker reaches the hub; `IQ_LEAF_PORT_<CODE>` leads it through a proxy."""
        return int(os.environ.get(f"IQ_LEAF_PORT_{network.upper()}") or self.leaf)

    def broker(self, network: str) -> int:
        """Client port of the broker that serves a network or the centre."""
        return self.hub if network == CENTRE else self.offset + 4300 + _ags(network)

    def monitor(self, network: str) -> int:
        """Port at which the broker that serves a network or the centre tells of itself."""
        return self.offset + 8500 + _ags(network)

    def service(self, network: str, service: str) -> int:
        """Port of a service of a network or the centre."""
        if service == "gateway":
            return self.offset + (8000 if network == CENTRE else 8100 + _ags(network))
        return self.offset + SERVICE_BASES[service] + _ags(network)

    def metrics(self, network: str) -> int:
        """Port of the metrics of all processes of a network."""
        return self.offset + 9100 + _ags(network)

    def url(self, network: str, service: str) -> str:
        """Address of a service."""
        return f"http://{HOST}:{self.service(network, service)}"


def _ags(network: str) -> int:
    return 0 if network == CENTRE else load_topology()[network].ags
