"""A moment of a small federation, and what came of losing it and going back."""

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drill.rows import Rows, count, digest, moving
from drill.small import NETWORKS, Known, Small
from shared.topology import CENTRE


@dataclass
class Result:
    """What came of a loss: seconds it took, what was lost, and checks with what differs, empty where nothing does."""

    loss: str
    restored: float = 0.0
    started: float = 0.0
    reconciled: float = 0.0
    lost_seconds: float = 0.0
    lost_records: int = 0
    checks: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether everything is as it must be."""
        return bool(self.checks) and not any(self.checks.values())

    def check(self, name: str, want: Any, found: Any) -> None:
        """Two things that must be equal."""
        differs = "" if want == found else _difference(want, found)
        self.checks[name] = differs
        sys.stdout.write(f"  {'NOT' if differs else 'ok '} {name}{': ' if differs else ''}{differs}\n")
        sys.stdout.flush()

    def line(self) -> str:
        """Its row of the table."""
        whole = self.restored + self.started + self.reconciled
        good = sum(not differs for differs in self.checks.values())
        return (
            f"| {self.loss} | {self.restored:.0f} s | {self.started:.0f} s | {self.reconciled:.0f} s | {whole:.0f} s | "
            f"{self.lost_seconds:.0f} s | {self.lost_records} | {good} of {len(self.checks)} |\n"
        )


def _difference(want: Any, found: Any) -> str:
    if isinstance(want, dict) and isinstance(found, dict):
        keys = [key for key in want.keys() | found.keys() if want.get(key) != found.get(key)]
        want, found = ({key: told.get(key) for key in keys[:3]} for told in (want, found))
    return f"expected {str(want)[:600]}, found {str(found)[:600]}"


@dataclass(frozen=True)
class Moment:
    """A moment of the federation: every row, what the networks told, every figure."""

    when: datetime
    rows: Rows
    moving: set[str]
    told: Known
    figures: dict[str, dict[str, Any]]

    @classmethod
    def noted(cls, small: Small) -> "Moment":
        """Now, while nobody records anything; which tables change nevertheless is seen by looking twice."""
        figures = {place: small.figures(place) for place in (CENTRE, *NETWORKS)}
        told, rows = small.told(), small.rows(CENTRE, *NETWORKS)
        when = small.now()
        found = cls(when, rows, moving(rows, small.rows(CENTRE, *NETWORKS)), told, figures)
        sys.stdout.write(
            f"  noted {when:%H:%M:%S.%f} UTC: {len(rows)} tables, {count(rows)} rows, digest {digest(rows)}; "
            f"changing by themselves: {', '.join(sorted(found.moving)) or 'none'}\n"
        )
        time.sleep(1)
        return found

    def of(self, place: str) -> Rows:
        """The rows of a network or the centre."""
        return {name: rows for name, rows in self.rows.items() if name.startswith(f"{place}_")}
