"""CloudEvents 1.0 in NATS binary mode: metadata in headers, JSON in the body (contracts §3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal
from uuid import UUID

CONTENT_TYPE = "application/json"
Fate = Literal["dead", "later"]
FOREIGN_SOURCE = "ce-source does not agree with the subject"
_REGIONAL = re.compile(r"^region\.([a-z]{2,8})\.([a-z_]+)\.([a-z_]+)\.v(\d{1,3})$")
_UPWARD = re.compile(r"^up\.([a-z]{2,8})\.([a-z_]+)\.([a-z_]+)\.v(\d{1,3})$")


class ContractError(Exception):
    """A message that cannot be handled: `dead` for ever, or `later`, after an upgrade that knows it."""

    def __init__(self, reason: str, fate: Fate = "dead") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fate = fate


@dataclass(frozen=True, slots=True)
class EventName:
    """Context, event and major version, e.g. (`counselling`, `session_recorded`, 1)."""

    context: str
    event: str
    major: int = 1

    @property
    def ce_type(self) -> str:
        """The `ce-type` of the event."""
        return f"iq.{self.context}.{self.event}.v{self.major}"

    def regional_subject(self, region: str) -> str:
        """Subject inside a network."""
        return f"region.{region}.{self.context}.{self.event}.v{self.major}"

    def uplink_subject(self) -> str:
        """Subject on the leaf; the hub stamps the network."""
        return f"up.{self.context}.{self.event}.v{self.major}"

    def hub_subject(self, region: str) -> str:
        """Subject at the hub."""
        return f"up.{region}.{self.context}.{self.event}.v{self.major}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Metadata of one received message; `region` is the one the server wrote into the subject."""

    message_id: UUID
    region: str
    name: EventName


def headers(message_id: UUID, region: str, name: EventName, instant: datetime) -> dict[str, str]:
    """Headers of a message; `instant` in UTC (on `up` the first day of a month, see `month_instant`)."""
    return {
        "ce-specversion": "1.0",
        "ce-id": str(message_id),
        "Nats-Msg-Id": str(message_id),
        "ce-source": f"/de/{region}/{name.context}",
        "ce-type": name.ce_type,
        "ce-time": instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "content-type": CONTENT_TYPE,
    }


def month_instant(day: date) -> datetime:
    """First instant of a day's month: the only time that travels on `up`."""
    return datetime.combine(day.replace(day=1), time(), UTC)


@lru_cache(maxsize=1024)
def _parse_subject(subject: str) -> tuple[str, EventName]:
    match = _UPWARD.match(subject) or _REGIONAL.match(subject)
    if match is None:
        raise ContractError("subject is not of this system")
    region, context, event, major = match.groups()
    return region, EventName(context, event, int(major))


def parse_envelope(subject: str, found: Mapping[str, str]) -> Envelope:
    """Read and cross-check subject, `ce-source` and `ce-type`. Raises ContractError (`dead`) when they disagree."""
    region, name = _parse_subject(subject)
    if found.get("ce-specversion") != "1.0":
        raise ContractError("ce-specversion is not 1.0")
    if found.get("ce-type") != name.ce_type:
        raise ContractError("ce-type does not agree with the subject")
    if found.get("ce-source") != f"/de/{region}/{name.context}":
        raise ContractError(FOREIGN_SOURCE)
    try:
        message_id = UUID(found.get("ce-id", ""))
    except ValueError:
        raise ContractError("ce-id is not a UUID") from None
    if found.get("Nats-Msg-Id") != str(message_id):
        raise ContractError("Nats-Msg-Id does not agree with ce-id")
    return Envelope(message_id, region, name)
