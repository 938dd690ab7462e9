"""`make compatibility` (COMMIT: the older code): three versions at once, on real servers, with real processes.

Older code, today's, and tomorrow's: today's with a new field, a new major version and a new event. Each network
records, corrects and withdraws through its own API; compared is, record by record, what the centre has in the end.

First at a centre of today: what only tomorrow's centre can read is set aside there, and none of it is lost once the
centre is upgraded. Then the older network is upgraded in place: the tables first, the older code going on, then its
services one by one; and brought back to the older code on the newer tables. Last, networks of today at a centre of the
older code, which is upgraded. Brokers and streams are today's, with the rights that the older clients ask for.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.paths import ROOT
from drill.tree import Tree, checked_out, commit_of, tomorrows
from drill.versions_stage import NEW, NEXT, OLD, SECONDS, Held, Stage, staged
from shared.topology import CENTRE
from tests.support.waiting import eventually

LONG_SECONDS = 20.0
"""Ten heartbeats: a centre that cannot read what it is sent again and again may not fill its tables with it."""


@dataclass
class Play:
    """The scenes; `good` as long as all went well."""

    old: Tree
    new: Tree
    next: Tree
    logs: Path
    good: bool = True

    async def over(self, scene: str, stage: Stage, told: dict[str, Held], waiting: Held | None = None) -> None:
        """Compare and print; `waiting` is what tomorrow's network told and today's centre sets aside."""
        found = await compared(stage, told, aside=len(waiting or ()))
        if waiting:
            found |= {NEXT: {"told": len(waiting), "at the centre": len(stage.held(NEXT))}}
        self.good = self.good and found["good"]
        sys.stdout.write(f"{scene}: {json.dumps(found)}\n")
        sys.stdout.flush()

    async def at_todays_centre(self) -> None:
        """Three versions at once, and each side's upgrade."""
        async with staged(self.logs) as stage:
            for tree, network in ((self.new, CENTRE), (self.old, OLD), (self.new, NEW), (self.next, NEXT)):
                await stage.start(tree, network)
            told = {OLD: await stage.record(self.old, OLD), NEW: await stage.record(self.new, NEW)}
            waiting = await stage.record(self.next, NEXT)
            await eventually(lambda: stage.parked().get("later", 0) >= len(waiting), SECONDS)
            await self.over("three versions at a centre of today", stage, told, waiting)
            await asyncio.sleep(LONG_SECONDS)
            await self.over("the same, ten heartbeats later", stage, told, waiting)
            await stage.start(self.next, CENTRE)
            told[NEXT] = waiting
            await self.over("centre upgraded to tomorrow's", stage, told)
            await self._upgrade_network(stage, told)

    async def _upgrade_network(self, stage: Stage, told: dict[str, Held]) -> None:
        stage.migrate(self.new, OLD)
        told[OLD] |= await stage.record(self.old, OLD, share=4)
        await self.over("older code on the newer tables", stage, told)
        await stage.start(self.new, OLD)
        told[OLD] |= await stage.record(self.new, OLD, share=2)
        await self.over("older network upgraded", stage, told)
        await stage.start(self.old.left(), OLD)
        told[OLD] |= await stage.record(self.old, OLD, share=4)
        await self.over("and brought back to the older code", stage, told)

    async def at_an_older_centre(self) -> None:
        """Networks of today at a centre of the older code, and its upgrade."""
        async with staged(self.logs) as stage:
            for tree, network in ((self.old, CENTRE), (self.new, OLD), (self.new, NEW)):
                await stage.start(tree, network)
            told = {code: await stage.record(self.new, code) for code in (OLD, NEW)}
            await self.over("networks of today, older centre", stage, told)
            await stage.start(self.new, CENTRE)
            await self.over("older centre upgraded", stage, told)


async def compared(stage: Stage, told: dict[str, Held], aside: int) -> dict[str, Any]:
    """What the centre has of what was told, once it is all there or the time is over; `aside`: what must wait there."""

    def agreed() -> bool:
        parked = stage.parked()
        waits = parked.keys() == {"later"} and parked["later"] >= aside if aside else not parked
        return waits and all(stage.held(network) == told[network] for network in told)

    started = time.monotonic()
    with contextlib.suppress(AssertionError):  # then what differs is the result
        await eventually(agreed, SECONDS)
    found: dict[str, Any] = {"good": agreed(), "parked": stage.parked()}
    for network, expected in told.items():
        held = stage.held(network)
        equal = sum(held.get(key) == value for key, value in expected.items())
        found[network] = {"told": len(expected), "equal at the centre": equal, "of nobody": len(held.keys() - expected)}
    found["seconds"] = round(time.monotonic() - started, 1)
    return found


def main() -> int:
    """Play and print. Exit code 1 when a record is missing, doubled or set aside for good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default="")
    older = commit_of(parser.parse_args().commit)
    logs = Path(tempfile.mkdtemp(prefix="iq-versions-logs-"))
    sys.stdout.write(f"older: {older}, today: {commit_of('HEAD')}, logs: {logs}\n")
    with checked_out(older) as old, tomorrows() as following:
        play = Play(old, Tree(ROOT, today=True), following, logs)
        asyncio.run(play.at_todays_centre())
        asyncio.run(play.at_an_older_centre())
    return 0 if play.good else 1


if __name__ == "__main__":
    sys.exit(main())
