"""`make bench`: one table of medians of one run; also as `bench/results/<date>.json`."""

import asyncio
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import ingest
from bench.save import Figures, arrive, bring_in, client_of, save
from tests.support.local_run import LocalRun, start_local_run

RESULTS = Path(__file__).parent / "results"
GOALS = {
    "save p95 ms": "<= 60",
    "visible p50 ms": "<= 150",
    "visible p99 ms": "<= 1000",
    "import rows/s": ">= 1000",
    "ingest events/s": ">= 5000",
    "ingest vs naive": ">= 30",
}


async def against(run: LocalRun) -> Figures:
    """Everything that is measured against a local run."""
    key = json.loads((run.folder / "secrets" / "keys.json").read_text())["rp.signing"]
    async with client_of(run, key) as client:
        await save(client, 100)  # warm up
        figures = await save(client, 1000)
        figures |= await arrive(client, run, 200)
    return figures | await bring_in(run, 20_000)


def main() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory(prefix="iq-bench-") as folder:
        Path(folder).chmod(0o755)
        run = start_local_run(Path(folder) / "local", "rp")
        try:
            figures = asyncio.run(against(run))
        finally:
            run.stop()
    taken = ingest.run()
    figures |= {"ingest events/s": taken["events_per_second"], "ingest vs naive": taken["ratio"]}
    for name, value in figures.items():
        sys.stdout.write(f"{name:20} {value:>10}   {GOALS.get(name, '')}\n")
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
