"""The federation in which the scenes play, and what a scene is."""

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import nats

from deploy.local.keys import Keys
from deploy.local.paths import Paths, write_private
from deploy.local.postgres import Postgres
from tests.support.local_run import LocalRun

SESSION = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
RP = {"network": "rp"}


@dataclass
class Stage:
    """The federation; its backups lie in `backups`, and Prometheus also asks the port `beside`, as one of rp's."""

    run: LocalRun
    backups: Path = Path()
    beside: int = 0
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def paths(self) -> Paths:
        """Where its state lies."""
        return Paths(self.run.folder)

    @property
    def postgres(self) -> Postgres:
        """Its database server."""
        return Postgres(self.paths.postgres)

    def signal(self, number: int, *names: str) -> None:
        """Send a signal to processes."""
        for name in names:
            os.kill(self.run.pid(name), number)

    def kill(self, name: str) -> None:
        """Kill a process and wait until its supervisor has started it anew."""
        pid = self.run.pid(name)
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 60
        while self._pid(name) in {None, pid}:
            if time.monotonic() > end:
                raise TimeoutError(name)
            time.sleep(0.1)

    def _pid(self, name: str) -> int | None:
        try:
            return self.run.pid(name)
        except (StopIteration, TypeError, ValueError):  # between two, or while the list is written
            return None

    def sql(self, database: str, *statements: str) -> None:
        """Change a database behind the back of its service."""
        with self.postgres.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # constants of the scenes

    def reconfigure(self, network: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Give a network's broker another configuration and start it anew; `restore` undoes it."""
        config = self.paths.broker(network) / "nats.conf"
        self.notes.setdefault(f"{network}.conf", config.read_text(encoding="utf-8"))
        document = json.loads(self.notes[f"{network}.conf"])
        change(document)
        write_private(config, json.dumps(document))
        self.kill(f"{network}.nats")

    def restore(self, network: str) -> None:
        """Give it back the one it had."""
        write_private(self.paths.broker(network) / "nats.conf", self.notes.pop(f"{network}.conf"))
        self.kill(f"{network}.nats")

    def token(self, region: str, role: str) -> tuple[str, dict[str, str]]:
        """Address of a gateway, and the header with which a role asks it."""
        account = self.run.account(region, role)
        form = {"username": account["username"], "password": account["password"]}
        answer = httpx2.post(f"{account['gateway']}/api/v1/token", data=form, timeout=20, trust_env=False)
        return account["gateway"], {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}

    def ask(self, region: str, role: str, method: str, path: str, **more: Any) -> Any:
        """What a gateway answers a role."""
        gateway, headers = self.token(region, role)
        answer = httpx2.request(method, gateway + path, headers=headers, timeout=20, trust_env=False, **more)
        return answer.raise_for_status().json()

    def record(self) -> None:
        """Save a session in rp."""
        self.ask("rp", "counsellor", "PUT", f"/api/v1/sessions/{uuid4()}", json=SESSION)

    async def client(self, network: str, user: str) -> nats.NATS:
        """A client of a broker as one of its users."""
        owner, port = ("hub", self.run.ports.hub) if network == "de" else (network, self.run.ports.broker(network))
        seed = Keys.load(self.paths).seed(f"{owner}.{user}")
        prefix = f"_INBOX_{network}_{user.replace('.', '_')}"
        return await nats.connect(f"nats://127.0.0.1:{port}", nkeys_seed_str=seed, inbox_prefix=prefix)


@dataclass(frozen=True)
class Scene:
    """An alert, what makes it fire, and what must be among its labels."""

    alert: str
    done: str
    strike: Callable[[Stage], None]
    heal: Callable[[Stage], None]
    labels: dict[str, str]
