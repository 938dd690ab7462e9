"""Pages of the cockpit on as many facts as the whole history has: `python -m bench.cockpit` (SESSIONS, RUNS).

The centre's reporting and gateway are processes of their own (see `bench.books` for the facts). Each page is opened
in turn by one coordinator: the first time nothing of it is remembered, which is so once a day and after old
records came; then RUNS times again. Measured is the time to the last byte on loopback.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

from bench.books import filled, memory
from bench.registrations import KEY, told
from bench.save import percentile
from deploy.local.databases import copy_template, make_template
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from shared.database import ROLE
from shared.topology import CENTRE
from tests.integration.gateway.conftest import PASSWORD, settings
from tests.support.servers import Server, jetstream_server, listening, postgres_server

NAME = "de_gateway"
GOAL_MS = 300.0
PAGES = (
    "/bund?jahr=2022",
    "/bund/linie/recognition_counselling?jahr=2022",
    "/bund/linie/qualification?jahr=2022",
    "/bund/netzwerk/rp?jahr=2022",
    "/bund/vollstaendigkeit?jahr=2022",
    "/bund/weg",
    "/bund/kohorten",
    "/bund/verstetigung",
    "/neues",
    "/qualitaet",
    "/ansichten",
    "/berichte",
    "/gremium",
    "/good-practice",
    "/tabellen",
)


async def opened(client: httpx2.AsyncClient, path: str) -> float:
    """Seconds until a page is there."""
    started = time.perf_counter()
    answer = await client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[-300:]}")
    return time.perf_counter() - started


async def measure(port: int, runs: int) -> dict[str, dict[str, float]]:
    """All pages, first and again."""
    found: dict[str, dict[str, float]] = {}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
        form = {"username": "coordination", "password": PASSWORD, "weiter": "/impressum"}
        await client.post("/anmelden", data=form)
        page = await client.get("/zweck")
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        await client.post("/zweck", data={"csrf": csrf, "purpose": "Messung"})
        for path in PAGES:
            first = await opened(client, path)
            again = [await opened(client, path) for _ in range(runs)]
            found[path] = {
                "first ms": round(first * 1000),
                "p50 ms": round(statistics.median(again) * 1000),
                "p95 ms": percentile(again, 0.95),
            }
    return found


def run(folder: Path, postgres: Postgres, broker: str, sessions: int, runs: int) -> dict[str, Any]:
    """A filled reporting with its gateway, measured."""
    copy_template(postgres, make_template(postgres, "gateway"), NAME)
    with filled(folder, postgres, broker, sessions) as (behind, pid):
        more = {"signing_key": KEY, "reporting_url": f"http://127.0.0.1:{behind.port}"}
        asked = settings(CENTRE, postgres.url(NAME, ROLE), folder, **more)
        command = ["env", *(f"{name}={value}" for name, value in told(asked).items()), f"PYTHONPATH={ROOT}"]
        gateway = Server(
            [*command, sys.executable, "-m", "services.gateway"], folder / "gateway.log", lambda: listening(asked.port)
        )
        gateway.start()
        try:
            found: dict[str, Any] = asyncio.run(measure(asked.port, runs))
            return found | {"reporting MB": round(memory(pid)), "gateway MB": round(memory(gateway.process.pid))}
        finally:
            gateway.stop()


def main() -> int:
    """Run and print. Exit code 1 when a page misses the goal when it is opened again."""
    sessions, runs = int(os.environ.get("SESSIONS") or 450_000), int(os.environ.get("RUNS") or 20)
    with tempfile.TemporaryDirectory(prefix="iq-cockpit-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with postgres_server() as postgres, jetstream_server(Path(name)) as broker:
            figures = run(Path(name), postgres, broker.url, sessions, runs)
    told_of = {"sessions": sessions, "runs": runs, "goal p95 ms": GOAL_MS, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write(f"{json.dumps(told_of | figures, indent=1)}\n")
    return 0 if all(page["p95 ms"] <= GOAL_MS for name, page in figures.items() if name.startswith("/")) else 1


if __name__ == "__main__":
    sys.exit(main())
