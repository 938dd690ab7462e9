"""How old a backup is when it is put back: the clocks of all services go on, and brokers forget what they would.

The time of nats-server itself cannot be moved. What it does with time is done to it instead, before the copy is taken:
ids of messages from before the stream's window for duplicates are not known any more, messages older than `max_age` are
gone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from nats.js import JetStreamContext
from nats.js.api import StreamConfig

from chaos.federation import HEARTBEAT_SECONDS, Federation
from deploy.streams import hub_plan, region_plan
from shared.topology import CENTRE

FORGOTTEN_SECONDS = 0.2
"""As short as a window may be, and a little more."""


@dataclass(frozen=True)
class Age:
    """A name, and what has passed since the backup."""

    name: str
    passed: timedelta

    async def forget(self, federation: Federation, place: str) -> None:
        """Bring a broker to where its streams would be: to be copied like that, and provisioned again afterwards."""
        user = "hub.admin" if place == CENTRE else f"{place}.provisioner"
        async with federation.client(place, user) as client:
            js = client.jetstream(timeout=5)
            for config in _streams(federation, place):
                if self.passed.total_seconds() >= (config.max_age or float("inf")):
                    await _expire(js, config)
                if self.passed.total_seconds() > (config.duplicate_window or 0):
                    await js.update_stream(replace(config, duplicate_window=FORGOTTEN_SECONDS))
        await asyncio.sleep(FORGOTTEN_SECONDS)

    async def go_by(self, federation: Federation, times: int) -> None:
        """Put all clocks on, for the `times`th backup of a federation, and let heartbeats tell."""
        if not self.passed:
            return
        ahead = str(self.passed.total_seconds() * times)
        for place in (CENTRE, *federation.networks):
            federation.file(place, "clock").write_text(ahead, encoding="ascii")
        await asyncio.sleep(2 * HEARTBEAT_SECONDS)


JUST_NOW = Age("just now", timedelta())
HOUR, WEEK = Age("one hour", timedelta(hours=1)), Age("seven days", timedelta(days=7))


def _streams(federation: Federation, place: str) -> Sequence[StreamConfig]:
    plan = hub_plan(federation.networks) if place == CENTRE else region_plan(place)
    return [config for config, _ in plan]


async def _expire(js: JetStreamContext, config: StreamConfig) -> None:
    """Wait until the stream has let go of all it has; its numbers go on."""
    await js.update_stream(replace(config, max_age=FORGOTTEN_SECONDS, duplicate_window=FORGOTTEN_SECONDS))
    while (await js.stream_info(str(config.name))).state.messages:
        await asyncio.sleep(0.1)
    await js.update_stream(config)
