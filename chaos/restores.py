"""Old backups: each store of a network and of the hub is restored to how it was before the last records (F12–F14)."""

import asyncio
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from psycopg import sql

from chaos.ages import JUST_NOW, Age
from chaos.federation import Federation
from chaos.load import Client, Singles, make_sessions
from chaos.oracle import Oracle
from chaos.scenario import agreed
from deploy.local.databases import database_name
from shared.topology import CENTRE

SESSIONS, SETTLE_SECONDS = 40, 300.0
SUFFIX = "_backup"
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
Restore = Callable[[], Awaitable[None]]
Listed = dict[UUID, tuple[int, int]]
"""Records the centre is ahead with: revision there, revision in the network (0: none)."""


async def no_gate(_share: float) -> None:
    """As fast as it goes."""


class Restores:
    """Plays the four cases one after the other; `found` says of each what differs then, nothing when all is well.

    `age`: how old each backup is when it is put back. `told` are lines of a table: what was recorded since, lost and
    listed, and how long it took until all agreed.
    """

    def __init__(self, federation: Federation, oracle: Oracle, network: str, seed: int, age: Age = JUST_NOW) -> None:
        self.federation, self.oracle, self.network = federation, oracle, network
        self.chance, self.age = random.Random(seed), age
        self.found: dict[str, list[str]] = {}
        self.told: list[str] = []

    async def run(self) -> dict[str, list[str]]:
        """All four; the network's database last, as what it loses nobody can give back."""
        for place in (CENTRE, self.network):
            backup = partial(self._broker_backup, place)
            await self._case(f"broker of {place}", backup, unread=f"{place}.reporting")
        await self._case("database of de", lambda: self._database_backup(database_name(CENTRE, "reporting")))
        await self._set_back()
        return self.found

    async def _case(self, name: str, backup: Callable[[], Awaitable[Restore]], unread: str = "") -> None:
        """`unread`: who has not read the last messages yet when the broker that has confirmed them loses them."""
        restore = await backup()
        events = await self._later()
        before = await agreed(self.federation, self.oracle, SETTLE_SECONDS)
        if unread:
            self.federation.signal(unread, signal.SIGSTOP)
            events += await self._record()
            await self._confirmed()
        began = time.monotonic()
        await restore()
        if unread:
            self.federation.signal(unread, signal.SIGCONT)
        await self.federation.all_ready(SETTLE_SECONDS)
        await asyncio.sleep(1)
        after = await agreed(self.federation, self.oracle, SETTLE_SECONDS)
        self._tell(name, events, 0, began)
        self.found[name] = [*before.named, *after.named]

    async def _later(self) -> int:
        """The time goes by, and records come; how many revisions."""
        await self.age.go_by(self.federation, len(self.found) + 1)
        return await self._record()

    async def _confirmed(self) -> None:
        """Wait until the brokers have confirmed all that was recorded."""
        end, waiting = time.monotonic() + SETTLE_SECONDS, "SELECT 1, 1, 1 FROM outbox WHERE delivered_at IS NULL"
        while await asyncio.to_thread(self._rows, self.network, "counselling", waiting) and time.monotonic() < end:
            await asyncio.sleep(0.1)

    def _tell(self, name: str, events: int, lost: int, began: float) -> None:
        self.told.append(f"| {name} | {self.age.name} | {events} | {lost} | {time.monotonic() - began:.0f} s |\n")

    async def _record(self) -> int:
        """More sessions, some corrected and withdrawn; how many revisions."""
        before = self.oracle.events
        client = Client(self.federation.run.account(self.network, "counsellor"), Counter())
        sessions = make_sessions(self.network, SESSIONS, self.chance, imported=False)
        for session in sessions:  # persons of an earlier round are others
            session.person = session.person and f"{session.person}-{len(self.oracle.sessions)}"
        await Singles(client, self.oracle, sessions, self.chance).run(no_gate)
        await client.http.aclose()
        return self.oracle.events - before

    async def _broker_backup(self, place: str) -> Restore:
        """A copy of a broker's store as a crash would leave it."""
        store, name = self.federation.store(place), f"{place}.nats"
        copy = store.with_name("backup")
        await self.age.forget(self.federation, place)
        self.federation.signal(name, signal.SIGSTOP)
        await asyncio.to_thread(shutil.copytree, store, copy)
        self.federation.signal(name, signal.SIGCONT)
        await self.federation.provision([place])

        async def restore() -> None:
            if not self.federation.kill_for_good(name):
                raise AssertionError(f"{name} is not there")
            _swap(store, copy)
            await self.federation.provision([place])

        return restore

    async def _database_backup(self, name: str) -> Restore:
        await asyncio.to_thread(self._copy, name)

        async def restore() -> None:
            await asyncio.to_thread(self._put_back, name)

        return restore

    def _copy(self, name: str) -> None:
        with self.federation.site.postgres.connect() as connection:
            connection.execute(_database("ALTER DATABASE {} ALLOW_CONNECTIONS false", name))
            connection.execute(ENDED, [name])
            connection.execute(_database("CREATE DATABASE {} TEMPLATE {}", name + SUFFIX, name))
            connection.execute(_database("ALTER DATABASE {} ALLOW_CONNECTIONS true", name))

    def _put_back(self, name: str) -> None:
        with self.federation.site.postgres.connect() as connection:
            connection.execute(_database("ALTER DATABASE {} ALLOW_CONNECTIONS false", name))
            connection.execute(ENDED, [name])
            connection.execute(_database("ALTER DATABASE {} RENAME TO {}", name, f"{name}_old"))
            connection.execute(_database("ALTER DATABASE {} RENAME TO {}", name + SUFFIX, name))
            connection.execute(_database("DROP DATABASE {} WITH (FORCE)", f"{name}_old"))

    async def _set_back(self) -> None:
        """The network's database: what it lost is listed to both sides record by record, and counts on."""
        name = database_name(self.network, "counselling")
        restore = await self._database_backup(name)
        old = await asyncio.to_thread(self._revisions)
        events = await self._later()
        before = await agreed(self.federation, self.oracle, SETTLE_SECONDS)
        new = await asyncio.to_thread(self._revisions)
        lost = {key: (revision, old.get(key, 0)) for key, revision in new.items() if revision != old.get(key, 0)}
        began = time.monotonic()
        await restore()
        end = time.monotonic() + SETTLE_SECONDS
        while (differing := await asyncio.to_thread(self._listed, lost)) and time.monotonic() < end:
            await asyncio.sleep(1)
        self._tell(f"database of {self.network}", events, len(lost), began)
        held = await asyncio.to_thread(self._held)
        gone = [f"{key}: no longer counted" for key in lost if held.get(key) != lost[key][0]]
        self.found[f"database of {self.network}"] = [*before.named, *differing, *gone]

    def _rows(self, network: str, service: str, query: str) -> list[tuple[UUID, int, int]]:
        with self.federation.site.postgres.connect(database_name(network, service)) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]  # our own text

    def _revisions(self) -> dict[UUID, int]:
        rows = self._rows(self.network, "counselling", "SELECT session_id, revision, 0 FROM counselling_session")
        return {key: revision for key, revision, _ in rows}

    def _held(self) -> dict[UUID, int]:
        query = f"SELECT entity_id, max(revision), 0 FROM fact WHERE region = '{self.network}' GROUP BY entity_id"
        return {key: revision for key, revision, _ in self._rows(CENTRE, "reporting", query)}

    def _listed(self, lost: Listed) -> list[str]:
        """Where the lists of both sides differ from what was lost."""
        query = f"SELECT entity_id, revision, told FROM set_back WHERE region = '{self.network}'"
        there = {key: (revision, told) for key, revision, told in self._rows(CENTRE, "reporting", query)}
        here = {
            key: row
            for key, row, _ in self._rows(self.network, "counselling", "SELECT entity_id, revision, 0 FROM ahead")
        }
        found = [f"{key} is not listed" for key in lost.keys() - there.keys()]
        found += [f"{key} is listed and not lost" for key in there.keys() - lost.keys()]
        found += [
            f"{key}: revision {there[key][0]} for {lost[key][0]}"
            for key in lost.keys() & there.keys()
            if there[key][0] != lost[key][0]
        ]
        if here != {key: revision for key, (revision, _) in lost.items()}:
            found.append(f"the network lists {len(here)} of {len(lost)}")
        return found


def _swap(store: Path, copy: Path) -> None:
    """Two renames: quicker than the supervisor starts the broker again."""
    store.rename(store.with_name("trash"))
    copy.rename(store)
    shutil.rmtree(store.with_name("trash"), ignore_errors=True)


def _database(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]  # our own text
