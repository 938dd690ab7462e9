"""`make chaos`: NETWORKS, EVENTS, KILLS and SEED from the environment; writes `chaos/results/<date>-<seed>.json`."""

import asyncio
import os
import random
import sys

from chaos.federation import federation
from chaos.record import save, write
from chaos.restores import Restores
from chaos.scenario import Outcome, Size, play
from shared.topology import load_topology


async def run(size: Size, seed: int) -> Outcome:
    """Start a federation, play, stop it."""
    async with federation(size.networks) as attacked:
        outcome, oracle = await play(attacked, size, seed)
        save("", seed, outcome)  # the restores take long, and may be cut short
        if outcome.verdict.good:
            outcome.restores = await Restores(attacked, oracle, size.networks[0], seed).run()
    return outcome


def main() -> int:
    """Run. Exit code 1 when something was lost, doubled or wrong."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    count = int(os.environ.get("NETWORKS") or 16)
    events, kills = int(os.environ.get("EVENTS") or 100_000), int(os.environ.get("KILLS") or 500)
    sys.stdout.write(f"seed {seed}: {count} networks, {events} events, {kills} kills\n")
    sys.stdout.flush()
    networks = ["rp", *(code for code in load_topology() if code != "rp")][:count]
    size = Size(networks, events, kills, pause=0.8, at_once=3 + count // 4, rows=1000)
    outcome = asyncio.run(run(size, seed))
    sys.stdout.write(write(outcome))
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
