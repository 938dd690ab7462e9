"""`make rolling`: rolling restarts of every service under load (RESTARTS, SESSIONS and SEED from the environment).

Three rollouts go on at once, two in the network and one at the centre, each service in turn as Kubernetes does it.
Afterwards everything is asked to end with the broker away, the database away, and both. Wanted: no request failed, no
record lost, exit code 0 every time.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chaos.checks import Verdict, compare_figures
from chaos.oracle import Oracle
from chaos.record import save
from chaos.scenario import agreed
from drill.rolling_cluster import NETWORK, Cluster, Ended, cluster
from drill.rolling_ends import ends
from drill.rolling_load import Record, everyone
from shared.topology import CENTRE

ROLLOUTS = (
    (f"{NETWORK}.registration", f"{NETWORK}.counselling"),
    (f"{NETWORK}.reporting", f"{NETWORK}.gateway"),
    (f"{CENTRE}.reporting", f"{CENTRE}.gateway"),
)
SETTLE_SECONDS = 60.0
EXPECTED_SECONDS = 5.0  # of one restart: only to spread the load evenly
LAST_SECONDS = 2.0


@dataclass
class Progress:
    """How far the restarts are, as a share of all; 1 is reached a moment after the last."""

    wanted: int
    done: int = 0
    since: float = field(default_factory=time.monotonic)
    over: bool = False

    def share(self) -> float:
        """Between 0 and 1."""
        if self.over:
            return 1.0
        begun = min((time.monotonic() - self.since) / EXPECTED_SECONDS, 1.0)
        return min((self.done + begun) / self.wanted, 0.999)

    def step(self) -> None:
        """One more."""
        self.done, self.since = self.done + 1, time.monotonic()


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    seconds: float
    restarts: dict[str, int]
    exit_codes: dict[str, list[int]]
    longest_end_seconds: float
    requests: int
    statuses: dict[int, int]
    failed: list[str]
    slowest_request_seconds: float
    refused_connections: int
    sessions: int
    verdict: Verdict
    ends: list[dict[str, Any]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nobody noticed."""
        codes = [code for codes in self.exit_codes.values() for code in codes]
        return not self.failed and self.verdict.good and not any(codes) and not any(one["code"] for one in self.ends)


async def roll(
    running: Cluster, names: tuple[str, ...], progress: Progress, record: Record, ended: list[Ended]
) -> None:
    """Restart services in turn until enough restarts are done."""
    while True:
        for name in names:
            if len(ended) + len(record.struck) >= progress.wanted:
                return
            record.struck.add(name)
            try:
                ended.append(await running.exchange(name))
            finally:
                record.struck.discard(name)
            progress.step()
            sys.stdout.write(f"{json.dumps(asdict(ended[-1]))}\n")
            sys.stdout.flush()


async def run(folder: Path, restarts: int, size: int, seed: int) -> Outcome:
    """Start, load, restart, compare, end."""
    oracle, record, ended = Oracle(), Record(), []  # type: ignore[var-annotated]  # list[Ended]
    async with cluster(folder) as running:
        progress, began = Progress(restarts), time.monotonic()
        async with asyncio.TaskGroup() as group:
            load = [group.create_task(work) for work in everyone(running, oracle, record, progress.share, size, seed)]
            rollouts = [group.create_task(roll(running, names, progress, record, ended)) for names in ROLLOUTS]
            await asyncio.gather(*rollouts)
            await asyncio.sleep(LAST_SECONDS)
            progress.over = True
            await _end(load, record)
        seconds = round(time.monotonic() - began, 1)
        verdict = await agreed(running, oracle, SETTLE_SECONDS)
        await compare_figures(running, oracle, verdict)
        refused = sum(switch.refused for switch in running.switches.values())
        last = [asdict(one) for one in await ends(running)]
    codes: dict[str, list[int]] = {}
    for one in ended:
        codes.setdefault(one.name, []).append(one.code)
    return Outcome(
        seed, seconds, {name: len(found) for name, found in codes.items()}, codes,
        max(one.seconds for one in ended), sum(record.statuses.values()), dict(record.statuses), record.failed,
        round(record.slowest, 2), refused, len(oracle.sessions), verdict, last,
    )  # fmt: skip


async def _end(load: list[asyncio.Task[None]], record: Record) -> None:
    """Let everybody finish what was begun; who cannot, as what is sent is refused for ever, has failed."""
    _, pending = await asyncio.wait(load, timeout=SETTLE_SECONDS)
    for task in pending:
        task.cancel()
        record.failed.append(f"does not end: {task.get_coro()}")


def main() -> int:
    """Run, print, keep (`chaos/results`). Exit code 1 when a user noticed, something was lost or an end was bad."""
    seed = int(os.environ.get("SEED") or 1)
    restarts, size = int(os.environ.get("RESTARTS") or 50), int(os.environ.get("SESSIONS") or 600)
    with tempfile.TemporaryDirectory(prefix="iq-rolling-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        outcome = asyncio.run(run(Path(name), restarts, size, seed))
    sys.stdout.write(json.dumps(save("rolling", seed, outcome), indent=1, default=str) + "\n")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
