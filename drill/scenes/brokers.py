"""A broker that does not answer, is full, has no link or is refused; clients that do not get to it."""

import asyncio
import signal
from typing import Any

from deploy.local.keys import Keys
from drill.scenes.stage import RP, Scene, Stage
from tests.support.servers import free_port

BALLAST = "BALLAST"
MEGABYTE = bytes(1_000_000)
MEGABYTES = 20


def broker_stands_still(stage: Stage) -> None:
    """Stop the broker of rp."""
    stage.signal(signal.SIGSTOP, "rp.nats")


def broker_goes_on(stage: Stage) -> None:
    """Let it run on."""
    stage.signal(signal.SIGCONT, "rp.nats")


def hub_gets_ballast(stage: Stage) -> None:
    """Lay a stream with some megabytes on the hub."""

    async def publish() -> None:
        client = await stage.client("de", "admin")
        js = client.jetstream()
        await js.add_stream(name=BALLAST, subjects=["ballast"])
        for _ in range(MEGABYTES):
            await js.publish("ballast", MEGABYTE, timeout=20)
        await client.close()

    asyncio.run(publish())


def hub_drops_ballast(stage: Stage) -> None:
    """Take it away."""

    async def delete() -> None:
        client = await stage.client("de", "admin")
        await client.jetstream().delete_stream(BALLAST)
        await client.close()

    asyncio.run(delete())


def link_is_cut(stage: Stage) -> None:
    """Start the broker of rp without a link to the hub."""
    stage.reconfigure("rp", lambda config: config.pop("leafnodes"))


def key_is_wrong(stage: Stage) -> None:
    """Start it with a key that the hub does not know."""
    seed = Keys.load(stage.paths).seed("rp.reporting")

    def change(config: dict[str, Any]) -> None:
        config["leafnodes"]["remotes"][0]["nkey"] = seed

    stage.reconfigure("rp", change)


def broker_moves(stage: Stage) -> None:
    """Start it on a port where its clients do not look."""

    def change(config: dict[str, Any]) -> None:
        config["listen"] = f"127.0.0.1:{free_port()}"

    stage.reconfigure("rp", change)


def broker_is_as_before(stage: Stage) -> None:
    """Start it with the configuration it had."""
    stage.restore("rp")


SCENES = (
    Scene("BrokerDown", "rp.nats stopped (SIGSTOP)", broker_stands_still, broker_goes_on, RP),
    Scene(
        "BrokerStoreFillsUp",
        f"a stream of {MEGABYTES} MB laid on the hub",
        hub_gets_ballast,
        hub_drops_ballast,
        {"network": "de"},
    ),
    Scene("LinkDown", "rp.nats started without its link", link_is_cut, broker_is_as_before, RP),
    Scene(
        "LinkRefused",
        "rp.nats started with a key that the hub does not know",
        key_is_wrong,
        broker_is_as_before,
        RP | {"reason": "key_refused"},
    ),
    Scene(
        "BrokerClientErrors",
        "rp.nats started on a port where its clients do not look",
        broker_moves,
        broker_is_as_before,
        RP | {"service": "counselling"},
    ),
)
