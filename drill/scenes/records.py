"""Records that do not reach the nation, or not whole; messages that nobody handles or believes."""

import asyncio
import os
import shutil
import signal

from drill.scenes.stage import RP, Scene, Stage
from tests.support.events import body, message

STREAM = "UP_RP"
FULL_ENOUGH = 0.75
BALLAST = "ballast"
LOST = (
    "DELETE FROM fact WHERE region = 'rp' AND kind = 'session_recorded'",
    "DELETE FROM fact_body WHERE region = 'rp' AND kind = 'session_recorded'",
    "DELETE FROM holding WHERE region = 'rp' AND kind = 'session_recorded'",
)
OLDER = ("UPDATE parked SET parked_on = parked_on - 2",)


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
    stage.sql("de_reporting", *LOST)


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
    stage.sql("de_reporting", *OLDER)


def operations_decide(stage: Stage) -> None:
    """Discard the message with a reason, as operations would."""
    for item in stage.ask("de", "operations", "GET", "/api/v1/parked")["items"]:
        path = f"/api/v1/parked/{item['id']}/discard"
        stage.ask("de", "operations", "POST", path, json={"reason": "Übung der Alarme"})


def somebody_claims_to_be_sn(stage: Stage) -> None:
    """Publish in rp an event that names sn as its source."""
    event = message("session", "sn", body("session", "a", {"month": "2022-09"}, lean=True), lean=True)

    async def publish() -> None:
        client = await stage.client("rp", "counselling.uplink")
        await client.request(event.subject.replace("up.sn.", "up."), event.data, timeout=5, headers=event.headers)
        await client.close()

    asyncio.run(publish())


def centre_takes_nothing_in(stage: Stage) -> None:
    """Stop reporting of the centre and save a session in rp."""
    stage.signal(signal.SIGSTOP, "de.reporting")
    stage.record()


def centre_takes_in_again(stage: Stage) -> None:
    """Let it run on."""
    stage.signal(signal.SIGCONT, "de.reporting")


def broker_takes_nothing(stage: Stage) -> None:
    """Stop the broker of rp and save a session."""
    stage.signal(signal.SIGSTOP, "rp.nats")
    stage.record()


def broker_takes_again(stage: Stage) -> None:
    """Let it run on."""
    stage.signal(signal.SIGCONT, "rp.nats")


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
    Scene(
        "MessageNotBelieved",
        "an event published in rp that names sn as its source",
        somebody_claims_to_be_sn,
        operations_decide,
        RP | {"reason": "foreign_source"},
    ),
    Scene(
        "ConsumerStands",
        "de.reporting stopped (SIGSTOP), one session saved in rp",
        centre_takes_nothing_in,
        centre_takes_in_again,
        {"network": "de", "stream": STREAM, "consumer": "reporting"},
    ),
    Scene(
        "OutboxGrows",
        "rp.nats stopped (SIGSTOP), one session saved in rp",
        broker_takes_nothing,
        broker_takes_again,
        RP | {"service": "counselling"},
    ),
)
