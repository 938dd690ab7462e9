"""Pages with twenty people at once: `python -m bench.desk`; each reads for one to three seconds between two clicks.

Measured is the time from request to the last byte, on loopback, so what the servers need and what waiting for one
another costs. Every user goes round the desk: start page, list, search, form, a record, groups; one in ten saves.
"""

import asyncio
import contextlib
import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx2

from bench.save import bring_in, percentile
from tests.support.local_run import LocalRun, start_local_run
from tests.support.pages import form_of

USERS = 20
SECONDS = 60.0
RECORDS = 10_000
GOAL_MS = 80.0
NEW = "/beratungen/neu"
Took = dict[str, list[float]]


async def signed_in(run: LocalRun) -> httpx2.AsyncClient:
    """A browser of its own for a counsellor."""
    account = run.account("rp", "counsellor")
    client = httpx2.AsyncClient(base_url=account["gateway"], trust_env=False, timeout=30)
    form = {"username": account["username"], "password": account["password"], "weiter": "/"}
    answer = await client.post("/anmelden", data=form)
    if answer.status_code != 303:
        raise RuntimeError(f"sign-in: {answer.status_code}")
    return client


async def timed(took: Took, name: str, client: httpx2.AsyncClient, method: str, path: str, **more: Any) -> str:
    """One request, noted; its text."""
    started = time.perf_counter()
    answer = await client.request(method, path, **more)
    took[name].append(time.perf_counter() - started)
    if answer.status_code >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status_code}")
    return answer.text


async def user(client: httpx2.AsyncClient, number: int, took: Took, seconds: float) -> None:
    """One person at the desk, beginning within two seconds."""
    chance = random.Random(number)
    async with contextlib.aclosing(client):
        await asyncio.sleep(chance.uniform(0, 2))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, path in (("start", "/"), ("list", "/beratungen"), ("search", "/beratungen?q=muster")):
                page = await timed(took, name, client, "GET", path)
                await asyncio.sleep(chance.uniform(1, 3))
            listed = await timed(took, "list", client, "GET", "/beratungen")
            record = re.search(r'href="(/beratungen/[0-9a-f-]{36})"', listed)
            if record:
                await timed(took, "record", client, "GET", record[1])
                await asyncio.sleep(chance.uniform(1, 3))
            page = await timed(took, "form", client, "GET", NEW)
            await asyncio.sleep(chance.uniform(1, 3))
            form = form_of(page, NEW) | {"name": [f"Muster, {number}"]}
            for _ in range(3):  # what typing sends
                await timed(took, "draft", client, "POST", "/entwuerfe/session", data=form, headers={"X-Draft": "1"})
                await asyncio.sleep(1)
            if chance.random() < 0.1:
                await timed(took, "save", client, "POST", NEW, data=form)
            await timed(took, "groups", client, "GET", "/gruppen")
            await asyncio.sleep(chance.uniform(1, 3))


async def measure(run: LocalRun) -> Took:
    """Everybody at once."""
    took: Took = defaultdict(list)
    await user(await signed_in(run), 0, defaultdict(list), 1)  # warm up
    clients = [await signed_in(run) for _ in range(USERS)]  # a password is checked slowly on purpose; that is not it
    await asyncio.gather(*(user(client, number, took, SECONDS) for number, client in enumerate(clients, 1)))
    return took


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="iq-desk-") as folder:
        Path(folder).chmod(0o755)
        run = start_local_run(Path(folder) / "local", "rp")
        try:
            asyncio.run(bring_in(run, RECORDS))
            took = asyncio.run(measure(run))
        finally:
            run.stop()
    pages = [seconds for name, times in took.items() if name not in ("draft", "save") for seconds in times]
    figures: dict[str, Any] = {"users": USERS, "records": RECORDS, "pages": len(pages)}
    figures |= {f"{name} p50/p95 ms": [percentile(times, 0.5), percentile(times, 0.95)] for name, times in took.items()}
    figures |= {"page p50 ms": percentile(pages, 0.5), "page p95 ms": percentile(pages, 0.95), "goal ms": GOAL_MS}
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
