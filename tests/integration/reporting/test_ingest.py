"""Taking events in from a real broker: what does not fit is parked and counted, its neighbours are taken in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, StreamConfig
from prometheus_client import REGISTRY

from deploy.streams import MAX_MESSAGE_BYTES, hub_plan, region_plan
from services.reporting import ingest as intake
from services.reporting.app import create_app
from services.reporting.facts import keep
from shared.messaging import watchdog
from shared.messaging.ingest import Ingest
from shared.settings import Settings
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.apps import lone_settings, serving
from tests.support.events import body, message
from tests.support.owner import as_owner
from tests.support.recording import Caller, rows
from tests.support.servers import NatsServer, free_port
from tests.support.waiting import eventually

Plan = list[tuple[StreamConfig, list[ConsumerConfig]]]


@pytest.fixture
async def broker(nats_server: NatsServer) -> AsyncIterator[Client]:
    client = await nats.connect(nats_server.url)
    yield client
    await client.close()


async def provision(broker: Client, plan: Plan) -> None:
    for stream, consumers in plan:
        # Larger messages than ours let through, so that the ingest itself has to refuse them.
        await broker.jetstream().add_stream(replace(stream, max_msg_size=2 * MAX_MESSAGE_BYTES))
        for consumer in consumers:
            await broker.jetstream().add_consumer(str(stream.name), consumer)


def settings_of(network: str, url: str, server: NatsServer, **more: Any) -> Settings:
    return lone_settings(network, url, server.url, **({"batch_wait_seconds": 0.05} | more))


async def publish(broker: Client, event: Msg, **changes: Any) -> None:
    """Publish an event, with another subject, other data or other headers if a test wants it wrong."""
    headers = dict(event.headers or {}) | changes.get("headers", {})
    data = changes.get("data", event.data)
    await broker.jetstream().publish(changes.get("subject", event.subject), data, headers=headers)


def session(name: str, *, region: str = "rp", lean: bool = False, **values: Any) -> Msg:
    return message("session", region, body("session", name, {"month": "2022-09"} | values, lean=lean), lean=lean)


async def facts(app: Any) -> int:
    return len(await rows(app, "SELECT 1 FROM fact"))


def counted(fate: str, network: str) -> float:
    labels = {"network": network, "service": "reporting", "fate": fate}
    return REGISTRY.get_sample_value("iq_parked_messages_total", labels) or 0.0


SUBJECT = "region.rp.counselling"
BAD: list[dict[str, Any]] = [
    {"data": b'{"session_id": '},
    {"data": b"\xff\xfe\x00"},
    {"data": b"[1, 2]"},
    {"data": b"[" * 100_000},
    {"data": b'{"x": "' + b"x" * MAX_MESSAGE_BYTES + b'"}'},
    {"headers": {"ce-source": "/de/sn/counselling"}},
    {"headers": {"ce-type": "iq.counselling.group_held.v1"}},
    {"headers": {"Nats-Msg-Id": str(uuid4())}},
    {"subject": f"{SUBJECT}.session.recorded.v1"},
    {"values": {"nationality": "XX"}},
    # These an upgrade may know: newer major, unknown event, newer minor.
    {"subject": f"{SUBJECT}.session_recorded.v2", "headers": {"ce-type": "iq.counselling.session_recorded.v2"}},
    {"subject": f"{SUBJECT}.moon_seen.v1", "headers": {"ce-type": "iq.counselling.moon_seen.v1"}},
    {"values": {"mood": "good"}},
]


async def test_bad_messages_are_parked_and_their_neighbours_taken_in(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    dead, later = counted("dead", "rp"), counted("later", "rp")
    await publish(broker, session("good 1"))
    for changes in BAD:
        values = changes.get("values", {})
        await publish(broker, session("bad", **values), **changes)
    await publish(broker, session("good 2"))
    app = create_app(settings_of("rp", database("reporting"), nats_server))
    async with serving(app, app.state.settings.port) as client:
        await eventually(lambda: facts(app))
        await eventually(lambda: rows(app, "SELECT 1 FROM ingest_cursor WHERE sequence = 15"))
        assert await facts(app) == 2
        answer = await Caller(client, app.state.settings, Role.OPERATIONS).send("GET", "parked")
        page = answer.json()
        assert page["fates"] == {"dead": 10, "later": 3}
        assert page["total"] == len(page["items"]) == 13
        assert {item["sequence"] for item in page["items"]} == set(range(2, 15))
        assert all(item["reason"] and item["parked_on"] for item in page["items"])
    assert (counted("dead", "rp") - dead, counted("later", "rp") - later) == (10, 3)


async def test_a_contradiction_is_parked_and_counted(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    before = counted("dead", "rp")
    await publish(broker, session("a", nationality="SY"))
    await publish(broker, session("a", nationality="TR"))
    await publish(broker, session("a", nationality="SY"))
    app = create_app(settings_of("rp", database("reporting"), nats_server))
    async with serving(app, app.state.settings.port):
        await eventually(lambda: rows(app, "SELECT 1 FROM ingest_cursor WHERE sequence = 3"))
        (parked,) = await rows(app, "SELECT reason, sequence, fate FROM parked")
        assert tuple(parked) == ("conflicting body for the same revision", 2, "dead")
        assert await rows(app, "SELECT body->>'nationality' FROM fact_body") == [("SY",)]
        await eventually(lambda: counted("dead", "rp") == before + 1)


async def test_a_batch_taken_in_twice_counts_once(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    for name in "abc":
        await publish(broker, session(name))
    app = create_app(settings_of("rp", database("reporting"), nats_server))
    subscription = await broker.jetstream().pull_subscribe_bind("reporting", "REGION")
    messages = await subscription.fetch(10, timeout=0.5)
    crashing = Ingest(app.state.sessions, "REGION", keep, "rp", "reporting", lean=False)
    await crashing.commit(messages)  # and dies before the acks
    for entry in messages:
        await entry.nak()
    async with serving(app, app.state.settings.port):
        await eventually(lambda: pending(broker, "REGION", 0))
        assert await facts(app) == 3
        assert await rows(app, "SELECT 1 FROM parked") == []


async def test_bad_messages_delivered_twice_are_parked_and_counted_once(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    for _ in range(2):  # the same bytes sent twice are two messages
        await publish(broker, session("bad"), data=b"[1, 2]")
    await publish(broker, session("good"))
    before = counted("dead", "rp")
    app = create_app(settings_of("rp", database("reporting"), nats_server))
    subscription = await broker.jetstream().pull_subscribe_bind("reporting", "REGION")
    messages = await subscription.fetch(10, timeout=0.5)
    crashing = Ingest(app.state.sessions, "REGION", keep, "rp", "reporting", lean=False)
    await crashing.commit(messages)  # and dies before the acks
    for entry in messages:
        await entry.nak()
    async with serving(app, app.state.settings.port):
        await eventually(lambda: pending(broker, "REGION", 0))
        assert [tuple(row) for row in await rows(app, "SELECT sequence FROM parked ORDER BY id")] == [(1,), (2,)]
        assert counted("dead", "rp") == before + 2


async def pending(broker: Client, stream: str, expected: int) -> bool:
    info = await broker.jetstream().consumer_info(stream, "reporting")
    return (info.num_pending or 0) + (info.num_ack_pending or 0) == expected


async def test_an_unmigrated_or_absent_database_parks_nothing(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    app = create_app(settings_of("rp", database("reporting"), nats_server))
    async with serving(app, app.state.settings.port):
        as_owner(app, "ALTER TABLE fact RENAME TO fact_away")
        await publish(broker, session("a"))
        await publish(broker, session("b"))
        await eventually(lambda: redelivered(broker))
        as_owner(app, "ALTER TABLE fact_away RENAME TO fact")
        await eventually(lambda: pending(broker, "REGION", 0))
        assert await facts(app) == 2
        assert await rows(app, "SELECT 1 FROM parked") == []


async def redelivered(broker: Client) -> int:
    return (await broker.jetstream().consumer_info("REGION", "reporting")).num_redelivered or 0


async def test_a_network_that_joins_later_is_taken_in(
    broker: Client, nats_server: NatsServer, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LOOK_SECONDS", 0.1)
    await provision(broker, hub_plan(["rp"]))
    app = create_app(settings_of("de", database("reporting"), nats_server))
    async with serving(app, app.state.settings.port) as client:
        await publish(broker, session("a", lean=True))
        await eventually(lambda: facts(app))
        await provision(broker, hub_plan(["sn"])[:1])
        await publish(broker, session("a", region="sn", lean=True))
        await eventually(lambda: rows(app, "SELECT 1 FROM fact WHERE region = 'sn'"))
        answer = await Caller(client, app.state.settings, Role.COORDINATION).send(
            "GET", "figures", params={"indicator": "counselling_sessions", "by": "region"}
        )
        assert [row["region"] for row in answer.json()["rows"]] == ["rp", "sn"]
        assert (await client.get("/healthz")).status_code == 200


async def test_a_consumer_that_goes_silent_stops_the_process(
    broker: Client, nats_server: NatsServer, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons: list[str] = []
    monkeypatch.setattr(watchdog, "stop_process", reasons.append)
    await provision(broker, region_plan("rp"))
    app = create_app(settings_of("rp", database("reporting"), nats_server, watchdog_seconds=1.0))
    async with serving(app, app.state.settings.port) as client:
        await publish(broker, session("a"))
        await eventually(lambda: facts(app))
        await broker.jetstream().delete_consumer("REGION", "reporting")
        await publish(broker, session("b"))
        await eventually(lambda: reasons, 15)
        assert "REGION" in reasons[0]
        assert (await client.get("/healthz")).status_code == 503


async def test_a_centre_that_starts_when_a_consumer_is_lost_stops_too(
    broker: Client, nats_server: NatsServer, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons: list[str] = []
    monkeypatch.setattr(watchdog, "stop_process", reasons.append)
    await provision(broker, hub_plan(["rp", "sn"]))
    await broker.jetstream().delete_consumer("UP_RP", "reporting")
    app = create_app(settings_of("de", database("reporting"), nats_server, watchdog_seconds=1.0))
    async with serving(app, app.state.settings.port):
        await publish(broker, session("a", region="sn", lean=True))
        await eventually(lambda: facts(app))
        await eventually(lambda: reasons, 15)
        assert all("UP_RP" in reason for reason in reasons)  # else its supervisor would never provision again


async def test_two_pods_share_a_stream_and_one_goes_on_when_the_other_ends(
    broker: Client, nats_server: NatsServer, database: MakeDatabase
) -> None:
    await provision(broker, region_plan("rp"))
    url = database("reporting")
    first, second = (create_app(settings_of("rp", url, nats_server, batch_size=5)) for _ in range(2))
    async with serving(first) as staying:
        async with serving(second) as going:
            for number in range(60):
                await publish(broker, session(str(number)))
            await eventually(lambda: rows(first, "SELECT 1 FROM ingest_cursor WHERE sequence = 60"))
            assert [(await client.get("/healthz")).status_code for client in (staying, going)] == [200, 200]
        for number in range(60, 80):
            await publish(broker, session(str(number)))
        await eventually(lambda: rows(first, "SELECT 1 FROM fact OFFSET 79"), 20)
        assert await facts(first) == 80
        assert await rows(first, "SELECT 1 FROM parked") == []


async def test_without_its_broker_a_service_is_not_whole_and_yet_led_to(
    nats_server: NatsServer, database: MakeDatabase
) -> None:
    nowhere = replace(nats_server, port=free_port())
    app = create_app(settings_of("rp", database("reporting"), nowhere))
    async with serving(app) as client:
        whole = await client.get("/readyz")
        assert (whole.status_code, whole.json()["checks"]) == (503, {"database": True, "broker": False})
        asked = await client.get("/readyz", params={"without": "broker"})
        assert (asked.status_code, asked.json()["checks"]) == (200, {"database": True})
        assert (await client.get("/healthz")).status_code == 200
