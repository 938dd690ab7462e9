"""`python -m chaos.hub_away`: hub and centre are away for 72 hours. Every page of the network must work, and all that
was recorded must be at the centre within ten seconds of the return. SESSIONS (default 1000) are recorded meanwhile.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from chaos.checks import compare_figures
from chaos.federation import Federation, federation
from chaos.link import Mode
from chaos.load import Client, Singles, make_sessions
from chaos.oracle import Oracle, Session
from chaos.record import save
from chaos.scenario import agreed
from shared.topology import CENTRE
from tests.support.addresses import NETWORK, pages

DAYS = (1, 2, 3)
CATCH_UP_SECONDS = 10.0
LINE = ("2026-10-05", "fair_integration")
ROLES = ("counsellor", "trainer", "admin", "coordinator")


@dataclass
class Absence:
    """What was seen."""

    sessions: int = 0
    pages: int = 0
    failed: list[str] = field(default_factory=list)
    slowest_page_seconds: float = 0.0
    catch_up_seconds: float = 0.0
    differences: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Every page answered, all is there in time."""
        return not (self.failed or self.differences) and self.catch_up_seconds <= CATCH_UP_SECONDS


async def no_gate(_share: float) -> None:
    """As fast as it goes."""


async def visit(attacked: Federation, role: str, known: dict[str, str], seen: Absence) -> dict[str, int]:
    """Open every page a role of the network has; how each answers."""
    answers = {}
    account = attacked.run.account(NETWORK, role)
    async with httpx2.AsyncClient(base_url=account["gateway"], timeout=20, trust_env=False) as browser:
        form = {"username": account["username"], "password": account["password"], "weiter": "/"}
        await browser.post("/anmelden", data=form)
        for page in pages(once=False):
            missing = any(f"{{{name}}}" in page.address for name in ("edition", "job"))
            if (page.region, page.role) != (NETWORK, role) or missing:
                continue
            before = time.monotonic()
            answer = await browser.get(page.address.format(**known), follow_redirects=True)
            seen.slowest_page_seconds = round(max(seen.slowest_page_seconds, time.monotonic() - before), 2)
            seen.pages += 1
            answers[f"{role} {page.address}"] = answer.status_code
    return answers


async def known_records(attacked: Federation) -> dict[str, str]:
    """Records that pages with an id in their address show."""
    statuses: Counter[int] = Counter()
    desk = Client(attacked.run.account(NETWORK, "counsellor"), statuses)
    school = Client(attacked.run.account(NETWORK, "trainer"), statuses)
    line = dict(zip(("date", "programme_line"), LINE, strict=True))
    training = line | {"programme_line": "intercultural", "format": "training", "role": "own", "number": 1}
    bodies: list[tuple[Client, str, dict[str, Any]]] = [
        (desk, "person", {"family_name": "Beispiel", "given_names": "Person"}),
        (desk, "session", line),
        (desk, "group", line | {"group_type": "information", "participants": 7}),
        (school, "meeting", training | {"participants": 12}),
    ]
    known = {}
    for client, name, body in bodies:
        known[name] = str(uuid4())
        answer = await client.send("PUT", f"/api/v1/{name}s/{known[name]}", json=body)
        if answer is None or not answer.is_success:
            raise AssertionError(f"{name}: {answer and answer.text}")
    return known


async def away(attacked: Federation, count: int, seed: int) -> Absence:
    """Three days without the hub, each with its share of the load and a visit of every page."""
    oracle, chance, seen = Oracle(), random.Random(seed), Absence()
    desk = Client(attacked.run.account(NETWORK, "counsellor"), Counter())
    known = await known_records(attacked)
    extra = Session(NETWORK, known["session"], *LINE, "not_stated", "not_stated", "not_stated", "not_stated")
    oracle.accept(extra)
    sessions = make_sessions(NETWORK, count, chance, imported=False)
    usual = [await visit(attacked, role, known, seen) for role in ROLES]  # some pages refuse, with or without a hub
    attacked.links[NETWORK].set(Mode.CUT)
    share = -(-count // len(DAYS))
    for day in DAYS:
        await Singles(desk, oracle, sessions[(day - 1) * share : day * share], chance).run(no_gate)
        for network in (NETWORK, CENTRE):
            attacked.file(network, "clock").write_text(str(day * 86_400), encoding="ascii")
        for role, before in zip(ROLES, usual, strict=True):
            now = await visit(attacked, role, known, seen)
            seen.failed += [
                f"day {day} {page}: {now[page]} for {before[page]}" for page in now if now[page] != before[page]
            ]
    seen.sessions = len(oracle.sessions)
    returned = time.monotonic()
    attacked.links[NETWORK].set(Mode.OPEN)
    verdict = await agreed(attacked, oracle, 6 * CATCH_UP_SECONDS)
    seen.catch_up_seconds = round(time.monotonic() - returned, 1)
    await compare_figures(attacked, oracle, verdict)
    seen.differences = verdict.named
    return seen


async def run(count: int, seed: int) -> Absence:
    """One network and the centre."""
    async with federation([NETWORK]) as attacked:
        return await away(attacked, count, seed)


def main() -> int:
    """Run. Exit code 1 when a page failed or the catch-up took longer."""
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    sys.stdout.write(f"seed {seed}\n")
    seen = asyncio.run(run(int(os.environ.get("SESSIONS") or 1000), seed))
    sys.stdout.write(json.dumps(save("hub-away", seed, seen), indent=1) + "\n")
    return 0 if seen.good else 1


if __name__ == "__main__":
    sys.exit(main())
