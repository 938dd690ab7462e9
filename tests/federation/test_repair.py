"""Repair by content on real brokers and databases: what is lost or wrong at the centre comes again (design 6)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.recording import rows
from tests.support.repairing import SESSION, Pair, completeness
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(90)

# The corrected session's first revision is the delivered one again.
RESTORED = (
    "UPDATE delivered d SET revision = 1, digest = o.digest FROM outbox o "
    "WHERE o.entity_id = d.entity_id AND o.destination = 'up' AND d.revision = 2"
)


def quiet(state: dict[str, Any]) -> bool:
    return not state["buckets"] and not state["ahead"]


@pytest.fixture
def pair(make_federation: Callable[..., Any], database: Callable[[str], str]) -> Pair:
    return Pair(make_federation("rp"), database("counselling"), database("reporting"))


async def total(pair: Pair) -> tuple[int, int]:
    """Records and expected records of rp at the centre."""
    (entry,) = (await pair.operations.send("GET", "coverage")).json()["networks"]
    return entry["records"], entry["expected"]


async def test_lost_rows_at_the_centre_come_again_and_count_once(pair: Pair) -> None:
    async with pair.running():
        keys = await pair.record(5)
        await pair.compared(lambda state: state["held"] == 5 and quiet(state))
        lost = {"lost": [keys[0], keys[3]]}
        await pair.change(pair.centre, "DELETE FROM fact WHERE entity_id = ANY(:lost)", **lost)
        await pair.equal(5)
        await pair.compared(lambda state: state["held"] == 5 and quiet(state))
        assert await total(pair) == (5, 5)
        assert not await rows(pair.centre, "SELECT 1 FROM difference")
        # Of the corrected session came the newest revision; nothing else was sent twice.
        assert await rows(pair.centre, "SELECT max(revision) FROM fact WHERE entity_id = :key", key=keys[0]) == [(2,)]
        found = (await pair.counsellor.send("GET", "sessions")).json()
        assert (found["total"], len(found["items"])) == (5, 5)


async def test_a_wrong_body_at_the_centre_is_replaced_and_listed(pair: Pair) -> None:
    async with pair.running():
        keys = await pair.record(3)
        wrong = "UPDATE fact SET nationality = 'XK', digest = digest + 1 WHERE entity_id = :key"
        body = 'UPDATE fact_body SET body = body || \'{"nationality": "XK"}\' WHERE entity_id = :key'
        await pair.change(pair.centre, wrong, body, key=keys[1])
        await pair.equal(3)
        query = "SELECT nationality, body->>'nationality' FROM fact JOIN fact_body USING (entity_id, revision)"
        assert await rows(pair.centre, f"{query} WHERE entity_id = :key", key=keys[1]) == [("SY", "SY")]
        listed = (await pair.operations.send("GET", "differences")).json()["replaced"]
        assert [(entry["entity_id"], entry["revision"]) for entry in listed] == [(str(keys[1]), 1)]
        assert not await rows(pair.centre, "SELECT 1 FROM parked")


async def test_a_contradiction_nobody_asked_for_does_not_replace(pair: Pair) -> None:
    async with pair.running():
        keys = await pair.record(2)
        await pair.compared(quiet)
        # A second body for a revision arrives by itself: parked, and the first stays.
        name = "7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b11"
        forged = (
            "INSERT INTO outbox (message_id, destination, subject, headers, body, kind, entity_id, revision, digest, "
            f"created_at) SELECT '{name}', destination, subject, "
            f'headers || \'{{"ce-id": "{name}", "Nats-Msg-Id": "{name}"}}\', '
            "convert_to(replace(convert_from(body, 'UTF8'), '\"SY\"', '\"AF\"'), 'UTF8'), kind, entity_id, revision, "
            "digest, created_at FROM outbox WHERE destination = 'up' AND entity_id = :key"
        )
        await pair.change(pair.network, forged, key=keys[1])
        await eventually(lambda: rows(pair.centre, "SELECT 1 FROM parked WHERE reason LIKE 'conflicting%'"))
        assert not await rows(pair.centre, "SELECT 1 FROM replaced")
        await pair.equal(2)


async def test_a_wiped_hub_and_a_wiped_centre_are_filled_again(pair: Pair, database: Callable[[str], str]) -> None:
    async with pair.network_running():
        async with pair.centre_running():
            await pair.record(6)
        # The hub is away in between, and comes back without its store.
        pair.federation.lose_hub_store()
        await pair.counsellor.put("sessions/00000000-0000-4000-8000-000000000001", SESSION)
        pair.federation.hub.start()
        pair.federation.provision()
        pair.reporting_url = database("reporting")
        async with pair.centre_running():
            await pair.equal(7, 30)
            await pair.compared(lambda state: state["held"] == 7 and quiet(state))
            assert await total(pair) == (7, 7)


async def test_what_a_set_back_network_lost_is_listed_to_both_sides_and_its_numbers_do_not_collide(pair: Pair) -> None:
    async with pair.running():
        keys = await pair.record(4)
        await pair.compared(quiet)
        # An old backup: one session is gone, of another one the correction.
        old = (
            "DELETE FROM counselling_session WHERE session_id = :gone",
            "UPDATE counselling_session SET revision = 1, nationality = 'SY' WHERE session_id = :first",
            "DELETE FROM outbox WHERE entity_id = :gone OR (entity_id = :first AND revision = 2)",
            "DELETE FROM delivered WHERE entity_id = :gone",
            RESTORED,
        )
        for statement in old:
            await pair.change(pair.network, statement, **_named(statement, gone=keys[2], first=keys[0]))
        await pair.compared(lambda state: state["ahead_total"] == 2 and not state["buckets"], 30)
        expected = sorted([(str(keys[0]), 2, "2026-05"), (str(keys[2]), 1, "2026-05")])
        here = (await pair.operations.send("GET", "differences")).json()["ahead"]
        assert sorted((e["entity_id"], e["revision"], e["month"]) for e in here) == expected
        there = (await completeness(pair).send("GET", "centre")).json()
        assert sorted((e["entity_id"], e["revision"], e["month"]) for e in there["ahead"]) == expected
        assert there["ahead_total"] == 2
        # Nothing was dropped: the centre still counts all four, with the correction.
        assert len(await pair.held()) == 4
        # The network's next revision is higher than any the centre has seen.
        change = SESSION | {"nationality": "AF", "revision": 2}
        assert (await pair.counsellor.put(f"sessions/{keys[0]}", change))["revision"] == 3
        await pair.compared(lambda state: state["ahead_total"] == 1)
        history = "SELECT revision, nationality FROM fact WHERE entity_id = :key ORDER BY revision"
        now = await rows(pair.centre, history, key=keys[0])
        assert now == [(1, "SY"), (2, "TR"), (3, "AF")]


def _named(statement: str, **values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in statement}
