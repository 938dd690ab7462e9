"""The networks of the federation, read from data (ACT-01; networks are entries, not code)."""

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

CENTRE = "de"
"""Code of the centre (MUT IQ)."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network (Landesnetzwerk): code, display name, Land, state number (AGS) and validity."""

    code: str
    name: str
    land: str
    ags: int
    valid_from: date
    valid_to: date | None = None


@cache
def load_topology() -> dict[str, Network]:
    """All networks by code, ordered by state number; `IQ_TOPOLOGY` names another file."""
    path = Path(os.environ.get("IQ_TOPOLOGY") or Path(__file__).with_name("topology.toml"))
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    networks = [Network(code=code, **entry) for code, entry in entries.items()]
    return {network.code: network for network in sorted(networks, key=lambda network: network.ags)}
