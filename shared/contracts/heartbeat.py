"""Heartbeats: how many records a service has delivered, and their digest per bucket (contracts §3)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Month

HEARTBEATS = "HEARTBEATS"
"""Stream of the hub that keeps the newest heartbeat of each service."""


class KindState(BaseModel):
    """Count and 256 bucket sums (unsigned 64-bit, big endian, base64) of one kind of record."""

    model_config = ConfigDict(extra="forbid")

    records: Annotated[int, Field(ge=0)]
    buckets: Annotated[str, Field(max_length=4096)]


class Heartbeat(BaseModel):
    """State of one service of one network as of the last row the hub confirmed."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, Field(max_length=40)]
    outbox_depth: Annotated[int, Field(ge=0)]
    oldest_undelivered_seconds: Annotated[int, Field(ge=0)]
    last_recorded: dict[str, Month] = Field(default_factory=dict)
    kinds: dict[str, KindState]


def read_heartbeat(subject: str, body: bytes) -> tuple[str, str, Heartbeat]:
    """Region, context and heartbeat of a message on `hb.<region>.<context>.v1`. Raises ValueError."""
    parts = subject.split(".")
    if len(parts) != 4 or parts[0] != "hb" or parts[3] != "v1":
        raise ValueError("not a heartbeat subject")
    return parts[1], parts[2], Heartbeat.model_validate_json(body)
