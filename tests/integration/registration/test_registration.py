"""Persons, structure and meetings over HTTP, on a real PostgreSQL and a real federation of brokers."""

from typing import Any
from uuid import UUID, uuid4

from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

MEETING: dict[str, Any] = {
    "date": "2026-05-04",
    "programme_line": "intercultural",
    "format": "training",
    "participants": 12,
}


def as_role(caller: Caller, role: Role) -> Caller:
    return Caller(caller.client, caller.settings, role, caller.carrier)


async def test_a_person_is_found_by_any_word_of_her_name_within_the_carrier(counsellor: Caller) -> None:
    key = uuid4()
    await counsellor.put(f"persons/{key}", {"name": "Müller-Straße, Älva", "birth_year": 1990})
    for words in ("muller", "ÄLVA mull", "strasse"):
        found = (await counsellor.send("GET", "persons", params={"q": words})).json()
        assert [item["person_id"] for item in found["items"]] == [str(key)], words
    stranger = counsellor.at(uuid4())
    assert (await stranger.send("GET", "persons", params={"q": "muller"})).json()["total"] == 0
    assert (await stranger.send("GET", f"persons/{key}")).status_code == 404
    assert (await stranger.send("PUT", f"persons/{key}", json={"name": "Fremd"})).status_code == 404


async def test_no_identity_is_in_any_message(app: Any, counsellor: Caller) -> None:
    body = {"name": "CANARY-NAME", "birth_year": 1931, "nationality": "SY", "gender": "female"}
    await counsellor.put(f"persons/{uuid4()}", body)
    ((destination, text),) = await rows(app, "SELECT destination, convert_from(body, 'utf8') || headers FROM outbox")
    assert destination == "region"
    assert "CANARY" not in text
    assert "1931" not in text


async def test_a_coordinator_sees_no_persons(counsellor: Caller) -> None:
    coordinator = as_role(counsellor, Role.COORDINATOR)
    assert (await coordinator.send("GET", "persons")).status_code == 403
    assert (await coordinator.send("GET", "structure")).status_code == 200


async def test_structure_keeps_its_order_and_reaches_the_hub(app: Any, counsellor: Caller) -> None:
    coordinator = as_role(counsellor, Role.COORDINATOR)
    carrier, project, office = uuid4(), uuid4(), uuid4()
    unit = {"valid_from": "2019-01-01", "name": "Beispiel"}
    orphan = unit | {"kind": "office", "code": "o1", "parent_id": str(carrier)}
    assert (await coordinator.send("PUT", f"structure/{office}", json=orphan)).status_code == 422
    await coordinator.put(f"structure/{carrier}", unit | {"kind": "carrier", "code": "c1"})
    await coordinator.put(
        f"structure/{project}", unit | {"kind": "sub_project", "code": "p1", "parent_id": str(carrier)}
    )
    await coordinator.put(f"structure/{office}", unit | {"kind": "office", "code": "o1", "parent_id": str(project)})
    twice = unit | {"kind": "office", "code": "o1", "parent_id": str(project)}
    assert (await coordinator.send("PUT", f"structure/{uuid4()}", json=twice)).status_code == 422

    async def delivered() -> bool:
        return len(await rows(app, "SELECT 1 FROM delivered")) == 3

    await eventually(delivered)


async def imported(caller: Caller, kind: str, *lines: str) -> dict[str, Any]:
    """Send a file and wait until it is stored; its status."""
    answer = await caller.send("POST", f"imports/{kind}", content="\n".join(lines).encode(), params={"strict": "1"})
    path = answer.json()["status_url"].partition("/api/v1/")[2]

    async def done() -> dict[str, Any]:
        status: dict[str, Any] = (await caller.send("GET", path)).json()
        return status if status["state"] != "running" else {}

    return dict(await eventually(done))


async def test_offerings_are_listed_to_their_carrier(counsellor: Caller) -> None:
    coordinator, admin = as_role(counsellor, Role.COORDINATOR), as_role(counsellor, Role.ADMIN)
    carrier, project, office = counsellor.carrier, uuid4(), uuid4()
    unit = {"valid_from": "2019-01-01", "name": "Beispiel"}
    await coordinator.put(f"structure/{carrier}", unit | {"kind": "carrier", "code": "c1"})
    await coordinator.put(
        f"structure/{project}", unit | {"kind": "sub_project", "code": "p1", "parent_id": str(carrier)}
    )
    await coordinator.put(f"structure/{office}", unit | {"kind": "office", "code": "o1", "parent_id": str(project)})
    status = await imported(
        admin, "offerings", "external_id;programme_line;form;office", "A-2;qualification;Kurs;o1", "A-1;qualification;;"
    )
    assert (status["state"], status["accepted"]) == ("done", 2)
    for role in (Role.TRAINER, Role.ADMIN):
        page = (await as_role(counsellor, role).send("GET", "offerings", params={"limit": 1, "offset": 1})).json()
        assert page["total"] == 2
        (item,) = page["items"]
        assert (item["external_id"], item["form"], item["office"]) == ("A-2", "course", "o1")
    assert (await admin.at(uuid4()).send("GET", "offerings")).json() == {"items": [], "total": 0}
    for role in (Role.COUNSELLOR, Role.COORDINATOR):
        assert (await as_role(counsellor, role).send("GET", "offerings")).status_code == 403


async def test_participations_and_items_reach_the_hub(app: Any, counsellor: Caller) -> None:
    admin = as_role(counsellor, Role.ADMIN)
    person = "P1;A-1;2020-01-10;2020-06-30;2020-02-01"
    await imported(admin, "participations", "external_id;offering;entered_on;ended_on;recorded_on", person)
    await imported(admin, "items", "external_id;item_kind;state;offering", "T1;transfer;planned;A-1")

    async def delivered() -> bool:
        found = await rows(app, "SELECT kind, revision FROM delivered ORDER BY kind")
        return [tuple(row) for row in found] == [("item_changed", 1), ("participation_recorded", 2)]

    await eventually(delivered)


async def test_new_participants_default_to_those_of_the_first_meeting(counsellor: Caller) -> None:
    trainer = as_role(counsellor, Role.TRAINER)
    first, second = uuid4(), uuid4()
    await trainer.put(f"meetings/{first}", MEETING)
    await trainer.put(f"meetings/{second}", MEETING | {"number": 2})
    listed = {UUID(item["meeting_id"]): item for item in (await trainer.send("GET", "meetings")).json()["items"]}
    assert (listed[first]["new_participants"], listed[second]["new_participants"]) == (12, 0)
    more = await trainer.send("PUT", f"meetings/{uuid4()}", json=MEETING | {"new_participants": 13})
    assert more.status_code == 422


async def test_a_meeting_is_corrected_withdrawn_and_repeatable(counsellor: Caller) -> None:
    trainer, key = as_role(counsellor, Role.TRAINER), uuid4()
    saved = await trainer.put(f"meetings/{key}", MEETING)
    assert await trainer.put(f"meetings/{key}", MEETING) == saved
    assert (await trainer.put(f"meetings/{key}", MEETING | {"participants": 9, "revision": 1}))["revision"] == 2
    assert (await trainer.send("PUT", f"meetings/{key}", json=MEETING | {"revision": 1})).status_code == 409
    for _ in range(2):
        assert (await trainer.send("POST", f"meetings/{key}/withdraw", json={"reason": "doppelt"})).status_code == 204
    item = (await trainer.send("GET", f"meetings/{key}")).json()
    assert (item["withdrawn"], item["revision"]) == (True, 3)
