"""The hub while networks come, change and go: its configuration applied at run time, and a probe through the leaf."""

import asyncio

from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.life.system import Away, system
from deploy.local.processes import Site, provision
from deploy.local.rendering import write_hub
from shared.topology import CENTRE

SETTLE_SECONDS = 1.0
PROBE_SECONDS = 1.0
PROBES = 3
# No stream is that long: the hub answers through stream and account, and stores nothing.
REFUSED = {"Nats-Expected-Last-Sequence": str(2**53)}


class Refused(Exception):
    """What was asked for cannot be done. The message is one German sentence for the person at the terminal."""


async def apply(site: Site) -> bool:
    """Write the hub's configuration and have a running hub take it up; whether it runs.

    Twice: after the first reload requests through a new account's service import are dropped, after a second one they
    are not (seen on nats-server 2.14 and 2.15).
    """
    write_hub(site)
    site.keys.save()
    try:
        async with system(site, CENTRE) as hub:
            await hub.reload()
            await asyncio.sleep(SETTLE_SECONDS)
            await hub.reload()
    except Away:
        return False
    await provision(site, [CENTRE])
    return True


async def kick(site: Site, network: str) -> int:
    """End all leaf connections of a network at the hub; how many there were."""
    async with system(site, CENTRE) as hub:
        leaves = await hub.leaves(account(network))
        for leaf in leaves:
            await hub.kick(leaf)
    return len(leaves)


async def linked(site: Site, network: str) -> bool:
    """Whether a leaf of the network is connected. Raises Away when the hub does not run."""
    async with system(site, CENTRE) as hub:
        return bool(await hub.leaves(account(network)))


async def probe(uplink: Client) -> bool:
    """Whether the hub's stream answers a network; `uplink` may tell in its account UPLINK. Stores nothing."""
    for _ in range(PROBES):
        try:
            reply = await uplink.request("up.counselling.probe.v1", b"", PROBE_SECONDS, headers=REFUSED)
        except (NatsError, TimeoutError):
            await asyncio.sleep(PROBE_SECONDS / 4)
            continue
        return b"wrong last sequence" in reply.data
    return False


def account(network: str) -> str:
    """The network's account at the hub."""
    return f"R_{network.upper()}"
