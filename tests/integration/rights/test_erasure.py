"""Erasure (contracts §4): identity, case and link go everywhere, the statistical record stays as it was last told."""

import json
from typing import Any
from uuid import UUID, uuid4

from nats.aio.msg import Msg

from services.counselling.consumers import learn
from shared.contracts.envelope import Envelope
from shared.contracts.registration import PersonChanged, PersonMerged
from shared.contracts.registry import MERGE, PERSON
from shared.messaging.ingest import Received
from tests.support.planting import SEALED, Network, plant
from tests.support.recording import rows

WISH = {"reason": "wish"}
COUNTS = "SELECT session_type, seen_before, nationality, programme_line, revision, withdrawn FROM counselling_session"


async def sent_up(network: Network) -> list[Any]:
    """All messages to the hub, of both services."""
    query = "SELECT subject, convert_from(body, 'utf8') FROM outbox WHERE destination = 'up' ORDER BY seq"
    return [tuple(row) for app in network.apps.values() for row in await rows(app, query)]


async def test_nothing_that_says_who_she_is_remains_and_every_count_does(network: Network) -> None:
    hers, other = await plant(network, "Xqzweg"), await plant(network, "Xqzbleibt")
    assert len(await network.tables_with("Xqzweg")) == 9
    counted, told = await network.of_counselling(COUNTS), await sent_up(network)
    done = await network.desk.send("POST", f"persons/{hers.person}/erase", json=WISH)
    assert (done.status_code, done.json()) == (200, {"erased": 1})
    await network.forgotten(hers.person)
    assert await network.tables_with(*hers.facts, "Xqzweg") == set()
    # Her random id is known to the audit, to those who must not take her in again, and to the message that says so.
    assert await network.tables_with(str(hers.person)) == {
        ("registration", "audit"),
        ("registration", "erased_person"),
        ("registration", "outbox"),
        ("counselling", "audit"),
        ("counselling", "counselling_profile"),
    }
    assert await network.tables_with(hers.case) == {("counselling", "audit")}
    assert sorted(map(str, await network.of_counselling(COUNTS))) == sorted(map(str, counted))
    assert await sent_up(network) == told  # nothing more goes up, and nothing of it is taken back
    for fact in other.facts:
        assert await network.tables_with(fact), fact
    linked = "SELECT count(*) FROM procedure WHERE case_id IS NULL AND revision = 1"
    assert await network.of_counselling(linked) == [(1,)]


async def test_it_can_be_asked_for_twice_and_only_at_her_carrier(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    stranger = network.desk.at(uuid4())
    assert (await stranger.send("POST", f"persons/{hers.person}/erase", json=WISH)).status_code == 404
    for erased in (1, 0):
        answer = await network.desk.send("POST", f"persons/{hers.person}/erase", json=WISH)
        assert answer.json() == {"erased": erased}
    assert (await stranger.send("POST", f"persons/{hers.person}/erase", json=WISH)).status_code == 404
    assert (await network.desk.send("GET", f"persons/{hers.person}")).status_code == 404
    late = await network.desk.send("PUT", f"persons/{hers.person}", json={"name": "Spät, Eine"})
    assert (late.status_code, "gelöscht" in late.json()["detail"]) == (409, True)
    acts = "SELECT subject, revision FROM audit WHERE action = 'person.erased'"
    assert await rows(network.apps["registration"], acts) == [("test-counsellor", 2)]


async def test_the_statistical_record_can_only_be_withdrawn(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    await network.desk.send("POST", f"persons/{hers.person}/erase", json=WISH)
    await network.forgotten(hers.person)
    change = {"date": "2026-05-05", "programme_line": "recognition_counselling", "revision": 1}
    one, caller = f"sessions/{hers.session}", network.counsellor
    assert (await caller.send("PUT", one, json=change)).status_code == 409
    late = {"date": "2026-05-06", "programme_line": "recognition_counselling", "person_id": str(hers.person)}
    assert (await caller.send("PUT", f"sessions/{uuid4()}", json=late)).status_code == 404
    draft = {"content": SEALED, "person_id": str(hers.person)}
    assert (await caller.send("PUT", f"drafts/session/{uuid4()}", json=draft)).status_code == 409
    assert (await caller.send("PUT", f"drafts/person/{hers.person}", json={"content": SEALED})).status_code == 409
    assert (await caller.send("POST", f"{one}/withdraw", json={"reason": "doppelt"})).status_code == 204
    assert (await caller.send("POST", f"{one}/restore")).status_code == 409
    up = "SELECT body FROM outbox WHERE entity_id = :key AND destination = 'up' ORDER BY seq"
    told = [json.loads(body) for (body,) in await network.of_counselling(up, key=hers.session)]
    assert [(body["revision"], body["withdrawn"]) for body in told] == [(1, False), (2, True)]
    assert told[1]["seen_before"] == told[0]["seen_before"]


async def test_who_comes_back_is_new(network: Network) -> None:
    hers = await plant(network, "Xqzweg")
    await network.desk.send("POST", f"persons/{hers.person}/erase", json=WISH)
    await network.forgotten(hers.person)
    again = await plant(network, "Xqzwieder")
    stand = "SELECT session_type, seen_before FROM counselling_session WHERE session_id = :key"
    assert await network.of_counselling(stand, key=again.session) == [("first", "no")]


async def test_all_records_of_one_person_go_together(network: Network) -> None:
    keep, other = await plant(network, "Xqzeins"), await plant(network, "Xqzzwei")
    await network.desk.send("POST", f"persons/{keep.person}/merge", json={"other": str(other.person)})
    erased = await network.desk.send("POST", f"persons/{other.person}/erase", json=WISH)
    assert erased.json() == {"erased": 2}
    for one in (keep, other):
        await network.forgotten(one.person)
    assert await network.tables_with("Xqzeins", "Xqzzwei") == set()
    linked = "SELECT 1 FROM counselling_session WHERE coalesce(person_id, recorded_person_id, case_id) IS NOT NULL"
    assert await network.of_counselling(linked) == []


def told(carrier: UUID, person: UUID, revision: int, *, withdrawn: bool = False) -> Received:
    """A person's profile as registration tells it."""
    traits = {"nationality": "UA", "refugee_background": "yes", "gender": "female"}
    body = PersonChanged.model_validate(
        {"revision": revision, "withdrawn": withdrawn, "recorded_on": "2026-11-20", "carrier_id": carrier}
        | {"person_id": person}
        | traits
    )
    return Received(Envelope(uuid4(), "rp", PERSON.name), PERSON, body, {}, Msg(None))  # type: ignore[arg-type]


async def test_what_is_told_late_or_twice_brings_nobody_back(network: Network) -> None:
    hers, other = await plant(network, "Xqzweg"), await plant(network, "Xqzbleibt")
    carrier = network.counsellor.carrier or uuid4()
    became = PersonMerged.model_validate(
        {"revision": 1, "withdrawn": False, "recorded_on": "2026-11-20", "carrier_id": carrier}
        | {"person_id": hers.person, "merged_into": other.person}
    )
    merge = Received(Envelope(uuid4(), "rp", MERGE.name), MERGE, became, {}, Msg(None))  # type: ignore[arg-type]
    gone = told(carrier, hers.person, 9, withdrawn=True)
    for event in (gone, told(carrier, hers.person, 8), gone, merge):
        async with network.apps["counselling"].state.sessions() as session, session.begin():
            await learn(session, [event], key="of the tests")
    assert await network.of_counselling("SELECT 1 FROM counselling_merge") == []
    profile = f"SELECT withdrawn, nationality FROM counselling_profile WHERE person_id = '{hers.person}'"
    assert await network.of_counselling(profile) == [(True, "not_stated")]
    mine = f"SELECT 1 FROM counselling_session WHERE person_id = '{hers.person}'"
    assert await network.of_counselling(mine) == []
    acts = "SELECT count(*) FROM audit WHERE action = 'person.erased'"
    assert await network.of_counselling(acts) == [(1,)]
