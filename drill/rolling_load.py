"""Those who work meanwhile: desks that record by the API and by files, a counsellor with a browser, readers of figures.

Whatever is not answered with success is a failed request, told with its circumstances, though a desk tries again.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx2

from chaos.load import Client, Files, Singles, make_sessions
from chaos.oracle import Oracle, Session
from drill.rolling_cluster import NETWORK, Cluster
from shared.topology import CENTRE
from tests.support.pages import form_of

RENEWAL_SECONDS = 600.0
PAUSES = (0.3, 1.5)
"""Seconds between two requests of a reader; some think longer than an idle connection is kept (`LONG`)."""
LONG = (6.0, 12.0)
NEW = "/beratungen/neu"
PAGES = ("/", "/beratungen", NEW, "/personen", "/termine", "/barrierefreiheit")
FIGURES = {
    (NETWORK, "coordinator"): ("counselling_sessions&by=month,channel", "first_counsellings&by=programme_line"),
    (CENTRE, "coordination"): ("counselling_sessions&by=region,month", "counselling_sessions&by=region,gender"),
}


@dataclass
class Record:
    """Every answer by its status (0: none), and what failed. `struck` names what is being exchanged."""

    struck: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def note(self, method: str, path: str, answer: httpx2.Response | None, began: float, why: str = "") -> None:
        """Count an answer. 409 says that a record was reordered since, which the load provokes."""
        self.slowest = max(self.slowest, time.monotonic() - began)
        good = answer is not None and (answer.status_code < 400 or answer.status_code == httpx2.codes.CONFLICT)
        if not good:
            told = why if answer is None else f"{answer.status_code} {answer.text[:200]}"
            self.failed.append(f"{method} {path} during {', '.join(sorted(self.struck)) or 'nothing'}: {told}")


class Desk(Client):
    """A client of the API whose failures are told; it signs in anew before its token ends."""

    def __init__(self, account: dict[str, Any], record: Record) -> None:
        super().__init__(account, record.statuses)
        self.record, self.signed_in = record, time.monotonic()

    async def send(self, method: str, path: str, **body: Any) -> httpx2.Response | None:
        """One request, noted."""
        if time.monotonic() - self.signed_in > RENEWAL_SECONDS:
            self._headers, self.signed_in = {}, time.monotonic()
        began = time.monotonic()
        answer = await super().send(method, path, **body)
        self.record.note(method, path, answer, began, "no answer")
        return answer


@dataclass
class Browser:
    """A counsellor with a browser: it keeps its connections for as long as the server does."""

    account: dict[str, Any]
    record: Record
    chance: random.Random

    def __post_init__(self) -> None:
        limits = httpx2.Limits(keepalive_expiry=None)
        self.http = httpx2.AsyncClient(base_url=self.account["gateway"], timeout=30, trust_env=False, limits=limits)

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response | None:
        """A page, as it is after being led on; None where the gateway did not answer."""
        began = time.monotonic()
        try:
            answer = await self.http.request(method, path, follow_redirects=True, **more)
        except httpx2.TransportError as error:
            self.record.statuses[0] += 1
            self.record.note(method, path, None, began, f"{type(error).__name__} {error}")
            return None
        self.record.statuses[answer.status_code] += 1
        self.record.note(method, path, answer, began)
        return answer

    async def sign_in(self) -> None:
        """Sign in by the form."""
        form = {name: self.account[name] for name in ("username", "password")} | {"weiter": "/"}
        await self.ask("POST", "/anmelden", data=form)

    async def pause(self) -> None:
        """Think, now and then for long."""
        await asyncio.sleep(self.chance.uniform(*(LONG if self.chance.random() < 0.1 else PAUSES)))

    async def record_session(self, oracle: Oracle) -> None:
        """Open the form, fill in a nationality, save; what was acknowledged is told to the oracle."""
        page = await self.ask("GET", NEW)
        if page is None or not page.is_success:
            return
        await self.pause()
        form = form_of(page.text, NEW) | {
            "nationality": [self.chance.choice(("SY", "AF", "UA"))],
            "date": ["04.05.2026"],
        }
        if (saved := await self.ask("POST", NEW, data=form)) is not None and saved.is_success:
            line, nationality, refugee, gender, channel = (
                form[name][0] for name in ("programme_line", "nationality", "refugee_background", "gender", "channel")
            )
            oracle.accept(
                Session(NETWORK, form["session_id"][0], "2026-05-04", line, nationality, refugee, gender, channel)
            )


async def typing(browser: Browser, oracle: Oracle, over: Callable[[], bool]) -> None:
    """A counsellor's day: every second step a new session, pages in between; a sign-in now and then."""
    await browser.sign_in()
    step = 0
    while not over():
        step += 1
        if step % 40 == 0:
            await browser.sign_in()
        if step % 2:
            await browser.record_session(oracle)
        else:
            await browser.ask("GET", browser.chance.choice(PAGES))
        await browser.pause()


async def watching(browser: Browser, over: Callable[[], bool]) -> None:
    """An open list that is told of changes: the stream may end at any time, opening the next one may not fail."""
    await browser.sign_in()
    while not over():
        began = time.monotonic()
        try:
            async with browser.http.stream("GET", "/aenderungen/beratung") as stream:
                browser.record.statuses[stream.status_code] += 1
                if not stream.is_success:
                    await stream.aread()
                browser.record.note("GET", "/aenderungen/beratung", stream, began)
                async for _ in stream.aiter_bytes():
                    if over():
                        return
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            browser.record.note("GET", "/aenderungen/beratung", None, began, type(error).__name__)
        except httpx2.TransportError:  # the browser opens the next one by itself
            browser.record.statuses[-1] += 1
        await asyncio.sleep(1)  # as the stream asks it to (`retry`)


async def reading(desk: Desk, questions: tuple[str, ...], chance: random.Random, over: Callable[[], bool]) -> None:
    """Ask for figures, some of which the networks answer."""
    while not over():
        await desk.send("GET", f"/api/v1/figures?indicator={chance.choice(questions)}")
        await asyncio.sleep(chance.uniform(0.5, 2.0))


def everyone(
    cluster: Cluster, oracle: Oracle, record: Record, share: Callable[[], float], size: int, seed: int
) -> list[Coroutine[Any, Any, None]]:
    """The whole load: it is spread over the time that `share` measures, and ends with it."""

    async def gate(part: float) -> None:
        while share() < part:
            await asyncio.sleep(0.02)

    def over() -> bool:
        return share() >= 1

    chance = random.Random(seed)
    singles = make_sessions(NETWORK, size, chance, imported=False)
    imported = make_sessions(NETWORK, size // 4, chance, imported=True)
    desk, office = (Desk(cluster.account(NETWORK, role), record) for role in ("counsellor", "admin"))
    work: list[Coroutine[Any, Any, None]] = [
        Singles(desk, oracle, singles, chance).run(gate),
        Files(office, oracle, imported, chance, rows=10).run(gate),
        *(typing(_browser(cluster, record, seed + n), oracle, over) for n in range(3)),
        watching(_browser(cluster, record, seed), over),
    ]
    for who, questions in FIGURES.items():
        work.append(reading(Desk(cluster.account(*who), record), questions, chance, over))
    return work


def _browser(cluster: Cluster, record: Record, seed: int) -> Browser:
    return Browser(cluster.account(NETWORK, "counsellor"), record, random.Random(seed))
