"""What is done to a local federation so that an alert fires, and how it is undone. Always to rp; sn must stay quiet."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import nats

from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.local.postgres import Postgres
from tests.support.local_run import LocalRun

SESSION = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
STREAM = "UP_RP"
FULL_ENOUGH = 0.75
BALLAST = "ballast"
LOST = (
    "DELETE FROM fact WHERE region = 'rp' AND kind = 'session_recorded'",
    "DELETE FROM fact_body WHERE region = 'rp' AND kind = 'session_recorded'",
    "DELETE FROM holding WHERE region = 'rp' AND kind = 'session_recorded'",
)
OLDER = ("UPDATE parked SET parked_on = parked_on - 2",)


@dataclass
class Stage:
    """The federation in which the scenes play."""

    run: LocalRun
    notes: dict[str, Any] = field(default_factory=dict)

    def signal(self, number: int, *names: str) -> None:
        """Send a signal to processes."""
        for name in names:
            os.kill(self.run.pid(name), number)

    def at_the_centre(self, *statements: str) -> None:
        """Change the centre's database behind its back."""
        with Postgres(self.run.folder / "postgres").connect("de_reporting") as connection, connection.transaction():
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]  # constants of this module

    def ask(self, region: str, role: str, method: str, path: str, **more: Any) -> Any:
        """What a gateway answers a role."""
        account = self.run.account(region, role)
        with httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False) as client:
            form = {"username": account["username"], "password": account["password"]}
            token = client.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
            answer = client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **more)
            return answer.raise_for_status().json()

    def record(self) -> None:
        """Save a session in rp."""
        self.ask("rp", "counsellor", "PUT", f"/api/v1/sessions/{uuid4()}", json=SESSION)

    async def client(self, network: str, user: str) -> nats.NATS:
        """A client of a broker as one of its users."""
        owner, port = ("hub", self.run.ports.hub) if network == "de" else (network, self.run.ports.broker(network))
        seed = Keys.load(Paths(self.run.folder)).seed(f"{owner}.{user}")
        prefix = f"_INBOX_{network}_{user.replace('.', '_')}"
        return await nats.connect(f"nats://127.0.0.1:{port}", nkeys_seed_str=seed, inbox_prefix=prefix)


def hub_stands_still(stage: Stage) -> None:
    """Stop the hub and save a session."""
    stage.signal(signal.SIGSTOP, "de.nats")
    stage.record()


def hub_goes_on(stage: Stage) -> None:
    """Let it run on."""
    stage.signal(signal.SIGCONT, "de.nats")


def services_stand_still(stage: Stage) -> None:
    """Stop what sends heartbeats."""
    stage.signal(signal.SIGSTOP, "rp.counselling", "rp.registration")


def services_go_on(stage: Stage) -> None:
    """Let them run on."""
    stage.signal(signal.SIGCONT, "rp.counselling", "rp.registration")


def centre_loses_records(stage: Stage) -> None:
    """Delete the sessions of rp at the centre while counselling cannot send them again."""
    stage.signal(signal.SIGSTOP, "rp.counselling")
    stage.at_the_centre(*LOST)


def counselling_sends_again(stage: Stage) -> None:
    """Let it: the repair by content does the rest."""
    stage.signal(signal.SIGCONT, "rp.counselling")


def poison_lies_for_days(stage: Stage) -> None:
    """Publish what is no event, and call it two days older."""

    async def publish() -> None:
        client = await stage.client("rp", "counselling.uplink")
        await client.request("up.counselling.session_recorded.v1", b"no event", timeout=5)
        await client.close()

    def parked() -> int:
        return len(stage.ask("de", "operations", "GET", "/api/v1/parked")["items"])

    asyncio.run(publish())
    while not parked():
        asyncio.run(asyncio.sleep(0.2))
    stage.at_the_centre(*OLDER)


def operations_decide(stage: Stage) -> None:
    """Discard the message with a reason, as operations would."""
    for item in stage.ask("de", "operations", "GET", "/api/v1/parked")["items"]:
        path = f"/api/v1/parked/{item['id']}/discard"
        stage.ask("de", "operations", "POST", path, json={"reason": "Übung der Alarme"})


def stream_gets_small(stage: Stage) -> None:
    """Give the hub's stream of rp a bound it nearly reaches."""

    async def bound() -> None:
        client = await stage.client("de", "provisioner")
        js = client.jetstream()
        info = await js.stream_info(STREAM)
        stage.notes[STREAM] = info.config.max_bytes
        await js.update_stream(info.config.evolve(max_bytes=int(info.state.bytes / FULL_ENOUGH)))
        await client.close()

    asyncio.run(bound())


def stream_gets_large(stage: Stage) -> None:
    """Give it the bound it had."""

    async def bound() -> None:
        client = await stage.client("de", "provisioner")
        js = client.jetstream()
        info = await js.stream_info(STREAM)
        await js.update_stream(info.config.evolve(max_bytes=stage.notes[STREAM]))
        await client.close()

    asyncio.run(bound())


def disk_fills(stage: Stage) -> None:
    """Lay a large file on the volume of the state."""
    usage = shutil.disk_usage(stage.run.folder)
    with (stage.run.folder / BALLAST).open("wb") as target:
        os.posix_fallocate(target.fileno(), 0, max(int(usage.free - (1 - FULL_ENOUGH) * usage.total), 1))


def disk_empties(stage: Stage) -> None:
    """Take it away."""
    (stage.run.folder / BALLAST).unlink(missing_ok=True)


@dataclass(frozen=True)
class Scene:
    """An alert, what makes it fire, and what must be among its labels."""

    alert: str
    done: str
    strike: Callable[[Stage], None]
    heal: Callable[[Stage], None]
    labels: dict[str, str]


RP = {"network": "rp"}
SCENES = (
    Scene(
        "StreamOrDiskFillsUp",
        "the hub's stream of rp bounded to 133 % of its size",
        stream_gets_small,
        stream_gets_large,
        RP | {"stream": STREAM},
    ),
    Scene(
        "StreamOrDiskFillsUp",
        "a file laid on the volume of the state until it is 75 % full",
        disk_fills,
        disk_empties,
        RP | {"volume": "state"},
    ),
    Scene(
        "ParkedForMoreThanADay",
        "a message published that is no event, its day set back by two",
        poison_lies_for_days,
        operations_decide,
        RP | {"stream": STREAM},
    ),
    Scene(
        "CompletenessBelow100Percent",
        "rp's sessions deleted at the centre while rp.counselling is stopped (SIGSTOP)",
        centre_loses_records,
        counselling_sends_again,
        RP,
    ),
    Scene(
        "NetworkSilent",
        "rp.counselling and rp.registration stopped (SIGSTOP)",
        services_stand_still,
        services_go_on,
        RP | {"context": "counselling"},
    ),
    Scene(
        "RecordsReachTheNationLate",
        "hub stopped (SIGSTOP), one session saved in rp",
        hub_stands_still,
        hub_goes_on,
        RP,
    ),
)
