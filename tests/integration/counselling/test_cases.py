"""Cases: opened with the first session of a person, led by one account, seen by whom they concern."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from services.counselling.handlers.merges import rekey
from services.counselling.tables import MergeRow
from shared.clock import today
from shared.vocabulary import Role
from tests.support.cases import MIGRATION, SESSION, case_of, colleague, person
from tests.support.recording import Caller, rows


async def test_the_first_session_of_a_person_opens_her_case_and_the_next_one_joins_it(
    app: Any, counsellor: Caller
) -> None:
    body = SESSION | person()
    case = await case_of(counsellor, body)
    assert (case["owner"], case["state"], case["opened_on"], case["method"], case["sessions"]) == (
        "test-counsellor",
        "open",
        "2026-05-04",
        "short",
        1,
    )
    await colleague(counsellor).put(f"sessions/{uuid4()}", body | {"date": "2026-06-01"})
    await counsellor.put(f"sessions/{uuid4()}", body | {"programme_line": "qualification"})
    found = (await counsellor.send("GET", f"cases?person_id={body['person_id']}")).json()["items"]
    assert sorted((one["programme_line"], one["sessions"]) for one in found) == [
        ("qualification", 1),
        ("recognition_counselling", 2),
    ]
    assert await rows(app, "SELECT 1 FROM outbox WHERE convert_from(body, 'utf8') LIKE '%case%'") == []


async def test_anonymous_and_imported_persons_have_no_case(app: Any, counsellor: Caller) -> None:
    await counsellor.put(f"sessions/{uuid4()}", SESSION)
    await counsellor.put(f"sessions/{uuid4()}", SESSION | {"person_ref": "A-17"})
    assert await rows(app, "SELECT 1 FROM counselling_case") == []


async def test_two_first_sessions_at_once_open_one_case(app: Any, counsellor: Caller) -> None:
    body = SESSION | person()
    other = colleague(counsellor)
    await asyncio.gather(*(who.put(f"sessions/{uuid4()}", body) for who in (counsellor, other) * 3))
    assert len(await rows(app, "SELECT 1 FROM counselling_case")) == 1
    assert await rows(app, "SELECT count(DISTINCT case_id), count(case_id) FROM counselling_session") == [(1, 6)]


async def test_a_session_corrected_to_another_person_changes_its_case(counsellor: Caller) -> None:
    key, body, other = uuid4(), SESSION | person(), SESSION | person()
    await counsellor.put(f"sessions/{key}", body)
    first = (await counsellor.send("GET", f"sessions/{key}")).json()["case_id"]
    await counsellor.put(f"sessions/{key}", body | {"channel": "phone", "revision": 1})
    assert (await counsellor.send("GET", f"sessions/{key}")).json()["case_id"] == first
    await counsellor.put(f"sessions/{key}", other | {"revision": 2})
    moved = (await counsellor.send("GET", f"sessions/{key}")).json()["case_id"]
    assert moved not in (None, first)
    await counsellor.put(f"sessions/{key}", SESSION | {"revision": 3})
    assert (await counsellor.send("GET", f"sessions/{key}")).json()["case_id"] is None


async def test_a_session_before_the_case_is_kept_and_the_timeline_says_so(counsellor: Caller) -> None:
    body = SESSION | person()
    case = await case_of(counsellor, body)
    early = await counsellor.put(f"sessions/{uuid4()}", body | {"date": "2026-04-01"})
    late = await counsellor.put(f"sessions/{uuid4()}", body)
    assert (early["before_case"], late["before_case"]) == (True, False)
    told = (await counsellor.send("GET", f"cases/{case['case_id']}")).json()["timeline"]
    assert [(entry["date"], entry["title"]) for entry in told] == [
        ("2026-05-04", "Folgeberatung"),
        ("2026-05-04", "Folgeberatung"),
        ("2026-05-04", "Fall eröffnet"),
        ("2026-04-01", "Erstberatung"),
    ]
    assert "vor dem Beginn des Falls" in told[-1]["detail"]


async def test_a_stale_change_is_refused_and_a_closed_case_makes_room_for_another(counsellor: Caller) -> None:
    body = SESSION | person()
    path = f"cases/{(await case_of(counsellor, body))['case_id']}"
    change = {"method": "accompaniment", "deputy": "colleague", "revision": 1}
    assert (await counsellor.put(path, change))["revision"] == 2
    assert (await counsellor.put(path, change))["revision"] == 2
    stale = await counsellor.send("PUT", path, json=change | {"method": "short"})
    assert (stale.status_code, "inzwischen geändert" in stale.json()["detail"]) == (409, True)
    own = await counsellor.send("PUT", path, json=change | {"deputy": "test-counsellor", "revision": 2})
    assert (own.status_code, own.json()["errors"][0]["field"]) == (422, "deputy")
    assert (await counsellor.send("POST", f"{path}/close", json={"revision": 1})).status_code == 409
    closed = (await counsellor.send("POST", f"{path}/close", json={"revision": 2})).json()
    assert (closed["state"], closed["revision"]) == ("closed", 3)
    await counsellor.put(f"sessions/{uuid4()}", body | {"date": "2026-06-01"})  # CNS-21: counselling goes on
    found = (await counsellor.send("GET", f"cases?person_id={body['person_id']}")).json()["items"]
    assert [one["state"] for one in found] == ["open", "closed"]
    again = await counsellor.send("POST", f"{path}/reopen", json={"revision": 3})
    assert (again.status_code, "schon einen offenen Fall" in again.json()["detail"]) == (409, True)


async def test_the_list_shows_own_cases_and_on_request_the_carriers(counsellor: Caller) -> None:
    other = colleague(counsellor)
    mine = await case_of(counsellor, SESSION | person())
    await case_of(other, SESSION | person())
    assert [one["case_id"] for one in (await counsellor.send("GET", "cases")).json()["items"]] == [mine["case_id"]]
    assert (await counsellor.send("GET", "cases?scope=carrier")).json()["total"] == 2
    change = {"method": "short", "deputy": "colleague", "revision": 1}
    await counsellor.put(f"cases/{mine['case_id']}", change)
    assert (await other.send("GET", "cases")).json()["total"] == 2


async def test_top_02_a_case_of_the_migration_service_is_for_owner_and_deputy_only(counsellor: Caller) -> None:
    body = MIGRATION | person()
    path = f"cases/{(await case_of(counsellor, body))['case_id']}"
    other = colleague(counsellor)
    assert (await other.send("GET", path)).status_code == 404
    refused = await other.send("PUT", path, json={"method": "accompaniment", "revision": 1})
    assert refused.status_code == 404
    assert (await other.send("GET", "cases?scope=carrier")).json()["total"] == 0
    await counsellor.put(path, {"method": "short", "deputy": "colleague", "revision": 1})
    assert (await other.send("GET", path)).status_code == 200
    assert (await colleague(counsellor, "third").send("GET", path)).status_code == 404


async def test_no_other_carrier_and_no_administration_sees_a_case(counsellor: Caller) -> None:
    path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    assert (await counsellor.at(uuid4()).send("GET", path)).status_code == 404
    for role in (Role.ADMIN, Role.COORDINATOR, Role.TRAINER):
        someone = Caller(counsellor.client, counsellor.settings, role, counsellor.carrier)
        assert (await someone.send("GET", path)).status_code == 403


async def test_a_merge_takes_the_case_along_and_its_end_brings_it_back(app: Any, counsellor: Caller) -> None:
    keep, gone = SESSION | person(), SESSION | person()
    case = await case_of(counsellor, gone)
    assert counsellor.carrier is not None
    who, into = UUID(gone["person_id"]), UUID(keep["person_id"])
    for revision, withdrawn, expected in ((1, False, keep), (2, True, gone)):
        async with app.state.sessions() as session, session.begin():
            row = MergeRow(
                person_id=who, revision=revision, withdrawn=withdrawn, carrier_id=counsellor.carrier, merged_into=into
            )
            await session.merge(row)
            await session.flush()
            await rekey(session, counsellor.carrier, [who], "rp", today())
        found = (await counsellor.send("GET", f"cases/{case['case_id']}")).json()
        assert found["person_id"] == expected["person_id"]


async def test_top_02_a_case_is_kept_in_confidence_by_who_leads_it_or_stands_in(counsellor: Caller) -> None:
    path, other = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}", colleague(counsellor)
    keep = {"protected": True, "revision": 1}
    assert (await other.send("PUT", f"{path}/protection", json=keep)).status_code == 403
    for _ in range(2):
        assert (await counsellor.put(f"{path}/protection", keep))["protected"] is True
    assert (await other.send("GET", path)).status_code == 404
    assert (await other.send("GET", "cases?scope=carrier")).json()["total"] == 0
    assert (await counsellor.send("PUT", f"{path}/protection", json=keep | {"protected": False})).status_code == 409
    assert (await counsellor.put(f"{path}/protection", {"protected": False, "revision": 2}))["revision"] == 3
    assert (await other.send("GET", path)).status_code == 200
