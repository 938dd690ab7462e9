"""The watch on leaf links: what a broker says of a refused link becomes one clear line with network and remedy.

Reads the logs of nats-server; each refusal is counted in `iq_link_refused_total`. In a local run one process watches
all brokers; in a cluster `python -m deploy.links NETWORK LOG CERTIFICATE` runs beside the broker whose log it reads,
with an empty name beside the hub.
"""

import logging
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from prometheus_client import Counter

from shared.logs import setup_logging

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
AGAIN_SECONDS = 3600.0  # the server tries every second; a person is told once an hour
LARGEST_READ = 1 << 20
UNKNOWN = "unknown"
REFUSED = Counter(
    "iq_link_refused_total",
    "Leaf links that were refused, by reason, as the hub or the network's own broker says",
    ["network", "side", "reason"],
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Words of the server, the reason they tell, and what mends it."""

    words: re.Pattern[str]
    reason: str
    remedy: str


EXPIRED = Refusal(
    re.compile("certificate has expired|expired certificate"),
    "certificate_expired",
    "a certificate has expired; `make network-rotate NETWORK={network}` at the centre gives a new one",
)
REFUSALS = (
    EXPIRED,
    Refusal(
        re.compile("x509: |tls: (bad|unknown|certificate|failed to verify)|certificate required"),
        "certificate_refused",
        "the certificate is not of the federation's authority or not for this server; "
        "`make network-rotate NETWORK={network}` at the centre gives a new one",
    ),
    Refusal(
        re.compile("Authorization Violation|authentication error"),
        "key_refused",
        "the hub does not know its key: wrong, replaced or revoked; `make network-rotate NETWORK={network}` or, "
        "if it was shut out, `make network-add NETWORK={network}` at the centre gives a new one",
    ),
)
LEAF = re.compile(r"\[ERR\] (?P<address>\S+) - lid(_ws)?:\d+ ")
SUBJECT = re.compile(r"\(CN=([a-z]{2,8}) ")
# With TLS 1.3 the hub judges after the network's side is done: there the link only ends.
ENDED = re.compile(r" lid:\d+ - Leafnode connection closed: Read Error")


@dataclass(slots=True)
class Watch:
    """Follows the log of a broker from where it ends now: a network's, or the hub's (no network, no certificate)."""

    network: str
    path: Path
    certificate: Path | None = None
    position: int = -1
    told: dict[tuple[str, str], float] = field(default_factory=dict)

    def look(self) -> None:
        """Read what is new, count refusals and tell of each kind once an hour."""
        for line in self._lines():
            if found := LEAF.search(line):
                self._judge(line, found["address"])
            elif ENDED.search(line) and self.certificate and ended(self.certificate):
                self._tell(self.network, EXPIRED, "")

    def _judge(self, line: str, address: str) -> None:
        named = SUBJECT.search(line)
        network = self.network or (named[1] if named else UNKNOWN)
        for refusal in REFUSALS:
            if refusal.words.search(line):
                self._tell(network, refusal, address)
                return

    def _tell(self, network: str, refusal: Refusal, address: str) -> None:
        side = "network" if self.network else "hub"
        REFUSED.labels(network, side, refusal.reason).inc()
        if time.monotonic() >= self.told.get((network, refusal.reason), 0.0):
            self.told[network, refusal.reason] = time.monotonic() + AGAIN_SECONDS
            who = f"{network} ({address})" if network == UNKNOWN else network
            code = "…" if network == UNKNOWN else network
            log.error("link of %s refused: %s", who, refusal.remedy.format(network=code))

    def _lines(self) -> Sequence[str]:
        size = self.path.stat().st_size if self.path.exists() else 0
        if self.position < 0 or size < self.position:  # at first, or the log began anew
            self.position = size if self.position < 0 else 0
        if size == self.position:
            return ()
        with self.path.open("rb") as source:
            source.seek(self.position)
            text = source.read(LARGEST_READ)
        whole = text.rfind(b"\n") + 1
        self.position += whole or (len(text) if len(text) == LARGEST_READ else 0)
        return text[:whole].decode(errors="replace").splitlines()


def ended(certificate: Path) -> bool:
    """Whether a certificate is no longer good."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc < datetime.now(UTC)


def watch(watches: Sequence[Watch]) -> None:
    """Look for ever."""
    setup_logging()
    while True:
        for one in watches:
            one.look()
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    name, text, *certificates = sys.argv[1:4]
    watch([Watch(name, Path(text), Path(certificates[0]) if certificates else None)])
