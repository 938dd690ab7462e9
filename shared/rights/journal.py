"""The erasure journal: who was erased, line by line in a file beside the backups.

A backup from before an erasure still holds the person. Whoever restores one replays the journal before the network
starts, so that it brings nobody back. A line has ids, a day and a reason, nothing else.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True)
class Entry:
    """A person who was erased; `revision` is that of the last message about her."""

    carrier_id: UUID
    person_id: UUID
    revision: int
    erased_on: date
    reason: str


def append(path: Path, entries: Sequence[Entry]) -> None:
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


def read(path: Path) -> list[Entry]:
    """All entries; none where there is no journal. A line that a crash cut short is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            told = json.loads(line)
            ids = {name: UUID(told[name]) for name in ("carrier_id", "person_id")}
            day = date.fromisoformat(told["erased_on"])
            found.append(Entry(**ids, revision=int(told["revision"]), erased_on=day, reason=str(told["reason"])))
        except (KeyError, TypeError, ValueError):
            continue
    return found
