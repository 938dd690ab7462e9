"""Kill -9 of each kind of process once during a load, the hub stopped and started in between.

Nothing that was accepted may be lost or counted twice, and the network's pages answer while the hub is away.
"""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field
from typing import Any

import httpx2
import psycopg

from chaos.load import Load
from deploy.local.postgres import Postgres
from tests.support.local_run import LocalRun

VICTIMS = (
    "rp.gateway",
    "rp.registration",
    "rp.counselling",
    "rp.reporting",
    "rp.nats",
    "de.gateway",
    "de.reporting",
    "de.nats",
)
CATCH_UP_SECONDS = 120.0
HUB = "de.nats"


@dataclass
class Result:
    """What came of it."""

    seed: int
    accepted: int = 0
    at_the_centre: int = 0
    missing: int = 0
    unexpected: int = 0
    refusals: int = 0
    killed: list[str] = field(default_factory=list)
    catch_up_seconds: float = 0.0
    pages_while_hub_away: list[int] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, pages answered."""
        pages = set(self.pages_while_hub_away)
        return self.missing == 0 and self.unexpected == 0 and self.at_the_centre == self.accepted and pages == {200}


async def play(run: LocalRun, count: int, seed: int, pause: float = 1.0) -> Result:
    """Play the scenario with `count` sessions against a run that holds no sessions yet."""
    chance, result = random.Random(seed), Result(seed)  # noqa: S311 - a reproducible choice, no secret
    load = Load(run.account("rp", "counsellor"), count)
    task = asyncio.create_task(load.run())
    victims = list(VICTIMS)
    chance.shuffle(victims)
    for name in victims:
        await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
        if name == HUB:
            result.pages_while_hub_away = await hub_away(run, pause)
        else:
            os.kill(run.pid(name), signal.SIGKILL)
        result.killed.append(name)
    await task
    started = asyncio.get_running_loop().time()
    await caught_up(run, load.accepted)
    result.catch_up_seconds = round(asyncio.get_running_loop().time() - started, 1)
    fill(result, load, at_the_centre(run))
    return result


async def hub_away(run: LocalRun, pause: float) -> list[int]:
    """Kill the hub and read the network's pages before the supervisor has it back; status codes."""
    account = run.account("rp", "counsellor")
    async with httpx2.AsyncClient(base_url=account["gateway"], timeout=20, trust_env=False) as client:
        form = {"username": account["username"], "password": account["password"], "weiter": "/"}
        await until(lambda: signed_in(client, form), CATCH_UP_SECONDS)
        os.kill(run.pid(HUB), signal.SIGSTOP)
        try:
            codes = [(await client.get(path)).status_code for path in ("/", "/beratungen", "/beratungen/neu")]
            await asyncio.sleep(2 * pause)
        finally:
            os.kill(run.pid(HUB), signal.SIGKILL)
    return codes


async def signed_in(client: httpx2.AsyncClient, form: dict[str, str]) -> bool:
    """Whether sign-in worked and the pages' services are up."""
    try:
        answer = await client.post("/anmelden", data=form)
        pages = [await client.get("/"), await client.get("/beratungen")]
    except httpx2.TransportError:
        return False
    return answer.status_code == httpx2.codes.SEE_OTHER and {page.status_code for page in pages} == {200}


def at_the_centre(run: LocalRun) -> list[str]:
    """Ids of the sessions among the centre's facts, one entry per row."""
    database = Postgres(run.folder / "postgres")
    with database.connect("de_reporting") as connection:
        query = "SELECT entity_id::text FROM fact WHERE kind = 'session_recorded'"
        return [row[0] for row in connection.execute(query)]


async def caught_up(run: LocalRun, accepted: set[str]) -> None:
    """Wait until the centre holds what was accepted, at most two minutes."""

    async def complete() -> bool:
        try:
            return accepted <= set(await asyncio.to_thread(at_the_centre, run))
        except psycopg.OperationalError:
            return False

    await until(complete, CATCH_UP_SECONDS)


async def until(probe: Any, seconds: float) -> None:
    """Wait until `probe` is true; after `seconds` go on, the result tells."""
    end = asyncio.get_running_loop().time() + seconds
    while not await probe() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - other processes tell no event
        await asyncio.sleep(0.2)


def fill(result: Result, load: Load, found: list[str]) -> None:
    """Compare what was accepted with what is at the centre."""
    result.accepted, result.at_the_centre = len(load.accepted), len(found)
    result.missing = len(load.accepted - set(found))
    result.unexpected = len(set(found) - load.accepted)
    result.refusals = load.refusals
