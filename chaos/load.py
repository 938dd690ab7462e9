"""The load: singles through the JSON API and files through the import API, repeated until they are accepted.

What was accepted is told to the oracle at once. Each session belongs to one worker: its last accepted state is known.
"""

import asyncio
import csv
import io
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx2

from chaos.oracle import Oracle, Session

RETRY_SECONDS = 0.3
LINES = ("recognition_counselling", "fair_integration")
NATIONALITIES = ("SY", "AF", "UA", "TR", "IR", "not_stated")
CHANNELS = ("in_person", "phone", "digital")
GENDERS = ("female", "male", "diverse", "not_stated")
COLUMNS = (
    "external_id", "date", "programme_line", "session_type", "channel", "person_ref", "nationality",
    "refugee_background", "gender", "recorded_on", "withdrawn_on",
)  # fmt: skip
CORRECTED, WITHDRAWN = 0.25, 0.1
Gate = Callable[[float], Awaitable[None]]
"""Waits until a share of the load may be sent."""


def make_sessions(network: str, count: int, chance: random.Random, *, imported: bool) -> list[Session]:
    """Sessions to record: half of them anonymous, the others of persons with one to four on different days."""
    made: list[Session] = []
    while len(made) < count:
        person = None if chance.random() < 0.5 else f"{network}-{imported}-{len(made)}"
        line = chance.choice(LINES)
        days = chance.sample(range(365 * 4), chance.randint(1, 4) if person else 1)
        for day in days[: count - len(made)]:
            key = f"c-{len(made)}" if imported else str(UUID(int=chance.getrandbits(128), version=4))
            date = f"{2022 + day // 365}-{1 + day % 365 // 31:02d}-{1 + day % 28:02d}"
            traits = (chance.choice(NATIONALITIES), chance.choice(("yes", "no")), chance.choice(GENDERS))
            made.append(Session(network, key, date, line, *traits, chance.choice(CHANNELS), person, imported))
    return _distinct_days(made)


def _distinct_days(sessions: list[Session]) -> list[Session]:
    """Sessions of one person lie on different days: else their ids, which the service gives, decided the order."""
    seen: set[tuple[str | None, str]] = set()
    kept = []
    for session in sessions:
        if session.person and (session.person, session.date) in seen:
            session.person = None
        seen.add((session.person, session.date))
        kept.append(session)
    return kept


def body_of(session: Session) -> dict[str, Any]:
    """What is sent to record a session, but for whose it is."""
    return {
        "date": session.date,
        "programme_line": session.line,
        "nationality": session.nationality,
        "refugee_background": session.refugee,
        "gender": session.gender,
        "channel": session.channel,
    }


@dataclass
class Client:
    """Speaks to one gateway as one account, and counts how it answers."""

    account: dict[str, Any]
    statuses: Counter[int]
    http: httpx2.AsyncClient = field(init=False)
    _headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = httpx2.AsyncClient(base_url=self.account["gateway"], timeout=20, trust_env=False)

    async def send(self, method: str, path: str, **body: Any) -> httpx2.Response | None:
        """One request; None when it was not answered, or when nobody could sign in."""
        try:
            if not self._headers and not await self._sign_in():
                return None
            more = self._headers | body.pop("headers", {})
            answer = await self.http.request(method, path, headers=more, **body)
        except httpx2.TransportError:
            self.statuses[0] += 1
            return None
        self.statuses[answer.status_code] += 1
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            self._headers = {}
        return answer

    async def _sign_in(self) -> bool:
        form = {"username": self.account["username"], "password": self.account["password"]}
        answer = await self.http.post("/api/v1/token", data=form)
        self.statuses[answer.status_code] += 1
        if answer.status_code == httpx2.codes.OK:
            self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return answer.status_code == httpx2.codes.OK


@dataclass
class Singles:
    """Sessions recorded one by one at a network, some corrected, some withdrawn."""

    client: Client
    oracle: Oracle
    sessions: list[Session]
    chance: random.Random
    at_once: int = 4

    async def run(self, gate: Gate) -> None:
        """Send everything."""
        plans = [(session, self.chance.random(), self.chance.random()) for session in self.sessions]
        todo = iter(list(enumerate(plans)))
        await asyncio.gather(*(self._work(todo, gate) for _ in range(self.at_once)))

    async def _work(self, todo: Iterator[tuple[int, tuple[Session, float, float]]], gate: Gate) -> None:
        for number, (session, correct, withdraw) in todo:
            await gate(number / len(self.sessions))
            await self._put(session, None)
            self.oracle.accept(session)
            if correct < CORRECTED:
                await self._correct(session)
            if withdraw < WITHDRAWN:
                path = f"/api/v1/sessions/{session.key}/withdraw"
                await self._until(lambda path=path: self.client.send("POST", path, json={"reason": "doppelt"}))  # type: ignore[misc]
                self.oracle.withdraw(session.network, session.key)

    async def _correct(self, session: Session) -> None:
        others = [code for code in NATIONALITIES if code != session.nationality]
        nationality, channel = others[len(session.key) % len(others)], "written"
        await self._put(replace(session, nationality=nationality, channel=channel), 1)
        self.oracle.correct(session.network, session.key, nationality, channel)

    async def _put(self, session: Session, revision: int | None) -> None:
        body = body_of(session)
        if session.person:
            body["person_ref"] = session.person
        path = f"/api/v1/sessions/{session.key}"

        async def put() -> httpx2.Response | None:
            nonlocal revision
            answer = await self.client.send("PUT", path, json=body | ({"revision": revision} if revision else {}))
            if answer is not None and answer.status_code == httpx2.codes.CONFLICT:  # reordered since: look again
                found = await self.client.send("GET", path)
                if found is not None and found.status_code == httpx2.codes.OK:
                    revision = found.json()["revision"]
            return answer

        await self._until(put)

    async def _until(self, send: Callable[[], Awaitable[httpx2.Response | None]]) -> None:
        while (answer := await send()) is None or not answer.is_success:
            await asyncio.sleep(RETRY_SECONDS)


@dataclass
class Files:
    """Sessions imported as files of a network's other carrier, then files with what has changed since."""

    client: Client
    oracle: Oracle
    sessions: list[Session]
    chance: random.Random
    rows: int = 250

    async def run(self, gate: Gate) -> None:
        """Send everything, and every fourth file again with corrections and withdrawals."""
        files = [self.sessions[start : start + self.rows] for start in range(0, len(self.sessions), self.rows)]
        for number, sessions in enumerate(files):
            await gate(number / len(files))
            types = self._types(sessions)
            await self._import([_row(session, types) for session in sessions])
            for session in sessions:
                self.oracle.accept(session)
            if number % 4 == 0:
                await self._change(sessions)

    def _types(self, sessions: list[Session]) -> dict[str, str]:
        """The types a network would have given: those that the oracle expects of the whole list."""
        known = Oracle({(session.network, session.key): session for session in self.sessions})
        return {key: expected.kind for key, expected in known.expected(sessions[0].network).items()}

    async def _change(self, sessions: list[Session]) -> None:
        types = self._types(sessions)
        rows, changes = [], []
        for session in sessions:
            if session.person is None and self.chance.random() < 0.1:
                rows.append(_row(session, types) | {"recorded_on": "2026-11-05", "withdrawn_on": "2026-11-10"})
                changes.append((session, None))
            elif self.chance.random() < 0.1:
                nationality = "RU" if session.nationality != "RU" else "SY"
                changed = replace(session, nationality=nationality, channel="written")
                rows.append(_row(changed, types) | {"recorded_on": "2026-11-05"})
                changes.append((session, nationality))
        if rows:  # a small file may have nothing to change
            await self._import(rows)
        for session, nationality in changes:
            if nationality is None:
                self.oracle.withdraw(session.network, session.key)
            else:
                self.oracle.correct(session.network, session.key, nationality, "written")

    async def _import(self, rows: list[dict[str, str]]) -> None:
        """Import rows until every one is stored."""
        content = io.StringIO()
        writer = csv.DictWriter(content, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        while not await self._stored(content.getvalue().encode()):
            await asyncio.sleep(RETRY_SECONDS)

    async def _stored(self, content: bytes) -> bool:
        head, query = {"Content-Type": "text/csv"}, "strict=1&origin=synthetic"
        path = f"/api/v1/imports/sessions?{query}"
        answer = await self.client.send("POST", path, content=content, headers=head)
        if answer is None or answer.status_code != httpx2.codes.ACCEPTED:
            return False
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            state = await self.client.send("GET", answer.json()["status_url"])
            if state is None or not state.is_success:
                continue
            told = state.json()
            if told["state"] == "done" and told["rejected"]:
                raise AssertionError(f"{self.client.account['region']}: {told} {await self._refusals(told)}")
            if told["state"] != "running":
                return bool(told["state"] == "done")

    async def _refusals(self, told: dict[str, Any]) -> str:
        answer = await self.client.send("GET", told["errors_url"])
        return answer.text[:500] if answer is not None else ""


def _row(session: Session, types: dict[str, str]) -> dict[str, str]:
    return {
        "external_id": session.key,
        "date": session.date,
        "programme_line": session.line,
        "session_type": types[session.key],
        "channel": session.channel,
        "person_ref": session.person or "",
        "nationality": session.nationality,
        "refugee_background": session.refugee,
        "gender": session.gender,
        "recorded_on": "2026-11-01",
        "withdrawn_on": "",
    }
