"""2,000 registrations within a minute for 25 places: `python -m bench.registrations` (COUNT, SECONDS, PLACES, SEED).

The service is a process of its own with its real PostgreSQL (which waits for the disk) and broker; teams of houses
register over HTTP as the gateway sends them, by chance over the time. After the deadline the service decides by
itself; who is accepted is compared with the time stamps. Everybody, the load included, runs on this machine.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
from pydantic import SecretStr

from bench.save import percentile
from deploy.local.databases import copy_template, make_template
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from shared import clock
from shared.database import ROLE
from shared.security import Principal, issue_token
from shared.settings import Settings
from shared.vocabulary import Role
from tests.support import servers
from tests.support.enrolment import house, open_run
from tests.support.federation import start_federation
from tests.support.servers import Server, listening, postgres_server

GOAL = 1000
KEY, NAME, NETWORK = "b" * 40, "rp_registration", "rp"
STATES = "SELECT state FROM run_registration ORDER BY submitted_at, registration_id"
START_SECONDS = 120.0
"""A busy machine starts a process slowly."""
SPARE = 10.0
"""Seconds between the last registration and the deadline."""


def bearer(role: Role, carriers: tuple[UUID, ...] = ()) -> dict[str, str]:
    """Headers of somebody with a role."""
    token = issue_token(Principal(f"bench-{role}", role, NETWORK, carriers), KEY, "services", 3600)
    return {"Authorization": f"Bearer {token}"}


async def put(
    client: httpx2.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]
) -> tuple[int, float]:
    """Status of a PUT, and how many seconds it took."""
    started = time.perf_counter()
    answer = await client.put(f"/api/v1/{path}", json=body, headers=headers)
    return answer.status_code, time.perf_counter() - started


async def rush(port: int, count: int, seconds: float, places: int, seed: int) -> list[tuple[int, float]]:
    """Let so many register over some seconds; each answer's status and time."""
    chance, run, everyone = random.Random(seed), uuid4(), bearer(Role.READER)
    limits = httpx2.Limits(max_connections=200)
    address = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(base_url=address, timeout=60, trust_env=False, limits=limits) as client:
        deadline = clock.now() + timedelta(seconds=seconds + SPARE)
        body = open_run(deadline, min_places=1, max_places=places)
        status, _ = await put(client, f"runs/{run}", body, bearer(Role.TRAINER, (uuid4(),)))
        if status != 200:
            raise SystemExit(f"the run was answered {status}")
        times = sorted(chance.uniform(0, seconds) for _ in range(count))
        started, tasks = time.monotonic(), []
        for number, due in enumerate(times):
            await asyncio.sleep(max(0.0, started + due - time.monotonic()))
            path = f"intake/runs/{run}/registrations/{uuid4()}"
            tasks.append(asyncio.create_task(put(client, path, house(number), everyone)))
        return await asyncio.gather(*tasks)


def decided(postgres: Postgres, patience: float) -> list[str]:
    """States of registrations by time stamp, once the service has decided."""
    until = time.monotonic() + patience
    with psycopg.connect(postgres.url(NAME).replace("+psycopg", ""), autocommit=True) as connection:
        while time.monotonic() < until:
            if connection.execute("SELECT 1 FROM training_run WHERE state = 'confirmed'").fetchone():
                return [state for (state,) in connection.execute(STATES)]
            time.sleep(0.5)
    raise SystemExit("not decided in time")


def told(settings: Settings) -> dict[str, str]:
    """Settings as a process is told them."""
    known = settings.model_dump(exclude_none=True)
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value) for name, value in known.items()
    }
    return {f"IQ_{name.upper()}": value for name, value in plain.items()}


def measure(folder: Path, count: int, seconds: float, places: int, seed: int) -> dict[str, Any]:
    """One rush on a fresh service, and what came of it."""
    federation = start_federation(folder / "federation", (NETWORK, "sn"))
    with postgres_server(durable=True) as postgres:
        copy_template(postgres, make_template(postgres, "registration"), NAME)
        settings = federation.settings(NETWORK, postgres.url(NAME, ROLE))
        settings.signing_key = SecretStr(KEY)
        # The process inherits them; its folder is not this one.
        os.environ |= told(settings) | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "services.registration"]
        service = Server(command, folder / "service.log", lambda: listening(settings.port))
        servers.START_SECONDS = START_SECONDS
        service.start()
        try:
            answers = asyncio.run(rush(settings.port, count, seconds, places, seed))
            states = decided(postgres, SPARE + 120)
        finally:
            service.stop()
            federation.stop()
    took = [seconds for _, seconds in answers]
    figures: dict[str, Any] = {f"p{share} ms": percentile(took, share / 100) for share in (50, 95, 99)}
    failed = sum(status >= 500 for status, _ in answers)
    right = states == ["accepted"] * places + ["waiting"] * (count - places)
    return figures | {"max ms": percentile(took, 1), "taken": len(states), "5xx": failed, "earliest accepted": right}


def main() -> int:
    """Run and print. Exit code 1 when a goal is missed."""
    count, places = int(os.environ.get("COUNT") or 2000), int(os.environ.get("PLACES") or 25)
    seconds, seed = float(os.environ.get("SECONDS") or 60), int(os.environ.get("SEED") or 1)
    with tempfile.TemporaryDirectory(prefix="iq-registrations-", ignore_cleanup_errors=True) as name:
        figures = measure(Path(name), count, seconds, places, seed)
    asked = {"registrations": count, "seconds": seconds, "places": places, "load": round(os.getloadavg()[0], 1)}
    sys.stdout.write(f"{json.dumps(asked | figures | {'goal p99 ms': GOAL}, indent=1)}\n")
    return 0 if figures["p99 ms"] <= GOAL and not figures["5xx"] and figures["earliest accepted"] else 1


if __name__ == "__main__":
    sys.exit(main())
