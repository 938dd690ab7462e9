"""The centre behind a real leaf: lean events and heartbeats of networks become figures and coverage."""

from collections.abc import AsyncIterator
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.client import JetStreamContext

from services.reporting import ingest
from services.reporting.app import create_app
from shared.contracts.heartbeat import Heartbeat, KindState
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.apps import serving
from tests.support.events import body, message
from tests.support.federation import Federation
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually


@pytest.fixture
async def coordination(federation: Federation, database: MakeDatabase) -> AsyncIterator[Caller]:
    app = create_app(federation.settings("de", database("reporting"), batch_wait_seconds=0.05))
    async with serving(app, app.state.settings.port) as client:
        yield Caller(client, app.state.settings, Role.COORDINATION)


async def tell(uplink: Client, name: str, kind: str = "session", source: str = "rp", **values: Any) -> None:
    """Publish a lean event as the relay of rp does; the hub writes the network into the subject."""
    event = message(kind, source, body(kind, name, {"month": "2022-09"} | values, lean=True), lean=True)
    subject = event.subject.replace(f"up.{source}.", "up.")
    await eventually(lambda: confirmed(uplink, subject, event.data, event.headers))


async def confirmed(uplink: Client, subject: str, data: bytes, headers: dict[str, str] | None) -> bool:
    """Whether the hub took it; right after the start the leaf may still be connecting."""
    try:
        return b"seq" in (await uplink.request(subject, data, timeout=1, headers=headers)).data
    except nats.errors.Error:
        return False


def beat(**records: int) -> bytes:
    kinds = {kind: KindState(records=count, buckets="") for kind, count in records.items()}
    told = Heartbeat(version="0.1.0", outbox_depth=3, oldest_undelivered_seconds=40, kinds=kinds)
    return told.model_dump_json().encode()


async def coverage(caller: Caller) -> dict[str, Any]:
    return {entry["region"]: entry for entry in (await caller.send("GET", "coverage")).json()["networks"]}


async def total(caller: Caller, text: str) -> dict[str, Any]:
    answer = await caller.send("GET", f"figures?{text}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_events_and_heartbeats_become_figures_and_coverage(uplink: Client, coordination: Caller) -> None:
    await tell(uplink, "a")
    await tell(uplink, "b", nationality="TR")
    await tell(uplink, "g", "group", participants=12)
    await eventually(lambda: confirmed(uplink, "hb.counselling.v1", beat(session_recorded=5, group_held=1), None))
    await eventually(lambda: confirmed(uplink, "hb.registration.v1", beat(), None))
    found = await eventually(lambda: coverage_of(coordination, records=3, expected=6))
    assert found["rp"]["outbox_depth"] == 6
    assert found["rp"]["oldest_undelivered_seconds"] == 40
    assert found["rp"]["last_heartbeat"]
    assert set(found) == {"rp"}
    answer = await total(coordination, "indicator=counselling_sessions&by=nationality")
    assert answer["rows"] == [
        {"nationality": "SY", "value": 1, "share": 0.5},
        {"nationality": "TR", "value": 1, "share": 0.5},
    ]
    assert answer["passport"]["coverage"] == {"networks": 1, "answered": 1, "records": 2, "expected": 5}
    meetings = await total(coordination, "indicator=meetings_held")
    assert meetings["passport"]["coverage"] == {"networks": 1, "answered": 1, "records": 0, "expected": 0}


async def coverage_of(caller: Caller, records: int, expected: int) -> dict[str, Any] | None:
    found = await coverage(caller)
    entry = found.get("rp", {})
    return found if (entry.get("records"), entry.get("expected")) == (records, expected) else None


async def test_what_a_network_holds_back_or_never_sent_is_seen(uplink: Client, coordination: Caller) -> None:
    await eventually(lambda: confirmed(uplink, "hb.counselling.v1", beat(session_recorded=5), None))
    await eventually(lambda: coverage_of(coordination, records=0, expected=5))
    answer = await total(coordination, "indicator=counselling_sessions")
    told = {"networks": 1, "answered": 0, "records": 0, "expected": 5, "missing": ["rp"]}
    assert answer["passport"]["coverage"] == told


async def test_a_heartbeat_older_than_what_we_hold_is_not_less(uplink: Client, coordination: Caller) -> None:
    await eventually(lambda: confirmed(uplink, "hb.counselling.v1", beat(session_recorded=1), None))
    await tell(uplink, "a")
    await tell(uplink, "b")
    await eventually(lambda: coverage_of(coordination, records=2, expected=2))


async def test_no_network_speaks_for_another_and_nothing_bad_stops_the_ingest(
    uplink: Client, coordination: Caller
) -> None:
    await tell(uplink, "spoofed", source="sn")
    await eventually(lambda: confirmed(uplink, "hb.counselling.v1", b"{}", None))
    await tell(uplink, "detail", gender="female")
    await tell(uplink, "good")
    await eventually(lambda: coverage_of(coordination, records=1, expected=1))
    page = await eventually(lambda: parked(coordination, 3))
    assert {(item["stream"], item["fate"]) for item in page["items"]} == {
        ("UP_RP", "dead"),
        ("HEARTBEATS", "dead"),
        ("UP_RP", "later"),
    }
    assert (await total(coordination, "indicator=counselling_sessions&by=region"))["total"] == 1


async def parked(caller: Caller, expected: int) -> dict[str, Any] | None:
    page = (await caller.send("GET", "parked")).json()
    return page if page["total"] == expected else None


@pytest.mark.own_brokers
async def test_a_hub_that_restarts_is_followed(uplink: Client, federation: Federation, database: MakeDatabase) -> None:
    app = create_app(federation.settings("de", database("reporting"), batch_wait_seconds=0.05))
    async with serving(app, app.state.settings.port):
        await tell(uplink, "a")
        await eventually(lambda: rows(app, "SELECT 1 FROM fact"))
        federation.hub.kill()
        federation.hub.start()
        await tell(uplink, "b")
        await eventually(lambda: rows(app, "SELECT 1 FROM fact WHERE entity_id IS NOT NULL OFFSET 1"), 20)


async def test_a_stream_that_cannot_be_taken_in_yet_does_not_stop_the_others(
    uplink: Client, federation: Federation, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []
    pull_subscribe = JetStreamContext.pull_subscribe

    async def away_at_first(self: JetStreamContext, *values: Any, **options: Any) -> Any:
        if not refused:
            refused.append(options["stream"])
            raise NatsTimeoutError
        return await pull_subscribe(self, *values, **options)

    monkeypatch.setattr(JetStreamContext, "pull_subscribe", away_at_first)
    monkeypatch.setattr(ingest, "LOOK_SECONDS", 0.1)
    app = create_app(federation.settings("de", database("reporting"), batch_wait_seconds=0.05))
    async with serving(app, app.state.settings.port) as client:
        caller = Caller(client, app.state.settings, Role.COORDINATION)
        await tell(uplink, "a")
        await eventually(lambda: confirmed(uplink, "hb.counselling.v1", beat(session_recorded=1), None))
        await eventually(lambda: coverage_of(caller, records=1, expected=1))
    assert refused == ["HEARTBEATS"]
