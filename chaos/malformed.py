"""`python -m chaos.malformed`: COUNT (default 100,000) malformed messages among as many good ones, through a real leaf.

Each bad one must be parked once, each good one counted, and the centre's process must not grow by 50 MB.
"""

import asyncio
import json
import os
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from nats.aio.client import Client

from chaos.federation import Federation, federation
from chaos.message_faults import SESSION, Message, confirmed, event, nonsense
from chaos.record import save

NETWORK = "rp"
IN_FLIGHT, BLOCK = 64, 2_000
GROWTH_LIMIT_MB = 50.0
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
WAIT_SECONDS = 300.0
LARGE = 10_000  # bytes; a hundred thousand of those would measure the disk


@dataclass
class Flood:
    """What came of it."""

    good_sent: int = 0
    bad_sent: int = 0
    facts: int = 0
    parked: int = 0
    parked_places: int = 0
    growth_mb: float = 0.0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """All counted, each parked once, memory bounded."""
        counted = (self.facts, self.parked, self.parked_places) == (self.good_sent, self.bad_sent, self.bad_sent)
        return counted and self.growth_mb < GROWTH_LIMIT_MB


def session(number: int, chance: random.Random) -> Message:
    """A good lean session."""
    body = {
        "session_id": str(UUID(int=chance.getrandbits(128), version=4)), "revision": 1, "withdrawn": False,
        "recorded_on": None, "month": f"{2023 + number % 3}-{1 + number % 12:02d}", "origin": "synthetic",
        "programme_line": "recognition_counselling", "session_type": "first", "seen_before": "not_known",
        "nationality": "SY", "refugee_background": "no",
    }  # fmt: skip
    return event(NETWORK, SESSION, json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def block(first: int, count: int, chance: random.Random) -> list[Message]:
    """As many good messages as bad ones, shuffled; the bad ones of every kind that is not large."""
    made = [session(first + number, chance) for number in range(count)]
    while len(made) < 2 * count:
        made += [message for message in nonsense(NETWORK) if len(message[1]) < LARGE][: 2 * count - len(made)]
    chance.shuffle(made)
    return made


async def send(client: Client, messages: list[Message]) -> None:
    """Send messages, many at a time, each until the hub has it."""
    todo = iter(messages)

    async def work() -> None:
        for message in todo:
            while not await confirmed(client, message):
                await asyncio.sleep(0.2)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


def resident(pid: int) -> float:
    """Memory of a process that it shares with nobody, in MB."""
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return (int(fields[1]) - int(fields[2])) * PAGE_MB


def counts(attacked: Federation) -> tuple[int, int, int]:
    """Facts, parked messages, and places in streams of those, at the centre."""
    query = (
        "SELECT (SELECT count(*) FROM fact WHERE kind = 'session_recorded'), "
        "(SELECT count(*) FROM parked), (SELECT count(DISTINCT (stream, sequence)) FROM parked)"
    )
    with attacked.site.postgres.connect("de_reporting") as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


async def flood(attacked: Federation, count: int, seed: int) -> Flood:
    """Send it all while the centre takes it in."""
    chance, seen = random.Random(seed), Flood()
    pid = attacked.pid("de.reporting") or 0
    async with attacked.client(NETWORK, f"{NETWORK}.counselling.uplink") as client:
        await send(client, block(0, BLOCK, chance))  # what the first messages cost is no growth
        before = resident(pid)
        started = time.monotonic()
        for first in range(BLOCK, count, BLOCK):
            await send(client, block(first, min(BLOCK, count - first), chance))
            seen.growth_mb = round(max(seen.growth_mb, resident(pid) - before), 1)
    seen.good_sent = seen.bad_sent = max(count, BLOCK)
    end = time.monotonic() + WAIT_SECONDS
    while sum(counts(attacked)[:2]) < 2 * count and time.monotonic() < end:
        seen.growth_mb = round(max(seen.growth_mb, resident(pid) - before), 1)
        await asyncio.sleep(1)
    seen.seconds = round(time.monotonic() - started, 1)
    seen.facts, seen.parked, seen.parked_places = counts(attacked)
    return seen


async def run(count: int, seed: int) -> Flood:
    """One network and the centre."""
    async with federation([NETWORK]) as attacked:
        return await flood(attacked, count, seed)


def main() -> int:
    """Run. Exit code 1 when something was lost, parked twice, or memory grew."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    sys.stdout.write(f"seed {seed}\n")
    seen = asyncio.run(run(int(os.environ.get("COUNT") or 100_000), seed))
    sys.stdout.write(json.dumps(save("malformed", seed, seen), indent=1) + "\n")
    return 0 if seen.good else 1


if __name__ == "__main__":
    sys.exit(main())
