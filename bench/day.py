"""A busy day, compressed: `make busy-day` (NETWORKS, SESSIONS, SECONDS, SEED).

The country counsels about 410 times a working day, once a minute; here ten times as many sessions are recorded in ten
minutes, by chance over time and networks, half of them with a person of her own: through each network's gateway, as its
pages do. Before each, its counsellor opens the start page, looks whether the person is known, opens the form and fills
it in; meanwhile the centre's coordination goes round its pages. Measured are the pages, the save (person and session,
until both are answered), the way to the nation (from the first byte sent until the session is committed among the
centre's facts), and what the federation takes. Everybody, the load included, runs on this machine.
"""

import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from bench.clicks import NATION, Browser
from bench.save import percentile
from bench.weighing import GROUPS, Footprint, look
from deploy.local.postgres import Postgres
from shared.tasks import end
from shared.topology import CENTRE, load_topology
from tests.support.local_run import LocalRun, start_local_run

RESULTS = Path(__file__).parent / "results"
GOALS = {"save p95 ms": 300, "nation p95 ms": 5000}
LOOK_SECONDS, LATE_SECONDS, TOKEN_SECONDS, WEIGH_SECONDS = 0.05, 120.0, 600.0, 15.0
LINES = ("recognition_counselling", "fair_integration")


@dataclass
class Desk:
    """A network's counsellors: one account, a connection for each who saves or reads at the moment."""

    account: dict[str, Any]
    browser: Browser = field(init=False)
    http: httpx2.AsyncClient = field(init=False)
    signed_in: float = -TOKEN_SECONDS

    def __post_init__(self) -> None:
        self.browser = Browser(self.account)
        self.http = httpx2.AsyncClient(base_url=self.account["gateway"], timeout=60, trust_env=False)

    async def sign_in(self) -> None:
        """Get a token, unless the last one is good for a while."""
        if time.monotonic() - self.signed_in < TOKEN_SECONDS:
            return
        self.signed_in = time.monotonic()
        form = {"username": self.account["username"], "password": self.account["password"]}
        answer = (await self.http.post("/api/v1/token", data=form)).raise_for_status()
        if "Authorization" not in self.http.headers:
            await self.browser.sign_in()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def save(self, session: UUID, chance: random.Random) -> None:
        """Record a session of this year, with its person for every second one. Raises what is no success."""
        body: dict[str, Any] = {
            "date": f"{date(2026, 1, 5) + timedelta(days=chance.randrange(300))}",
            "programme_line": chance.choice(LINES),
            "nationality": chance.choice(("SY", "AF", "UA", "TR")),
        }
        if chance.random() < 0.5:
            person = body["person_id"] = str(uuid4())
            named = {"family_name": f"Muster{chance.randrange(10_000)}", "given_names": "Kim"}
            (await self.http.put(f"/api/v1/persons/{person}", json=named)).raise_for_status()
        (await self.http.put(f"/api/v1/sessions/{session}", json=body)).raise_for_status()


@dataclass
class Day:
    """One day: when each session was sent, how long its save took, when it was seen at the centre."""

    desks: Sequence[Desk]
    postgres: Postgres
    chance: random.Random
    sent: dict[UUID, float] = field(default_factory=dict)
    saves: list[float] = field(default_factory=list)
    nation: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    over: bool = False

    async def run(self, sessions: int, seconds: float) -> None:
        """Play it, and wait for what is on its way."""
        for desk in self.desks:
            await desk.sign_in()
        started, times = time.monotonic(), sorted(self.chance.uniform(0, seconds) for _ in range(sessions))
        watch = asyncio.create_task(self._watch())
        async with asyncio.TaskGroup() as group:
            for due in times:
                await asyncio.sleep(max(0.0, started + due - time.monotonic()))
                group.create_task(self._one(self.chance.choice(self.desks)))
        self.over = True
        await watch

    async def _one(self, desk: Desk) -> None:
        key = uuid4()
        await desk.sign_in()
        try:
            await desk.browser.before_a_consultation(f"Muster{self.chance.randrange(10_000)}")
            began = self.sent[key] = time.monotonic()
            await desk.save(key, self.chance)
        except (httpx2.HTTPError, OSError) as error:
            self.failed.append(type(error).__name__)
            self.sent.pop(key, None)
            return
        self.saves.append(time.monotonic() - began)

    async def _watch(self) -> None:
        """Look for what was sent among the centre's facts, until all is there or nothing has come for long."""
        last = time.monotonic()
        with self.postgres.connect("de_reporting") as centre:
            while (self.sent or not self.over) and not (self.over and time.monotonic() - last > LATE_SECONDS):
                query, asked = "SELECT DISTINCT entity_id FROM fact WHERE entity_id = ANY(%s)", list(self.sent)
                found = (await asyncio.to_thread(centre.execute, query, [asked])).fetchall()
                now = time.monotonic()
                for (key,) in found:
                    self.nation.append(now - self.sent.pop(key))
                    last = now
                await asyncio.sleep(LOOK_SECONDS)

    def figures(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = {
            "saved": len(self.saves),
            "failed": len(self.failed),
            "at the centre": len(self.nation),
        }
        pages = [seconds for desk in self.desks for seconds in desk.browser.took]
        for name, values in (("save", self.saves), ("nation", self.nation), ("page", pages)):
            found |= spread(name, values)
        return found


def spread(name: str, values: list[float]) -> dict[str, float]:
    """How long something took, mostly and at most."""
    found = {f"{name} p{share} ms": percentile(values, share / 100) for share in (50, 95, 99)}
    return found | {f"{name} max ms": round(max(values) * 1000, 1)}


async def weigh(run: LocalRun, weighed: list[Footprint]) -> None:
    """See what the federation takes, again and again, for ever."""
    while True:
        weighed.append(await asyncio.to_thread(look, run.folder, run.process.pid))
        await asyncio.sleep(WEIGH_SECONDS)


def taken(weighed: Sequence[Footprint]) -> dict[str, float]:
    """Processor and memory over a day."""
    share = weighed[-1].since(weighed[0])
    found = {f"{group}: % of a core": round(share[group], 1) for group in GROUPS}
    most = max(weighed, key=lambda one: one.all_megabytes)
    found |= {"all: % of a core": round(sum(share.values()), 1), "memory MB at most": round(most.all_megabytes)}
    return found | {f"{group}: MB": round(most.megabytes[group]) for group in GROUPS}


async def play(run: LocalRun, networks: Sequence[str], sessions: int, seconds: float, seed: int) -> dict[str, Any]:
    """A day after a short morning, whose figures are forgotten: caches and connections are cold only once a day."""
    desks = [Desk(run.account(network, "counsellor")) for network in networks]
    postgres, chance = Postgres(run.folder / "postgres"), random.Random(seed + 1)
    await Day(desks, postgres, random.Random(seed)).run(8 * len(desks), 2.0 * len(desks))
    for desk in desks:
        desk.browser.took.clear()
    coordination, weighed = Browser(run.account(CENTRE, "coordination")), list[Footprint]()
    await coordination.sign_in("Messung")
    day = Day(desks, postgres, chance)
    beside = [asyncio.create_task(one) for one in (coordination.all_day(NATION, chance), weigh(run, weighed))]
    await day.run(sessions, seconds)
    day.failed += [repr(task.exception()) for task in beside if task.done()]
    await end(beside)
    for browser in (coordination, *desks, *(desk.browser for desk in desks)):
        with contextlib.suppress(OSError):
            await browser.http.aclose()
    return day.figures() | spread("page of the centre", coordination.took) | taken(weighed)


def main() -> int:
    """Run, print, keep. Exit code 1 when a goal is missed or something failed."""
    count, sessions = int(os.environ.get("NETWORKS") or 16), int(os.environ.get("SESSIONS") or 4100)
    seconds, seed = float(os.environ.get("SECONDS") or 600), int(os.environ.get("SEED") or 1)
    networks = ["rp", *(code for code in load_topology() if code != "rp")][:count]
    with tempfile.TemporaryDirectory(prefix="iq-day-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        run = start_local_run(Path(name) / "local", " ".join(networks))
        before = os.getloadavg()
        try:
            figures = asyncio.run(play(run, networks, sessions, seconds, seed))
        finally:
            run.stop()
    asked = {"networks": count, "sessions": sessions, "seconds": seconds, "seed": seed, "processors": os.cpu_count()}
    loads = {"load before": round(before[0], 1), "load after": round(os.getloadavg()[0], 1)}
    result = asked | loads | figures | {"goals": GOALS}
    text = json.dumps(result, indent=1)
    sys.stdout.write(f"{text}\n")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"day-{datetime.now(UTC):%Y-%m-%d-%H%M}.json").write_text(f"{text}\n", encoding="utf-8")
    missed = [name for name, most in GOALS.items() if figures[name] > most]
    return 1 if missed or figures["failed"] or figures["at the centre"] < sessions else 0


if __name__ == "__main__":
    sys.exit(main())
