"""What each process of a local run takes: `python -m bench.footprint` beside a running `make run REGIONS=rp`.

Asks for figures for a while as people do, and tells the most memory each process ever had and what it computes per
request. A process is forked from one that has imported all services, so its memory is an upper bound of what it takes
alone. The requests of deploy/k8s come from here.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from deploy.demo.client import Gateway
from deploy.demo.seed import account_of
from deploy.local.paths import Paths, read_json
from shared.topology import CENTRE
from shared.vocabulary import Role

TICKS = os.sysconf("SC_CLK_TCK")
IDLE_SECONDS = 20.0
QUESTION = "/api/v1/figures?indicator=counselling_sessions&by=month&from="
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]  # none is answered twice
Taken = dict[str, tuple[int, float]]


def taken(paths: Paths) -> Taken:
    """Most memory (MiB) and computing time (s) of each process, the brokers included."""
    found = {entry["name"]: entry["pid"] for entry in read_json(paths.processes, [])}
    return {name: (_most_memory(pid), _computed(pid)) for name, pid in found.items()}


def _most_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def _computed(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(paths: Paths, network: str) -> Iterator[str]:
    """A line per process."""
    before, begun = taken(paths), monotonic()
    sleep(IDLE_SECONDS)
    idle = taken(paths)
    seconds = monotonic() - begun
    for code, role in ((network, Role.COORDINATOR), (CENTRE, Role.COORDINATION)):
        with Gateway(account_of(paths, code, role)) as gateway:
            for month in MONTHS:
                gateway.request("GET", QUESTION + month)
    loaded = taken(paths)
    yield f"{'process':24} {'most MiB':>9} {'idle % of a core':>17} {'ms computed per request':>24}"
    for name, (memory, computed) in sorted(loaded.items()):
        share = 100 * (idle[name][1] - before[name][1]) / seconds
        per_request = 1000 * (computed - idle[name][1]) / len(MONTHS)
        yield f"{name:24} {memory:9} {share:17.1f} {per_request:24.1f}"


def main() -> None:
    """Print them."""
    print("\n".join(measured(Paths.from_environment(), (sys.argv[1:2] or ["rp"])[0])))


if __name__ == "__main__":
    main()
