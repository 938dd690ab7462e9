"""`python -m chaos.broker_kills`: a nats-server is killed KILLS (default 200) times, hub and network's own in turn.

After each kill a session is recorded; resumed is when the centre has it, counted from the server's being up again.
"""

import asyncio
import json
import os
import random
import resource
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import uuid4

from chaos.federation import short_folder
from chaos.record import save
from deploy.local.databases import copy_template, make_template
from shared.database import ROLE
from tests.support.federation import start_federation
from tests.support.recording import rows
from tests.support.repairing import SESSION, Pair
from tests.support.servers import postgres_server

MEDIAN_SECONDS, MOST_SECONDS, GIVE_UP_SECONDS = 1.0, 10.0, 60.0
IDLE_SECONDS, IDLE_SHARE = 10.0, 0.2


@dataclass
class Kills:
    """Seconds to resume after each kill; share of a processor that everything took afterwards, idle."""

    seconds: list[float] = field(default_factory=list)
    median: float = 0.0
    longest: float = 0.0
    recorded: int = 0
    at_the_centre: int = 0
    idle_share: float = 0.0

    @property
    def good(self) -> bool:
        """Quick enough, nothing lost, nothing spins."""
        complete = self.recorded == self.at_the_centre and self.idle_share < IDLE_SHARE
        return complete and self.median < MEDIAN_SECONDS and self.longest < MOST_SECONDS


async def resumed(pair: Pair) -> float:
    """Record a session and wait until the centre has it; seconds."""
    started, key = time.monotonic(), uuid4()
    await pair.counsellor.put(f"sessions/{key}", SESSION)
    while not await rows(pair.centre, "SELECT 1 FROM fact WHERE entity_id = :key", key=key):
        if time.monotonic() - started > GIVE_UP_SECONDS:
            return GIVE_UP_SECONDS
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def kill_again_and_again(pair: Pair, kills: int, chance: random.Random) -> Kills:
    """Kill, start, record, wait."""
    seen = Kills()
    async with pair.running():
        await resumed(pair)
        for number in range(kills):
            server = pair.federation.hub if number % 2 else pair.federation.regions["rp"]
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(chance.uniform(0, 2))
            await asyncio.to_thread(server.start)
            seen.seconds.append(round(await resumed(pair), 2))
        before = resource.getrusage(resource.RUSAGE_SELF)
        await asyncio.sleep(IDLE_SECONDS)
        after = resource.getrusage(resource.RUSAGE_SELF)
        seen.idle_share = round((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / IDLE_SECONDS, 3)
        seen.at_the_centre = len(await pair.held())
    seen.recorded = kills + 1
    seen.median, seen.longest = round(statistics.median(seen.seconds), 2), max(seen.seconds)
    return seen


def run(kills: int, seed: int) -> Kills:
    """Real servers; the two services run in this process, so that its idle time tells of them."""
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        postgres = stack.enter_context(postgres_server())
        urls = []
        for service in ("counselling", "reporting"):
            copy_template(postgres, make_template(postgres, service), f"{service}_kills")
            urls.append(postgres.url(f"{service}_kills", ROLE))
        federation = start_federation(folder, ["rp"])
        stack.callback(federation.stop)
        pair = Pair(federation, *urls)
        return asyncio.run(kill_again_and_again(pair, kills, random.Random(seed)))


def main() -> int:
    """Run. Exit code 1 when it took too long, something was lost, or somebody spins."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    sys.stdout.write(f"seed {seed}\n")
    seen = run(int(os.environ.get("KILLS") or 200), seed)
    sys.stdout.write(json.dumps(save("broker-kills", seed, seen), indent=1) + "\n")
    return 0 if seen.good else 1


if __name__ == "__main__":
    sys.exit(main())
