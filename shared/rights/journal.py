"""The erasure journal: who was erased, line by line in a file beside the backups.

A backup from before an erasure still holds the person. Whoever restores one replays the journal before the network
starts, so that it brings nobody back. A line has ids, a day and a reason, nothing else; of a person who was never
registered, but known by what an old system calls her, it has the keyed hash of that.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Entry:
    """A person who was erased; `revision` is that of the last message about her."""

    carrier_id: UUID
    person_id: UUID
    revision: int
    erased_on: date
    reason: str


@dataclass(frozen=True)
class ReferenceEntry:
    """A reference (`r:…`, keyed hash) whose person was erased."""

    carrier_id: UUID
    reference: str
    erased_on: date
    reason: str


def append(path: Path, entries: Sequence[Entry | ReferenceEntry]) -> None:
    """Write entries behind the others, and wait until the disk has them. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(entry), default=str) + "\n" for entry in entries)
    # A line that a crash cut short is ended first: it was not confirmed, and is among those that come now.
    torn = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, (("\n" if torn else "") + lines).encode())
        os.fsync(file)
    finally:
        os.close(file)


def read(path: Path) -> list[Entry | ReferenceEntry]:
    """All entries; none where there is no journal. A line that a crash cut short is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            found.append(_entry(json.loads(line)))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def _entry(told: Any) -> Entry | ReferenceEntry:
    """A line. Raises KeyError, TypeError or ValueError for what is none."""
    carrier, day, reason = UUID(told["carrier_id"]), date.fromisoformat(told["erased_on"]), str(told["reason"])
    if "reference" in told:
        return ReferenceEntry(carrier, str(told["reference"]), day, reason)
    return Entry(carrier, UUID(told["person_id"]), int(told["revision"]), day, reason)
