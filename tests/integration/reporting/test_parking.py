"""Parked messages: replayed or discarded by operations with a reason; what waits for an upgrade replays itself."""

from typing import Any

import nats
import pytest
from nats.aio.client import Client

from services.reporting.app import create_app
from shared.contracts import registry
from shared.contracts.registry import SESSION
from shared.vocabulary import Role
from tests.conftest import MakeDatabase
from tests.support.apps import serving
from tests.support.events import body, message
from tests.support.federation import Federation
from tests.support.recording import Caller, end, rows
from tests.support.waiting import eventually

REASON = {"reason": "Absprache mit dem Netzwerk"}


async def tell(uplink: Client, name: str, **values: Any) -> None:
    """Publish a session of rp, as soon as the leaf is up."""
    event = message("session", "rp", body("session", name, {"month": "2022-09"} | values, lean=True), lean=True)

    async def confirmed() -> bool:
        try:
            subject = event.subject.replace("up.rp.", "up.")
            return b"seq" in (await uplink.request(subject, event.data, timeout=1, headers=event.headers)).data
        except nats.errors.Error:
            return False

    await eventually(confirmed)


def centre(federation: Federation, url: str) -> Any:
    return create_app(federation.settings("de", url, batch_wait_seconds=0.02))


async def parked(operations: Caller, count: int) -> list[dict[str, Any]]:
    """The parked messages, as soon as there are so many."""

    async def found() -> list[dict[str, Any]] | None:
        items: list[dict[str, Any]] = (await operations.send("GET", "parked")).json()["items"]
        return items if len(items) == count else None

    return await eventually(found)


async def test_what_waits_for_an_upgrade_replays_itself_when_a_version_knows_it(
    federation: Federation, uplink: Client, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database("reporting")
    with monkeypatch.context() as older:
        older.delitem(registry.EVENTS, SESSION.name)
        app = centre(federation, url)
        async with serving(app, app.state.settings.port) as client:
            await tell(uplink, "a")
            await tell(uplink, "b")
            items = await parked(Caller(client, app.state.settings, Role.OPERATIONS), 2)
            assert {item["fate"] for item in items} == {"later"}
            # This version knows it no better: they stay, and nothing is lost.
            operations = Caller(client, app.state.settings, Role.OPERATIONS)
            answer = await operations.send("POST", f"parked/{items[0]['id']}/replay", json=REASON)
            assert answer.json()["outcome"] == "still_parked"
            assert await rows(app, "SELECT 1 FROM fact") == []
    app = centre(federation, url)
    async with serving(app, app.state.settings.port) as client:
        await eventually(lambda: rows(app, "SELECT 1 FROM fact WHERE (SELECT count(*) FROM fact) = 2"))
        assert await rows(app, "SELECT 1 FROM parked") == []
        assert await rows(app, "SELECT records FROM holding") == [(2,)]


async def test_operations_discards_or_replays_with_a_reason_that_is_kept(
    federation: Federation, uplink: Client, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = centre(federation, database("reporting"))
    async with serving(app, app.state.settings.port) as client:
        operations = Caller(client, app.state.settings, Role.OPERATIONS, subject="betrieb-1")
        await tell(uplink, "bad", nationality="Syrien")
        await parked(operations, 1)
        with monkeypatch.context() as older:
            older.delitem(registry.EVENTS, SESSION.name)
            await tell(uplink, "good")
            await parked(operations, 2)
        good, bad = await parked(operations, 2)
        assert (good["fate"], bad["fate"]) == ("later", "dead")
        assert "body" not in bad
        assert "headers" not in bad
        coordination = Caller(client, app.state.settings, Role.COORDINATION)
        assert (await coordination.send("POST", f"parked/{bad['id']}/discard", json=REASON)).status_code == 403
        assert (await operations.send("POST", f"parked/{bad['id']}/discard", json={"reason": " "})).status_code == 422
        stays = (await operations.send("POST", f"parked/{bad['id']}/replay", json=REASON)).json()
        assert stays == {"outcome": "still_parked", "cause": "body does not fit its contract: nationality"}
        gone = (await operations.send("POST", f"parked/{bad['id']}/discard", json=REASON)).json()
        assert gone["outcome"] == "discarded"
        assert (await operations.send("POST", f"parked/{bad['id']}/discard", json=REASON)).status_code == 404
        all_later = (await operations.send("POST", "parked/replay-later", json=REASON)).json()
        assert all_later == {"taken_in": 1, "waiting": 0}
        assert len(await rows(app, "SELECT 1 FROM fact")) == 1
        kept = await rows(app, "SELECT action, outcome, subject, reason FROM parked_decision ORDER BY id")
        assert [tuple(row) for row in kept] == [
            ("replay", "still_parked", "betrieb-1", REASON["reason"]),
            ("discard", "discarded", "betrieb-1", REASON["reason"]),
            ("replay", "taken_in: 1", "betrieb-1", REASON["reason"]),
        ]


async def test_what_was_decided_cannot_be_changed(federation: Federation, database: MakeDatabase) -> None:
    app = centre(federation, database("reporting"))
    for statement in ("DELETE FROM parked_decision", "UPDATE parked_decision SET reason = 'x'"):
        with pytest.raises(Exception, match="permission denied"):
            await rows(app, statement)
    await end(app)
