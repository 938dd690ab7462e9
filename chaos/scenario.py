"""One run: load and faults together, then all is healed, and the oracle is asked."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from chaos import checks
from chaos.checks import Verdict, compare_figures, compare_sessions
from chaos.federation import Federation
from chaos.load import Client, Files, Singles, make_sessions
from chaos.oracle import Oracle
from chaos.schedule import Schedule
from shared.topology import CENTRE

SETTLE_SECONDS = 180.0
AHEAD_SECONDS = 3 * 86_400
SINGLES_SHARE = 0.2
CHANGES = 1.09  # events per session at least: corrections and withdrawals count too (1.097 in a run of 80,000 sessions)


@dataclass
class Size:
    """How large a run is."""

    networks: list[str]
    events: int
    kills: int
    pause: float = 1.0
    at_once: int = 3
    rows: int = 250


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    size: Size
    events: int = 0
    sessions: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    settled_seconds: float = 0.0
    figures_compared: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    parked: dict[str, int] = field(default_factory=dict)
    restores: dict[str, list[str]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Nothing lost, doubled or wrong, also after restores, and nobody was answered 500."""
        enough = sum(self.kills.values()) >= self.size.kills and not any(self.restores.values())
        return enough and self.verdict.good and not self.statuses.get(500)


def make_load(
    federation: Federation, oracle: Oracle, size: Size, seed: int
) -> tuple[list[Singles | Files], Counter[int]]:
    """A desk and an importing administration per network."""
    statuses: Counter[int] = Counter()
    each = int(size.events / CHANGES / len(size.networks))
    work: list[Singles | Files] = []
    for number, network in enumerate(size.networks):
        chance = random.Random(seed * 1000 + number)
        desk = Client(federation.account(network, "counsellor"), statuses)
        single = make_sessions(network, int(each * SINGLES_SHARE), chance, imported=False)
        work.append(Singles(desk, oracle, single, chance))
        office = Client(federation.account(network, "admin"), statuses)
        imported = make_sessions(network, each - len(single), chance, imported=True)
        work.append(Files(office, oracle, imported, chance, size.rows))
    return work, statuses


async def play(federation: Federation, size: Size, seed: int) -> tuple[Outcome, Oracle]:
    """Load and faults until both are through; then heal, wait, compare."""
    oracle, chance = Oracle(), random.Random(seed)
    outcome = Outcome(seed, size)
    work, statuses = make_load(federation, oracle, size, seed)
    schedule = Schedule(federation, oracle, chance, size.events, size.kills, size.pause, size.at_once)
    started = time.monotonic()
    async with asyncio.TaskGroup() as all_work:
        for one in work:
            all_work.create_task(one.run(schedule.gate))
        all_work.create_task(schedule.run())
    outcome.seconds = round(time.monotonic() - started, 1)
    outcome.events, outcome.sessions = oracle.events, len(oracle.sessions)
    outcome.kills = dict(Counter(_kind(name) for name in federation.kills))
    outcome.faults = dict(Counter(struck.fault for struck in schedule.struck))
    outcome.missed, outcome.statuses = dict(schedule.missed), dict(statuses)
    for one in work:
        await one.client.http.aclose()
    await settle(federation, oracle, outcome)
    return outcome, oracle


def _kind(name: str) -> str:
    network, _, rest = name.partition(".")
    if not rest:
        return network
    return f"{'centre' if network == CENTRE else 'network'}.{rest}"


async def settle(federation: Federation, oracle: Oracle, outcome: Outcome) -> None:
    """Wait until everything agrees with the oracle, or for good; then ask for the figures."""
    started = time.monotonic()
    # Some records were made with clocks two days ahead: they count once their day has come.
    for network in (*federation.networks, CENTRE):
        federation.file(network, "clock").write_text(str(AHEAD_SECONDS), encoding="ascii")
    outcome.verdict = await agreed(federation, oracle, SETTLE_SECONDS)
    outcome.settled_seconds = round(time.monotonic() - started, 1)
    await federation.all_ready(SETTLE_SECONDS)
    outcome.figures_compared = await compare_figures(federation, oracle, outcome.verdict)
    outcome.parked = await asyncio.to_thread(parked, federation)
    for fate, sent in (("dead", oracle.dead), ("later", oracle.later)):
        # Not fewer is wrong: a wiped stream takes unread nonsense with it, which nobody sends again.
        if (more := outcome.parked.get(fate, 0) - sent) > 0:
            outcome.verdict.doubled += more
            outcome.verdict.note(f"{more} messages are parked as {fate} that nobody sent")


async def agreed(federation: checks.Federation, oracle: Oracle, seconds: float) -> Verdict:
    """The verdict on all sessions as soon as it is good, or the last one."""
    end, pause = time.monotonic() + seconds, 1.0
    while True:
        try:
            before = time.monotonic()
            verdict = await asyncio.to_thread(compare_sessions, federation, oracle)
            pause = max(1.0, 2 * (time.monotonic() - before))
        except psycopg.OperationalError:
            verdict = Verdict(wrong=1, named=["the database is away"])
        if verdict.good or time.monotonic() > end:
            return verdict
        await asyncio.sleep(pause)


def parked(federation: Federation) -> dict[str, int]:
    """Messages parked at the centre by fate."""
    with federation.site.postgres.connect("de_reporting") as connection:
        return dict(connection.execute("SELECT fate, count(*) FROM parked GROUP BY fate").fetchall())
