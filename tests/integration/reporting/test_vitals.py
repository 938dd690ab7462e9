"""What operations watch: silence, completeness, differences, and what lies aside, as the metrics tell it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import nats
from faststream.nats import NatsBroker
from nats.js.api import StreamConfig
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.reporting.tables import DifferenceRow, ExpectedRow, HeartbeatRow
from services.reporting.vitals import Vitals
from shared import clock
from shared.inbox import ParkedRow
from shared.messaging.levels import Levels
from tests.integration.reporting.conftest import Desk
from tests.support.servers import NatsServer

HEARD = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEAT = {"outbox_depth": 0, "oldest_undelivered_seconds": 0}
DAY = 86_400.0


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_vital_signs_are_read_from_what_is_held_and_told(desk: Callable[..., Desk]) -> None:
    centre = desk("de")
    await centre.keep([{"event": "session", "name": "a", "month": "2026-10", "region": "hb"}])
    async with centre.sessions() as session, session.begin():
        session.add(ExpectedRow(region="hb", kind="session_recorded", day=clock.today(), records=4))
        for region in ("hb", "xx"):  # xx has left the topology: nobody expects it to speak
            session.add(HeartbeatRow(region=region, context="counselling", received_at=HEARD, beat=BEAT))
        for bucket, state in enumerate(("seen", "wanted", "wanted")):
            row = {"region": "hb", "kind": "session_recorded", "bucket": bucket, "state": state}
            session.add(DifferenceRow(**row, told=1, held=0, since=HEARD))
    vitals = Vitals(centre.sessions, "de")
    await vitals.refresh()
    assert (shown("iq_records", network="hb"), shown("iq_records_expected", network="hb")) == (1, 4)
    assert shown("iq_heartbeat_timestamp_seconds", network="hb", context="counselling") == HEARD.timestamp()
    assert shown("iq_heartbeat_timestamp_seconds", network="xx", context="counselling") is None
    found = {state: shown("iq_buckets_differing", network="hb", state=state) for state in ("seen", "wanted", "ahead")}
    assert found == {"seen": 1, "wanted": 2, "ahead": 0}
    async with centre.sessions() as session, session.begin():
        await (await session.connection()).execute(text("DELETE FROM difference"))
    await vitals.refresh()
    assert shown("iq_buckets_differing", network="hb", state="wanted") == 0, "healed, though nothing was taken in"


async def test_a_stream_tells_how_full_it_is_and_what_was_set_aside(
    desk: Callable[..., Desk], nats_server: NatsServer
) -> None:
    client = await nats.connect(nats_server.url)
    await client.jetstream().add_stream(StreamConfig(name="LEVEL", subjects=["l.>"], max_bytes=10_000))
    await client.jetstream().publish("l.1", b"x" * 700)
    await client.close()
    centre, labels = desk("de"), {"network": "hb", "service": "reporting", "stream": "LEVEL"}
    async with NatsBroker(nats_server.url) as broker:
        await broker.start()
        await Levels(centre.sessions, "hb", "reporting", "LEVEL").measure(broker)
        size = shown("iq_stream_bytes", **labels)
        assert size is not None
        assert 700 < size < 800
        assert shown("iq_stream_max_bytes", **labels) == 10_000
        assert (shown("iq_parked_undecided", **labels), shown("iq_parked_oldest_seconds", **labels)) == (0, 0)
        for age in (0, 2):
            await park(centre, age)
            await Levels(centre.sessions, "hb", "reporting", "LEVEL").measure(broker)
            assert shown("iq_parked_undecided", **labels) == 1 + age / 2
            oldest = shown("iq_parked_oldest_seconds", **labels)
            assert oldest is not None
            assert (oldest == 0) if age == 0 else (DAY <= oldest <= 2 * DAY), "never called older than it is"
        await Levels(centre.sessions, "hb", "reporting", "NONE").measure(broker)  # a stream that is gone


async def park(centre: Desk, age: int) -> None:
    """Set a message aside some days ago."""
    row = {"stream": "LEVEL", "sequence": 1, "subject": "l.1", "fate": "dead", "reason": "test", "headers": {}}
    async with centre.sessions() as session, session.begin():
        session.add(ParkedRow(**row, body=b"", parked_on=clock.today() - timedelta(age)))
