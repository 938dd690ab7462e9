"""`make chaos`: the scenario with 2,000 sessions; prints its seed, writes `chaos/results/<date>.json`."""

import asyncio
import dataclasses
import json
import os
import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from chaos.scenario import play
from tests.support.local_run import start_local_run

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run the scenario. Exit code 1 when something was lost or counted twice."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))  # noqa: S311 - printed below
    count = int(os.environ.get("SESSIONS") or 2000)
    sys.stdout.write(f"seed {seed}, {count} sessions\n")
    with tempfile.TemporaryDirectory(prefix="iq-chaos-") as folder:
        Path(folder).chmod(0o755)
        run = start_local_run(Path(folder) / "local", "rp")
        try:
            result = asyncio.run(play(run, count, seed))
        finally:
            run.stop()
    document = dataclasses.asdict(result) | {"good": result.good}
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(document, indent=1) + "\n")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
