"""*Betrieb* and *Vollständigkeit*: both sides see what differs; parked messages are decided on with a reason."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.registration.app import create_app as create_registration
from shared.contracts.envelope import EventName, headers
from tests.integration.gateway.conftest import Gateway, csrf_of, served, settings
from tests.support.apps import serving
from tests.support.recording import rows
from tests.support.repairing import SECONDS, Pair
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)

GONE, STALE = UUID("0d4e2c64-0f0e-4b0e-8f60-2b6b5f6f1c11"), UUID("1d4e2c64-0f0e-4b0e-8f60-2b6b5f6f1c12")
NAME = EventName("counselling", "moon_seen")
PARKED = (
    "INSERT INTO parked (stream, sequence, subject, fate, reason, headers, body, parked_on) VALUES "
    "('UP_RP', 7, 'up.rp.counselling.moon_seen.v1', 'later', 'not known here', CAST(:headers AS jsonb), "
    "'{\"note\": \"CANARY-Notiz\"}', '2026-11-20'), "
    "('UP_RP', 8, 'up.rp.x', 'dead', 'body is not JSON', '{}', 'CANARY', '2026-11-21')"
)
HEADERS = json.dumps(headers(STALE, "rp", NAME, datetime(2026, 11, 1, tzinfo=UTC)))


@dataclass
class Site:
    """The pair of services with a gateway in front of each side."""

    pair: Pair
    centre: Gateway
    network: Gateway


@pytest.fixture
async def site(
    make_federation: Callable[..., Any], database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        pair = Pair(make_federation("rp"), database("counselling"), database("reporting"))
        await stack.enter_async_context(pair.running())
        registration = create_registration(
            pair.federation.settings("rp", database("registration"), heartbeat_seconds=SECONDS)
        )
        await stack.enter_async_context(serving(registration, registration.state.settings.port))
        urls = {
            "registration_url": _url(registration),
            "counselling_url": _url(pair.network),
            "signing_key": registration.state.settings.signing_key,
        }
        there = settings("rp", database("gateway"), tmp_path_factory.mktemp("rp"), **urls)
        here = settings("de", database("gateway"), tmp_path_factory.mktemp("de"), **_centre(pair))
        centre = await stack.enter_async_context(served(here))
        yield Site(pair, centre, await stack.enter_async_context(served(there)))


def _url(app: Any) -> str:
    return f"http://127.0.0.1:{app.state.settings.port}"


def _centre(pair: Pair) -> dict[str, Any]:
    return {"reporting_url": _url(pair.centre), "signing_key": pair.centre.state.settings.signing_key}


async def test_the_network_reads_first_how_many_of_its_records_the_centre_has(site: Site) -> None:
    keys = await site.pair.record(3)
    await site.network.sign_in("coordinator")

    async def shown(text: str) -> str:
        page = (await site.network.client.get("/vollstaendigkeit")).text
        return page if text in page else ""

    assert "alles stimmt überein" in await eventually(
        lambda: shown("<strong>3 von 3 Datensätzen beim Bund</strong>"), 30
    )
    for table, name in (("counselling_session", "session_id"), ("outbox", "entity_id"), ("delivered", "entity_id")):
        await site.pair.change(site.pair.network, f"DELETE FROM {table} WHERE {name} = :key", key=keys[1])
    page = await eventually(lambda: shown(str(keys[1])), 40)
    assert "<strong>3 von 2 Datensätzen beim Bund</strong>; 1 kennt der Bund, dieses Netzwerk aber nicht mehr" in page
    await site.centre.sign_in("operations")
    assert str(keys[1]) in (await site.centre.client.get("/betrieb")).text
    assert (await site.centre.client.get("/vollstaendigkeit")).status_code == 404


async def test_operations_sees_differences_and_decides_on_parked_messages(site: Site) -> None:
    pair = site.pair
    await pair.change(pair.centre, PARKED.replace(": ", "\\: "), headers=HEADERS)
    listed = (
        "INSERT INTO set_back (region, kind, entity_id, bucket, revision, told, month, since) "
        "VALUES ('rp', 'session_recorded', :key, 13, 4, 0, '2026-05', '2026-11-26')"
    )
    await pair.change(pair.centre, listed, key=GONE)
    replaced = (
        "INSERT INTO replaced (region, kind, entity_id, revision, month, replaced_on, body) "
        "VALUES ('rp', 'session_recorded', :key, 2, '2026-05', '2026-11-26', CAST(:body AS jsonb))"
    )
    await pair.change(pair.centre, replaced, key=STALE, body=json.dumps({"note": "CANARY-Notiz"}))
    await site.centre.sign_in("operations")
    page = await site.centre.client.get("/betrieb")
    assert page.status_code == 200
    for text in (str(GONE), str(STALE), "body is not JSON", "Alle wartenden einspielen (1)"):
        assert text in page.text
    assert "CANARY" not in page.text
    key = (await rows(pair.centre, "SELECT id FROM parked WHERE fate = 'dead'"))[0][0]
    form = {"csrf": csrf_of(page), "action": "discard", "reason": "x"}
    refused = await site.centre.client.post(f"/betrieb/nachrichten/{key}", data=form)
    assert refused.status_code == 422
    assert "Bitte geben Sie einen Grund an" in refused.text
    assert f'id="grund-{key}" name="reason" required minlength="3" maxlength="300" value="x"' in refused.text
    done = await site.centre.client.post(f"/betrieb/nachrichten/{key}", data=form | {"reason": "war ein Test"})
    assert done.headers["location"] == "/betrieb?getan=discarded#nachrichten"
    assert "ist verworfen" in (await site.centre.client.get("/betrieb?getan=discarded")).text
    assert [tuple(row) for row in await rows(pair.centre, "SELECT subject, reason FROM parked_decision")] == [
        ("operations", "war ein Test")
    ]
    again = await site.centre.client.post(f"/betrieb/nachrichten/{key}", data=form | {"reason": "war ein Test"})
    assert again.status_code == 404
    later = {"csrf": form["csrf"], "reason": "neue Fassung"}
    assert (await site.centre.client.post("/betrieb/wartende", data=later)).status_code == 303
    assert await rows(pair.centre, "SELECT fate FROM parked") == [("later",)]


async def test_only_operations_decides(site: Site) -> None:
    await site.pair.change(site.pair.centre, PARKED.replace(": ", "\\: "), headers=HEADERS)
    await site.centre.sign_in("coordination")
    csrf = csrf_of(await site.centre.client.get("/zweck"))
    await site.centre.client.post("/zweck", data={"csrf": csrf, "purpose": "Prüfung"})
    page = await site.centre.client.get("/betrieb")
    assert "Einspielen" not in page.text
    answer = await site.centre.client.post("/betrieb/nachrichten/1", data={"csrf": csrf, "action": "discard"})
    assert answer.status_code == 403
    without = await site.centre.client.post(
        "/api/v1/parked/1/discard", json={"reason": "weil es geht"}, headers=await site.centre.as_role("operations")
    )
    assert without.json()["outcome"] == "discarded"
