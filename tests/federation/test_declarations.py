"""Only the provisioner declares streams: services that start leave their limits as they are (FastStream would not)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from services.reporting.app import create_app
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.repairing import Pair
from tests.support.waiting import eventually


async def declared(federation: Federation) -> dict[str, Any]:
    """Configurations of all streams."""
    found = {}
    for network, user, streams in (("rp", "provisioner", ["REGION"]), ("de", "admin", ["UP_RP", "HEARTBEATS"])):
        client = await federation.connect(network, user)
        for name in streams:
            found[name] = asdict((await client.jetstream().stream_info(name)).config)
        await client.close()
    return found


async def test_services_that_start_change_no_stream(
    make_federation: Callable[..., Any], database: Callable[[str], str]
) -> None:
    federation = make_federation("rp")
    before = await declared(federation)
    pair = Pair(federation, database("counselling"), database("reporting"))
    own = create_app(federation.settings("rp", database("reporting"), batch_wait_seconds=0.02))
    async with pair.running(), serving(own, own.state.settings.port):
        keys = await pair.record(2)
        await eventually(lambda: rows(own, "SELECT 1 FROM fact WHERE entity_id = :key", key=keys[1]))
        assert await declared(federation) == before
