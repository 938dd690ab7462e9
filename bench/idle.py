"""What a federation takes that nobody uses: `make idle` (REGIONS, SECONDS).

Starts it twice without a demo, as `make run` does, and then lets it lie.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.weighing import GROUPS, look
from shared.topology import load_topology
from tests.support.local_run import LocalRun, start_local_run

GOALS = {"ready s": 60.0, "idle % of a core": 25.0, "memory MB": 2500.0}
SETTLE_SECONDS = 60.0
"""First heartbeats, first comparisons, first seals."""


def measure(run: LocalRun, seconds: float) -> dict[str, float]:
    """What each group takes over some seconds, and at their end."""
    before = look(run.folder, run.process.pid)
    time.sleep(seconds)
    after = look(run.folder, run.process.pid)
    share = after.since(before)
    figures = {"idle % of a core": round(sum(share.values()), 1), "memory MB": round(after.all_megabytes)}
    for group in GROUPS:
        figures[f"{group}: %"] = round(share[group], 1)
        figures[f"{group}: MB"] = round(after.megabytes[group])
        figures[f"{group}: processes"] = after.processes[group]
    return figures


def main() -> int:
    """Start, stop, start, wait, measure, print. Exit code 1 when a goal is missed."""
    asked, seconds = os.environ.get("REGIONS") or "all", float(os.environ.get("SECONDS") or 120)
    regions = " ".join(load_topology()) if asked == "all" else asked
    with tempfile.TemporaryDirectory(prefix="iq-idle-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        start_local_run(Path(name) / "local", regions).stop()
        before = time.monotonic()
        run = start_local_run(Path(name) / "local", regions)
        figures = {"ready s": round(time.monotonic() - before, 1)}
        try:
            time.sleep(SETTLE_SECONDS)
            figures |= measure(run, seconds)
        finally:
            run.stop()
    asked_of = {"networks": len(regions.split()), "seconds": seconds, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write(f"{json.dumps(asked_of | figures | {'goals': GOALS}, indent=1)}\n")
    return int(any(figures[name] > most for name, most in GOALS.items()))


if __name__ == "__main__":
    sys.exit(main())
