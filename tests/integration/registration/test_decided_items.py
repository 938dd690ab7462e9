"""Decisions of the board in a network: heard in any order and again, and the sheet that follows (GP-07, GP-10)."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from services.registration.decisions.hearing import Decisions
from services.registration.items.retention import EXPIRIES
from shared.clock import today
from shared.logs import DiscreetFormatter
from shared.vocabulary import Role
from tests.support.good_practice import PARTS, PROPOSAL, REASONS, propose, told
from tests.support.recording import Caller, recording, rows

EVENTS = "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :item AND destination = 'up' ORDER BY seq"


@pytest.fixture
async def trainer(app: FastAPI) -> AsyncIterator[Caller]:
    """A trainer of a carrier; the service runs meanwhile."""
    async with recording(app, Role.TRAINER) as found:
        yield found


@pytest.fixture
def coordinator(trainer: Caller) -> Caller:
    """Who coordinates the network."""
    return Caller(trainer.client, trainer.settings, Role.COORDINATOR, None)


async def hear(app: FastAPI, *decisions: dict[str, Any]) -> None:
    body = json.dumps({"decisions": decisions}).encode()
    await Decisions(app.state.sessions, "rp", app.state.messaging.wake).hear(body)


async def item_of(who: Caller, item: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await who.send("GET", f"items/{item}")).json()
    return found


async def events(app: FastAPI, item: UUID) -> list[dict[str, Any]]:
    return [json.loads(text) for (text,) in await rows(app, EVENTS, item=item)]


async def test_gp_07_a_decision_makes_the_next_revision_once_and_is_read_with_its_reasons(
    app: FastAPI, trainer: Caller, coordinator: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    item, reasons = await propose(trainer), f"{REASONS} CANARY-Grund"
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            await hear(app, told(item, reasons=reasons))
    for who in (trainer, coordinator):
        shown = await item_of(who, item)
        assert (shown["state"], shown["revision"]) == ("selected", 2)
        decided = {"outcome": "selected", "outcome_label": "ausgewählt", "decided_on": today().isoformat()}
        assert shown["board"] == decided | {"reasons": reasons}
    assert (await trainer.at(uuid4()).send("GET", f"items/{item}")).status_code == 404
    found = await events(app, item)
    assert [(one["revision"], one["state"], one.get("decision")) for one in found] == [
        (1, "proposed", None),
        (2, "selected", 1),
    ]
    audit = "SELECT action, revision FROM audit WHERE entity_id = :item AND subject = 'board'"
    assert await rows(app, audit, item=item) == [("item.decided", 2)]
    left = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert "CANARY" not in json.dumps([str(one) for one in (*left, *await rows(app, "SELECT audit::text FROM audit"))])
    assert not [line for line in lines if "CANARY" in line]


async def test_in_any_order_the_last_decision_holds_and_other_reasons_are_a_revision_too(
    app: FastAPI, trainer: Caller
) -> None:
    item = await propose(trainer)
    later = told(item, 3, outcome="not_selected", reasons="Nach Prüfung doch nicht.")
    await hear(app, later)
    await hear(app, told(item, 1))
    shown = await item_of(trainer, item)
    assert (shown["state"], shown["board"]["reasons"], shown["revision"]) == (
        "not_selected",
        "Nach Prüfung doch nicht.",
        2,
    )
    await hear(app, later | {"revision": 4, "reasons": "Genauer: zu teuer."})
    shown = await item_of(trainer, item)
    assert (shown["board"]["reasons"], shown["revision"]) == ("Genauer: zu teuer.", 3)
    assert [one.get("decision") for one in await events(app, item)] == [None, 3, 4]
    # The centre was set back, and begins to count again.
    await hear(app, told(item, 1, today() + timedelta(days=1)))
    assert (await item_of(trainer, item))["state"] == "selected"


async def test_what_was_withdrawn_stays_so_and_what_is_not_known_yet_follows_later(
    app: FastAPI, trainer: Caller
) -> None:
    gone, unknown = await propose(trainer), uuid4()
    assert (await trainer.send("POST", f"items/{gone}/withdraw", json={"reason": "doppelt"})).status_code == 204
    await hear(app, told(gone), told(unknown))
    shown = await item_of(trainer, gone)
    assert (shown["withdrawn"], shown["state"], shown["board"]["outcome"]) == (True, "proposed", "selected")
    assert [one["withdrawn"] for one in await events(app, gone)] == [False, True]
    transfer = {"item_kind": "transfer", "values": {"title": "APQ", "delivery": "online", "azav": "none"}}
    await trainer.put(f"items/{unknown}", transfer)
    await hear(app, told(unknown))
    assert (await item_of(trainer, unknown))["state"] == "planned"  # the board decides about no transfer
    await trainer.put(f"items/{gone}", {"item_kind": "good_practice", "values": PROPOSAL, "revision": 2})
    await hear(app, told(gone))
    assert (await item_of(trainer, gone))["state"] == "selected"
    for nonsense in (b"x", b'{"decisions": [{"item_id": "x"}]}'):
        with pytest.raises(ValidationError):
            await Decisions(app.state.sessions, "rp", app.state.messaging.wake).hear(nonsense)


async def test_gp_10_the_sheet_of_a_selected_example_is_whole_before_it_is_published(
    app: FastAPI, trainer: Caller, coordinator: Caller
) -> None:
    item = await propose(trainer, short_description="Kurz", carrier="Werk")
    seen = {"seen_as_public": True}

    async def post(who: Caller, act: str, revision: int, **more: Any) -> tuple[int, Any]:
        answer = await who.send("POST", f"items/{item}/{act}", json={"revision": revision} | more)
        return answer.status_code, answer.json()

    assert (await post(trainer, "submit", 1))[0] == 200
    assert (await post(coordinator, "release", 2, **seen))[1]["state"] == "proposed"  # for the board to read
    await hear(app, told(item))
    status, refused = await post(trainer, "submit", 4)
    assert (status, {error["field"] for error in refused["errors"]}) == (
        422,
        PARTS.keys() - {"short_description", "carrier", "area"},
    )
    values = PROPOSAL | PARTS
    await trainer.put(f"items/{item}", {"item_kind": "good_practice", "values": values, "revision": 4})
    assert (await post(trainer, "submit", 5))[0] == 200
    assert (await post(coordinator, "release", 6, **seen))[1]["state"] == "published"
    last = (await events(app, item))[-1]
    assert (last["state"], last["decision"], last["area"]) == ("published", 1, "health")
    assert last["public"]["initial_situation"] == PARTS["initial_situation"]
    assert (last["public"]["title"], last["public"]["programme_line"]) == ("Lernwerkstatt", "qualification")
    await hear(app, told(item, 2))  # other reasons: still selected, still published
    assert (await item_of(trainer, item))["state"] == "published"
    assert (await post(coordinator, "unpublish", 8, reason="veraltet"))[1]["state"] == "selected"
    assert (await events(app, item))[-1]["public"] is None


async def test_reasons_of_a_withdrawn_item_go_with_its_texts(app: FastAPI, trainer: Caller) -> None:
    item, (expiry,) = await propose(trainer), EXPIRIES
    await hear(app, told(item))
    await trainer.send("POST", f"items/{item}/withdraw", json={"reason": "doppelt"})
    async with app.state.sessions() as session, session.begin():
        await expiry.act(session, [item])
    assert await rows(app, "SELECT 1 FROM item_decision") == []
    assert (await item_of(trainer, item))["board"] is None
