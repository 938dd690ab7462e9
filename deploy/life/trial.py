"""A network's way to the hub, tried out: through its own broker, or through one that runs for the moment."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.life.hub import Refused, probe
from deploy.life.system import ONCE
from deploy.local.nats import Broker, write_config
from deploy.local.ports import HOST
from deploy.local.processes import Site
from deploy.local.rendering import region_config_of

USER = "counselling.uplink"
START_SECONDS = 5.0


async def runs(site: Site, network: str) -> bool:
    """Whether a broker stands where the network's own does, whatever keys it knows."""
    try:
        _, writer = await asyncio.open_connection(HOST, site.broker(network).port)
    except OSError:
        return False
    writer.close()
    return True


async def answered(site: Site, network: str) -> bool:
    """Whether the hub's stream answers the network through its own broker, which knows its keys of today."""
    try:
        async with _connected(site, network) as client:
            return await probe(client)
    except (NatsError, OSError):
        return False


async def try_out(site: Site, network: str) -> None:
    """Make sure that the hub's stream answers a network whose broker may not run yet.

    Raises Refused with what to look at.
    """
    if await answered(site, network):
        return
    with tempfile.TemporaryDirectory(prefix="iq-probe-") as folder:
        async with _broker(site, network, Path(folder)):
            end = asyncio.get_running_loop().time() + START_SECONDS
            while not await answered(site, network):
                if asyncio.get_running_loop().time() > end:
                    raise Refused(
                        f"Die Zentrale antwortet {network} nicht: bitte die Protokolle beider Server ansehen."
                    )
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def _broker(site: Site, network: str, folder: Path) -> AsyncIterator[None]:
    # At the address of the network's own broker, where nobody else may stand either.
    broker = Broker(network, site.broker(network).port, folder)
    config = region_config_of(site, network) | {"server_name": f"{network}-probe"}
    del config["jetstream"], config["accounts"]["APP"]["jetstream"]
    write_config(broker, config)
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*broker.command(), stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def _connected(site: Site, network: str) -> AsyncIterator[Client]:
    client = Client()
    try:
        await client.connect(
            site.broker(network).url,
            nkeys_seed_str=site.keys.seed(f"{network}.{USER}"),
            inbox_prefix=f"_INBOX_{network}_{USER.replace('.', '_')}",
            error_cb=_quiet,
            **ONCE,
        )
        yield client
    finally:
        await client.close()


async def _quiet(_error: Exception) -> None:
    """What goes wrong is raised."""
