"""What a broker says of itself at its monitoring address (nats-server: `/healthz`, `/varz`, `/jsz`)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from deploy.watch.measures import (
    BROKER_BYTES,
    BROKER_CONNECTIONS,
    BROKER_CPU,
    BROKER_LEAF_LINKS,
    BROKER_MEMORY,
    BROKER_MESSAGES,
    BROKER_SLOW,
    BROKER_STORE,
    BROKER_STORE_MAX,
    BROKER_UP,
    CONSUMER_PENDING,
    CONSUMER_REDELIVERED,
    CONSUMER_UNACKED,
    STREAM_CURRENT,
    STREAM_MESSAGES,
    STREAM_REPLICAS,
)
from deploy.watch.readings import Readings

SECONDS = 1.0
Answer = dict[str, Any]


@dataclass(frozen=True, eq=False)
class BrokerWatch(Collector):
    """A broker at its monitoring address, as `http://127.0.0.1:8222`."""

    network: str
    url: str

    def collect(self) -> Iterator[Metric]:
        """All it says; only that it is down where it does not answer within a second."""
        readings = Readings(self.network)
        try:
            well, server, store = self._ask()
        except (OSError, HTTPException, ValueError):
            readings.tell(BROKER_UP, 0)
        else:
            readings.tell(BROKER_UP, float(well))
            tell_server(readings, server)
            tell_store(readings, store, server["server_name"])
        yield from readings

    def _ask(self) -> tuple[bool, Answer, Answer]:
        place = urlsplit(self.url)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)

        def get(path: str) -> Answer:
            connection.request("GET", path)
            answer: Answer = json.loads(connection.getresponse().read())
            return answer

        try:
            well = get("/healthz").get("status") == "ok"
            return well, get("/varz"), get("/jsz?accounts=true&streams=true&consumers=true&config=true")
        finally:
            connection.close()


def tell_server(readings: Readings, server: Answer) -> None:
    """Connections, traffic and needs."""
    readings.tell(BROKER_CONNECTIONS, server["connections"])
    readings.tell(BROKER_LEAF_LINKS, server["leafnodes"])
    readings.tell(BROKER_SLOW, server["slow_consumers"])
    for direction in ("in", "out"):
        readings.tell(BROKER_MESSAGES, server[f"{direction}_msgs"], direction)
        readings.tell(BROKER_BYTES, server[f"{direction}_bytes"], direction)
    readings.tell(BROKER_MEMORY, server["mem"])
    readings.tell(BROKER_CPU, server["cpu"] / 100)


def tell_store(readings: Readings, store: Answer, own: str) -> None:
    """Streams and consumers; of one with copies elsewhere only its leader knows how it stands."""
    readings.tell(BROKER_STORE, store.get("storage", 0))
    readings.tell(BROKER_STORE_MAX, store.get("config", {}).get("max_storage", 0))
    for account in store.get("account_details") or ():
        for stream in account.get("stream_detail") or ():
            name = stream["name"]
            readings.tell(STREAM_MESSAGES, stream["state"]["messages"], name)
            if leads(stream, own):
                others = (stream.get("cluster") or {}).get("replicas") or ()
                readings.tell(STREAM_REPLICAS, stream["config"]["num_replicas"], name)
                readings.tell(STREAM_CURRENT, 1 + sum(bool(one["current"]) for one in others), name)
            for consumer in stream.get("consumer_detail") or ():
                if leads(consumer, own):
                    readings.tell(CONSUMER_PENDING, consumer["num_pending"], name, consumer["name"])
                    readings.tell(CONSUMER_UNACKED, consumer["num_ack_pending"], name, consumer["name"])
                    readings.tell(CONSUMER_REDELIVERED, consumer["num_redelivered"], name, consumer["name"])


def leads(detail: Answer, own: str) -> bool:
    """Whether the server itself leads a stream or consumer; alone it leads all."""
    return bool((detail.get("cluster") or {}).get("leader", own) == own)
