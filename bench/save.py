"""Saving a session and seeing it at the centre, and importing: measured against a local run of one network."""

import asyncio
import statistics
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.postgres import Postgres
from shared.security import Principal, issue_token
from shared.vocabulary import Role
from tests.support.local_run import LocalRun

AT_ONCE = 10
Figures = dict[str, float]


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, in milliseconds."""
    return round(sorted(values)[min(int(len(values) * share), len(values) - 1)] * 1000, 1)


def body(person: str | None = None) -> dict[str, Any]:
    """A session of a known person."""
    day = date(2026, 1, 5) + timedelta(days=hash(person) % 300)
    return {
        "date": day.isoformat(),
        "programme_line": "recognition_counselling",
        "nationality": "SY",
        "refugee_background": "yes",
        "person_ref": person,
    }


def client_of(run: LocalRun, key: str) -> httpx2.AsyncClient:
    """A client of rp's counselling service itself, as the gateway calls it."""
    account = run.account("rp", "counsellor")
    who = Principal(account["username"], Role.COUNSELLOR, "rp", (account["carrier_id"],))
    token = issue_token(who, key, "services", 3600)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.AsyncClient(base_url=run.ports.url("rp", "counselling"), headers=headers, trust_env=False, timeout=60)


async def save(client: httpx2.AsyncClient, count: int) -> Figures:
    """Save sessions ten at a time, each person coming three times."""
    took: list[float] = []
    left = iter(range(count))

    async def work() -> None:
        for number in left:
            started = time.perf_counter()
            answer = await client.put(f"/api/v1/sessions/{uuid4()}", json=body(f"P{number // 3}"))
            answer.raise_for_status()
            took.append(time.perf_counter() - started)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return {"save p50 ms": percentile(took, 0.5), "save p95 ms": percentile(took, 0.95)}


async def arrive(client: httpx2.AsyncClient, run: LocalRun, count: int) -> Figures:
    """Save one at a time and look into the centre's facts until it is there."""
    took: list[float] = []
    with Postgres(run.folder / "postgres").connect("de_reporting") as centre:
        for _ in range(count):
            key = uuid4()
            (await client.put(f"/api/v1/sessions/{key}", json=body())).raise_for_status()
            saved = time.perf_counter()
            while not centre.execute("SELECT 1 FROM fact WHERE entity_id = %s", [key]).fetchone():
                await asyncio.sleep(0.002)
            took.append(time.perf_counter() - saved)
    return {
        "visible p50 ms": percentile(took, 0.5),
        "visible p99 ms": percentile(took, 0.99),
        "visible mean ms": round(statistics.mean(took) * 1000, 1),
    }


async def bring_in(run: LocalRun, count: int) -> Figures:
    """Import a CSV file of sessions with persons and count rows per second until it is done."""
    account = run.account("rp", "admin")
    lines = ["external_id;date;programme_line;session_type;person_ref;nationality;refugee_background;gender;birth_year"]
    for number in range(count):
        kind = "follow_up" if number % 3 else "first"
        day = date(2024, 1, 1) + timedelta(days=number % 900)
        lines.append(f"{number};{day:%d.%m.%Y};recognition_counselling;{kind};R{number // 3};SY;ja;w;1988")
    async with httpx2.AsyncClient(base_url=account["gateway"], trust_env=False, timeout=120) as client:
        form = {"username": account["username"], "password": account["password"]}
        token = (await client.post("/api/v1/token", data=form)).json()["access_token"]
        client.headers |= {"Authorization": f"Bearer {token}", "content-type": "text/csv"}
        started = time.perf_counter()
        job = (await client.post("/api/v1/imports/sessions", content="\n".join(lines).encode())).json()
        while (state := (await client.get(job["status_url"])).json())["state"] == "running":
            await asyncio.sleep(0.1)
        took = time.perf_counter() - started
    if state["accepted"] != count:
        raise RuntimeError(f"import: {state}")
    return {"import rows/s": round(count / took)}
