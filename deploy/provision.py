"""The provisioner: makes and mends streams and consumers; running it again changes nothing (design 8).

`python -m deploy.provision --scope hub|region [--servers 3]` reads IQ_NATS_URL, IQ_NATS_SEED and, for a region,
IQ_NETWORK. Where the hub has several servers, its streams lie on as many of them as the topology wants.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress

import nats
from nats.errors import ConnectionClosedError
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import BadRequestError

from deploy.streams import Plan, hub_plan, region_plan
from shared.topology import CENTRE, load_topology

START_SECONDS = 15.0
STREAM_EXISTS = 10058


async def _stream(js: JetStreamContext, config: StreamConfig) -> None:
    try:
        await js.add_stream(config)
    except BadRequestError as error:
        if error.err_code != STREAM_EXISTS:
            raise
        await js.update_stream(config)


async def _apply(url: str, seed: str, code: str, plan: Plan) -> None:
    async def quiet(_error: Exception) -> None:
        """A broker that is still starting is no news; the timeout below tells if it stays away."""

    async with asyncio.timeout(START_SECONDS):
        client = await nats.connect(
            url,
            name="provisioner",
            nkeys_seed_str=seed,
            inbox_prefix=f"_INBOX_{code}_provisioner",
            error_cb=quiet,
            reconnect_time_wait=0.1,
            max_reconnect_attempts=-1,
        )
        try:
            js = client.jetstream()
            for stream, consumers in plan:
                await _stream(js, stream)
                for consumer in consumers:
                    await js.add_consumer(str(stream.name), consumer)
        finally:
            with suppress(ConnectionClosedError):
                await client.close()


async def provision_hub(url: str, seed: str, networks: Sequence[str], servers: int = 1) -> None:
    """Make the streams of a hub of so many servers for `networks` as its provisioner.

    Raises TimeoutError when it is away for 15 s, or has no majority.
    """
    await _apply(url, seed, CENTRE, hub_plan(list(networks), servers))


async def provision_region(url: str, seed: str, network: str) -> None:
    """Make the streams of a network's own broker. Raises TimeoutError when it is away for 15 s."""
    await _apply(url, seed, network, region_plan(network))


def main() -> None:
    """Provision one server, as the deployment's job does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scope", choices=["hub", "region"], required=True)
    parser.add_argument("--servers", type=int, default=1, help="how many servers the hub has")
    options = parser.parse_args()
    url, seed = os.environ["IQ_NATS_URL"], os.environ["IQ_NATS_SEED"]
    if options.scope == "hub":
        asyncio.run(provision_hub(url, seed, list(load_topology()), options.servers))
    else:
        asyncio.run(provision_region(url, seed, os.environ["IQ_NETWORK"]))


if __name__ == "__main__":
    main()
