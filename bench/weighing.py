"""What a local run takes: seconds of processor and memory of all its processes, by group; read from Linux' /proc.

Memory is the proportional set size: what processes share is counted once, divided among them.
"""

import json
import os
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
GROUPS = ("services", "brokers", "database", "the rest")


@dataclass(frozen=True)
class Footprint:
    """One look: seconds of processor used so far, megabytes, and how many processes, each by group; when."""

    seconds: Counter[str]
    megabytes: Counter[str]
    processes: Counter[str]
    at: float

    @property
    def all_megabytes(self) -> float:
        """Memory of all groups."""
        return sum(self.megabytes.values())

    def since(self, before: "Footprint") -> dict[str, float]:
        """Share of one core that each group used since another look, in percent."""
        took = self.at - before.at
        return {group: 100 * (self.seconds[group] - before.seconds[group]) / took for group in GROUPS}


def look(folder: Path, root: int) -> Footprint:
    """Look at the run whose supervisor is `root`, with its state in `folder`."""
    listed = json.loads((folder / "processes.json").read_text(encoding="utf-8"))
    names = {entry["pid"]: entry["name"] for entry in listed}
    seconds, megabytes, processes = Counter[str](), Counter[str](), Counter[str]()
    for pid, group in _family(root, names).items():
        try:
            used, taken = _seconds(pid), _megabytes(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile: its parent has counted it
        seconds[group] += used
        megabytes[group] += taken
        processes[group] += 1
    return Footprint(seconds, megabytes, processes, time.monotonic())


def _family(root: int, names: dict[int, str]) -> dict[int, str]:
    """Every process that descends from `root`, with its group."""
    children = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    found = {root: "the rest"}
    todo = [root]
    while todo:
        parent = todo.pop()
        for child in children[parent]:
            found[child] = _group(names[child]) if child in names else found[parent]
            todo.append(child)
    return found


def _group(name: str) -> str:
    if name == "postgres":
        return "database"
    if name.endswith(".nats"):
        return "brokers"
    return "services"


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on; none when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _seconds(pid: int) -> float:
    """Its own and that of the children it has seen end."""
    return sum(int(ticks) for ticks in _stat(pid)[11:15]) / TICKS


def _megabytes(pid: int) -> float:
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0  # a kernel's word for a process without memory: it is ending
