"""Drafts, what is due, restoring, and whether anything has changed: counselling's side of the desk."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.counselling import drafts
from shared import clock
from shared.vocabulary import Role
from tests.support.federation import Federation
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

RECOGNITION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
SEALED = {"content": "aaa..bbb.ccc.ddd"}


def colleague(caller: Caller) -> Caller:
    """Another account at the same carrier."""
    return Caller(caller.client, caller.settings, caller.role, caller.carrier, "colleague")


async def age(app: Any, by: timedelta) -> None:
    async with app.state.sessions() as session, session.begin():
        values = {"at": clock.now() - by}
        await (await session.connection()).execute(text("UPDATE draft SET saved_at = :at"), values)


async def test_a_draft_belongs_to_one_account_at_one_carrier(counsellor: Caller) -> None:
    path = f"drafts/session/{uuid4()}"
    await counsellor.put(path, SEALED)
    found = (await counsellor.send("GET", path)).json()
    assert found["content"] == SEALED["content"]
    others = (colleague(counsellor), Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR))
    assert {(await other.send("GET", path)).status_code for other in others} == {404}
    for other in others:
        assert (await other.send("DELETE", path)).status_code == 204
        assert (await other.send("GET", "due")).json()["items"] == []
    assert (await counsellor.send("GET", path)).status_code == 200
    assert (await counsellor.send("DELETE", path)).status_code == 204
    assert (await counsellor.send("GET", path)).status_code == 404
    reader = Caller(counsellor.client, counsellor.settings, Role.READER, counsellor.carrier)
    assert (await reader.send("PUT", path, json=SEALED)).status_code == 403


async def test_an_account_without_carrier_has_drafts_and_words_of_a_file_are_no_open_item(counsellor: Caller) -> None:
    network = Caller(counsellor.client, counsellor.settings, Role.COORDINATOR, None)
    path = f"drafts/mapping/{uuid4()}"
    await network.put(path, SEALED)
    assert (await network.send("GET", path)).status_code == 200
    assert (await counsellor.send("GET", path)).status_code == 404
    await counsellor.put(path, SEALED)
    await counsellor.put(f"drafts/person/{uuid4()}", SEALED)
    (item,) = (await counsellor.send("GET", "due")).json()["items"]
    assert item["title"] == "Entwurf: Person"


async def test_only_what_is_sealed_is_kept(counsellor: Caller) -> None:
    for content in ("Beispiel, Ada", '{"name": "Ada"}', "a.b"):
        answer = await counsellor.send("PUT", f"drafts/session/{uuid4()}", json={"content": content})
        assert answer.status_code == 422
    assert (await counsellor.send("PUT", f"drafts/other/{uuid4()}", json=SEALED)).status_code == 422


async def test_drafts_go_after_fourteen_days_and_what_serves_to_undo_after_fifteen_minutes(
    app: Any, counsellor: Caller
) -> None:
    draft, undo = f"drafts/session/{uuid4()}", f"drafts/undo/{uuid4()}"
    for path in (draft, undo):
        await counsellor.put(path, SEALED)
    for old, left in ((timedelta(minutes=14), [200, 200]), (timedelta(minutes=16), [200, 404])):
        await age(app, old)
        assert [(await counsellor.send("GET", path)).status_code for path in (draft, undo)] == left
    await age(app, timedelta(days=14))
    assert (await counsellor.send("GET", draft)).status_code == 404
    async with app.state.sessions() as session, session.begin():
        await session.exec(drafts.expired())
    assert await rows(app, "SELECT 1 FROM draft") == []


async def test_what_is_due_names_nobody(app: Any, counsellor: Caller) -> None:
    person, key = str(uuid4()), str(uuid4())
    await counsellor.put(f"drafts/session/{key}", SEALED | {"person_id": person})
    await counsellor.put(f"drafts/undo/{key}", SEALED)
    await age(app, timedelta(days=2))
    (item,) = (await counsellor.send("GET", "due")).json()["items"]
    day = (clock.today() - timedelta(days=2)).isoformat()
    link = f"/beratungen/neu?entwurf={key}"
    expected = {"kind": "draft", "entity_id": key, "title": "Entwurf: Beratung", "due": day, "link": link}
    assert item == expected | {"person_id": person}


async def test_a_withdrawn_session_comes_back_as_its_next_revision_in_its_place(app: Any, counsellor: Caller) -> None:
    person, first, second = str(uuid4()), uuid4(), uuid4()
    for key, day in ((first, "2026-05-04"), (second, "2026-06-01")):
        await counsellor.put(f"sessions/{key}", RECOGNITION | {"person_id": person, "date": day})
    await counsellor.send("POST", f"sessions/{first}/withdraw", json={"reason": "Probe"})

    async def types() -> list[tuple[Any, ...]]:
        found = [(await counsellor.send("GET", f"sessions/{key}")).json() for key in (first, second)]
        names = ("session_type", "seen_before", "withdrawn", "revision")
        return [tuple(item[name] for name in names) for item in found]

    assert await types() == [("first", "no", True, 2), ("first", "no", False, 2)]
    for _ in range(2):
        assert (await counsellor.send("POST", f"sessions/{first}/restore")).status_code == 204
    assert await types() == [("first", "no", False, 3), ("follow_up", "this_round", False, 3)]
    sent = await rows(app, "SELECT revision FROM outbox WHERE entity_id = :id AND destination = 'up'", id=first)
    assert sorted(sent) == [(1,), (2,), (3,)]
    stranger = counsellor.at(uuid4())
    assert (await stranger.send("POST", f"sessions/{first}/restore")).status_code == 404


async def test_of_imported_types_too_only_one_is_first_again(app: Any, counsellor: Caller) -> None:
    first, second = uuid4(), uuid4()
    for key, day in ((first, "2026-05-04"), (second, "2026-06-01")):
        await counsellor.put(f"sessions/{key}", RECOGNITION | {"person_ref": "A-17", "date": day})
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text("UPDATE counselling_session SET type_given = true"))
    await counsellor.send("POST", f"sessions/{first}/withdraw", json={"reason": "Probe"})
    assert (await counsellor.send("GET", f"sessions/{second}")).json()["session_type"] == "first"
    await counsellor.send("POST", f"sessions/{first}/restore")
    found = [(await counsellor.send("GET", f"sessions/{key}")).json()["session_type"] for key in (first, second)]
    assert found == ["first", "follow_up"]


async def test_groups_come_back_too(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"groups/{key}", RECOGNITION | {"participants": 7})
    await counsellor.send("POST", f"groups/{key}/withdraw", json={"reason": "Probe"})
    assert (await counsellor.send("POST", f"groups/{key}/restore")).status_code == 204
    found = (await counsellor.send("GET", f"groups/{key}")).json()
    assert (found["withdrawn"], found["revision"], found["participants"]) == (False, 3, 7)
    assert (await counsellor.send("POST", f"groups/{uuid4()}/restore")).status_code == 404


async def test_a_correction_may_leave_the_person_as_she_is(counsellor: Caller) -> None:
    one, two = uuid4(), uuid4()
    for key, day in ((one, "2026-05-04"), (two, "2026-06-01")):
        await counsellor.put(f"sessions/{key}", RECOGNITION | {"person_ref": "A-17", "date": day})
    body = RECOGNITION | {"date": "2026-06-01", "channel": "phone", "revision": 1}
    kept = await counsellor.put(f"sessions/{two}", body | {"keep_person": True})
    assert (kept["session_type"], kept["seen_before"], kept["revision"]) == ("follow_up", "this_round", 2)
    gone = await counsellor.put(f"sessions/{two}", body | {"channel": "written", "revision": 2})
    assert gone["seen_before"] == "not_known"


async def test_the_mark_moves_with_the_carriers_own_records_and_their_arrival(counsellor: Caller) -> None:
    start = (await counsellor.send("GET", "changes")).json()

    async def mark(caller: Caller = counsellor) -> str:
        return str((await caller.send("GET", f"changes?floor={start['floor']}")).json()["mark"])

    assert await mark() == start["mark"]
    stranger = counsellor.at(uuid4())
    key = uuid4()
    await stranger.put(f"sessions/{key}", RECOGNITION)

    async def arrived() -> bool:
        return (await stranger.send("GET", f"sessions/{key}")).json()["arrived_at"] is not None

    await eventually(arrived)
    assert await mark() == start["mark"]
    assert await mark(stranger) != start["mark"]
    await counsellor.put(f"sessions/{uuid4()}", RECOGNITION)
    assert await mark() != start["mark"]


@pytest.mark.own_brokers
async def test_a_record_is_reported_before_it_has_arrived(counsellor: Caller, federation: Federation) -> None:
    first, key, kept = uuid4(), uuid4(), uuid4()
    await counsellor.put(f"sessions/{first}", RECOGNITION)

    async def arrived() -> bool:
        return (await counsellor.send("GET", f"sessions/{first}")).json()["arrived_at"] is not None

    await eventually(arrived)
    federation.hub.stop()
    await counsellor.put(f"sessions/{key}", RECOGNITION)
    await counsellor.put(f"sessions/{kept}", RECOGNITION | {"programme_line": "migration_service"})

    async def reported() -> bool:
        found = (await counsellor.send("GET", f"sessions/{key}")).json()
        assert found["arrived_at"] is None
        return bool(found["reported"])

    await eventually(reported)
    assert (await counsellor.send("GET", f"sessions/{kept}")).json()["reported"] is False  # it stays in the network
    federation.hub.start()
    waiting = (await counsellor.send("GET", "sessions?waiting=true")).json()["items"]
    assert [item["session_id"] for item in waiting] in ([str(key)], [])
