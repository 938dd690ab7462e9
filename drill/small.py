"""A small federation to lose databases of: two networks and the centre, real records, and what they come to."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import sql

from chaos.checks import AT_THE_CENTRE, IN_A_NETWORK
from chaos.federation import Federation
from chaos.load import Client, Singles, body_of, make_sessions
from chaos.oracle import Oracle, Session
from chaos.restores import no_gate
from chaos.scenario import agreed
from deploy.backup.archiving import archiving
from deploy.backup.place import Place
from deploy.life.archive import running
from deploy.local.databases import database_name
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from deploy.local.processes import services_of
from drill.rows import Rows, rows_of
from drill.scenes import Stage
from shared.topology import CENTRE
from tests.support.local_run import LocalRun, start_local_run

NETWORKS = ("rp", "sn")
SETTLE_SECONDS = 120.0
HEARTBEAT_SECONDS = "2"
WORD = "Xqzweg"
"""In the name of the person who is erased: nothing else has it."""
GROUP = {"date": "2026-05-04", "programme_line": "fair_integration", "participants": 12}
MEETING = {"date": "2026-05-04", "programme_line": "intercultural", "format": "training", "participants": 9}
TOLD = "SELECT kind, entity_id::text, revision FROM delivered"
FACTS = "SELECT region, kind, entity_id::text, max(revision) FROM fact GROUP BY region, kind, entity_id"
Known = dict[tuple[str, str, str], int]
"""The newest revision of each record, by network, kind and id."""


@dataclass
class Small:
    """The federation, the backups beside it, and an oracle that knows what was accepted."""

    folder: Path
    oracle: Oracle = field(default_factory=Oracle)
    chance: random.Random = field(default_factory=lambda: random.Random(20261127))
    run: LocalRun | None = None

    @property
    def place(self) -> Place:
        """Where its server archives to."""
        return Place(self.folder / "backups")

    @property
    def postgres(self) -> Postgres:
        """Its server."""
        return Postgres(self.folder / "local" / "postgres", more=archiving(self.place.log))

    @property
    def stage(self) -> Stage:
        """Its gateways, asked as its accounts."""
        assert self.run is not None
        return Stage(self.run)

    @property
    def federation(self) -> Federation:
        """The same for what the chaos runs compare."""
        assert self.run is not None
        return Federation(self.run, list(NETWORKS), {}, self.folder)

    def start(self) -> float:
        """Start it, archiving; seconds until all services are ready."""
        begun = time.monotonic()
        more = {"IQ_BACKUPS": str(self.place.folder), "IQ_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS}
        self.run = start_local_run(self.folder / "local", " ".join(NETWORKS), **more)
        return time.monotonic() - begun

    def stop(self) -> None:
        """Stop it."""
        if self.run is not None:
            self.run.stop()
            self.run = None

    def command(self, *words: str) -> float:
        """A command of `deploy.backup`, as an operator gives it; how long it took. Raises RuntimeError."""
        begun = time.monotonic()
        environment = os.environ | {"IQ_LOCAL_DIR": str(self.folder / "local")}
        command = [sys.executable, "-m", "deploy.backup", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        sys.stdout.write(f"  $ python -m deploy.backup {' '.join(words)}\n    {(done.stdout or done.stderr).strip()}\n")
        if done.returncode:
            raise RuntimeError(done.stderr)
        return time.monotonic() - begun

    def record(self, count: int, *networks: str) -> None:
        """Sessions, of which some are corrected and withdrawn, groups and meetings, through the gateways."""
        for network in networks or NETWORKS:
            asyncio.run(self._sessions(network, count))
            for role, path, body in (("counsellor", "groups", GROUP), ("trainer", "meetings", MEETING)):
                for _ in range(count // 10):
                    self.stage.ask(network, role, "PUT", f"/api/v1/{path}/{uuid4()}", json=body)

    async def _sessions(self, network: str, count: int) -> None:
        client = Client(self.federation.run.account(network, "counsellor"), Counter())
        sessions = make_sessions(network, count, self.chance, imported=False)
        for session in sessions:  # persons of an earlier round are others
            session.person = session.person and f"{session.person}-{len(self.oracle.sessions)}"
        await Singles(client, self.oracle, sessions, self.chance).run(no_gate)
        await client.http.aclose()

    def correct(self, network: str, count: int) -> None:
        """Correct sessions that nobody has corrected yet."""
        plain = [one for one in self.oracle.sessions.values() if one.network == network and one.person is None]
        for session in [one for one in plain if one.revisions == 1 and not one.withdrawn][:count]:
            body = body_of(session) | {"nationality": "UA", "channel": "written", "revision": 1}
            self.stage.ask(network, "counsellor", "PUT", f"/api/v1/sessions/{session.key}", json=body)
            self.oracle.correct(network, session.key, "UA", "written")

    def counsel(self, network: str) -> str:
        """Register a person and record a session of hers; her id."""
        person, key = str(uuid4()), str(uuid4())
        self.stage.ask(network, "counsellor", "PUT", f"/api/v1/persons/{person}", json={"name": f"{WORD}, Eine"})
        traits = ("2026-05-04", "recognition_counselling", "SY", "yes", "female", "in_person")
        session = Session(network, key, *traits, person)
        body = body_of(session) | {"person_id": person}
        self.stage.ask(network, "counsellor", "PUT", f"/api/v1/sessions/{key}", json=body)
        self.oracle.accept(session)
        return person

    def agree(self) -> None:
        """Wait until networks and centre hold exactly what was accepted. Raises AssertionError."""
        verdict = asyncio.run(agreed(self.federation, self.oracle, SETTLE_SECONDS))
        assert verdict.good, verdict.named

    def figures(self, place: str) -> dict[str, Any]:
        """What the API of a network or the centre counts, in all."""
        role = "coordination" if place == CENTRE else "coordinator"
        asked = AT_THE_CENTRE if place == CENTRE else (IN_A_NETWORK,)
        found = {}
        for indicator, by, _ in asked:
            answer = self.stage.ask(place, role, "GET", f"/api/v1/figures?indicator={indicator}&by={by}")
            found[f"{indicator} by {by}"] = sorted(str(row) for row in answer["rows"])
        covered = self.stage.ask(place, role, "GET", "/api/v1/coverage")["networks"]
        found["coverage"] = [(one["region"], one["records"], one["expected"]) for one in covered]
        return found

    def told(self) -> Known:
        """What the networks say they delivered."""
        found = {}
        for network in NETWORKS:
            for service in ("registration", "counselling"):
                with self.postgres.connect(database_name(network, service)) as connection:
                    found |= {(network, kind, key): number for kind, key, number in connection.execute(TOLD)}
        return found

    def held(self) -> Known:
        """What the centre has."""
        with self.postgres.connect(database_name(CENTRE, "reporting")) as connection:
            return {(region, kind, key): number for region, kind, key, number in connection.execute(FACTS)}

    def ahead(self) -> Known:
        """What the centre lists to operations as known to it and not to the network any more."""
        listed = self.stage.ask(CENTRE, "operations", "GET", "/api/v1/differences")
        return {(one["region"], one["kind"], one["entity_id"]): one["revision"] for one in listed["ahead"]}

    def rows(self, *places: str) -> Rows:
        """All rows of the databases of networks and centre."""
        return rows_of(self.postgres, [database_name(place, one) for place in places for one in services_of(place)])

    @contextmanager
    def server(self) -> Iterator[None]:
        """The server alone, while the federation is stopped."""
        with running(self.postgres):
            yield

    def now(self) -> datetime:
        """The server's clock."""
        with self.postgres.connect() as connection:
            ((now,),) = connection.execute("SELECT clock_timestamp()").fetchall()
        return now.astimezone(UTC)  # type: ignore[no-any-return]  # a timestamptz is a datetime

    def lose_databases(self, place: str) -> None:
        """Somebody drops all databases of a network or of the centre, while all of it runs."""
        with self.postgres.connect() as connection:
            for service in services_of(place):
                name = sql.Identifier(database_name(place, service))
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def lose_server(self) -> None:
        """PostgreSQL dies and its disk is gone."""
        assert self.run is not None
        self.run.process.send_signal(signal.SIGSTOP)  # else it is started again at once, and archives what is left
        try:
            os.kill(self.run.pid("postgres"), signal.SIGKILL)
            self.postgres.data.rename(self.folder / "lost")  # at once; deleting it takes a while
        finally:
            self.run.process.send_signal(signal.SIGCONT)
