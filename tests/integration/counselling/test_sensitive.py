"""Confidential data of a case: owner and deputy only, opened with a reason for a quarter of an hour, sealed at rest."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import today
from shared.vocabulary import Role
from tests.support.cases import MIGRATION, SESSION, case_of, colleague, person
from tests.support.owner import as_owner
from tests.support.recording import Caller, rows

WHY = {"reason": "conversation"}
ASYLUM = {"residence_status": "tolerated", "asylum_stage": "applied", "in_municipality": True, "informed": ["dublin"]}
TALK = {"discrimination_state": "first_talk", "context": "housing", "first_talk_on": f"{today()}"}
REFERRED = TALK | {"discrimination_state": "referred", "referred_on": f"{today()}", "support": "continues"}
LATER = "UPDATE sensitive_opening SET opened_at = opened_at - interval '15 minutes'"


async def confidential(caller: Caller, line: dict[str, Any] = SESSION) -> str:
    """The path of a new case's confidential data."""
    return f"cases/{(await case_of(caller, line | person()))['case_id']}/sensitive"


async def acts(app: Any) -> list[tuple[str, str]]:
    """What the audit says of confidential data: act and account."""
    found = await rows(app, "SELECT action, subject FROM audit WHERE action LIKE 'sensitive.%' ORDER BY seq")
    return [(act.removeprefix("sensitive."), subject) for act, subject in found]


async def wrong(caller: Caller, path: str, **content: Any) -> list[str]:
    """The fields that are refused."""
    answer = await caller.send("PUT", path, json=content)
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


async def test_it_opens_with_a_reason_for_this_account_and_case_and_closes_by_itself(
    app: Any, counsellor: Caller
) -> None:
    path, other = await confidential(counsellor), await confidential(counsellor)
    assert (await counsellor.send("POST", f"{path}/open", json={})).status_code == 422
    assert (await counsellor.send("GET", path)).json()["content"] is None
    refused = await counsellor.send("PUT", path, json=ASYLUM)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "reason")
    opened = await counsellor.send("POST", f"{path}/open", json=WHY)
    assert opened.status_code == 200
    for _ in range(2):
        assert (await counsellor.put(path, ASYLUM))["revision"] == 1
    found = (await counsellor.send("GET", path)).json()
    assert (found["open_until"], found["content"]["residence_status"]) == (opened.json()["open_until"], "tolerated")
    assert found["asylum_counselling"] is True
    assert (await counsellor.send("GET", other)).json()["content"] is None
    as_owner(app, LATER)
    closed = (await counsellor.send("GET", path)).json()
    assert (closed["content"], closed["revision"], closed["openings"][0]["reason"]) == (None, None, "conversation")
    who = "test-counsellor"
    assert await acts(app) == [("unlocked", who), ("recorded", who), ("read", who)]
    assert (await counsellor.put(path, ASYLUM | WHY | {"informed": [], "revision": 1}))["revision"] == 2
    assert (await counsellor.send("POST", f"{path}/lock")).status_code == 204
    assert (await counsellor.send("GET", path)).json()["content"] is None
    assert (await acts(app))[3:] == [("unlocked", who), ("recorded", who), ("locked", who)]


@pytest.mark.parametrize(("line", "status"), [(SESSION, 403), (MIGRATION, 404)])
async def test_top_02_only_owner_and_deputy_open_it(
    app: Any, counsellor: Caller, line: dict[str, Any], status: int
) -> None:
    path = await confidential(counsellor, line)
    await counsellor.put(path, WHY | {"vulnerable": ["pregnant"]})
    other = colleague(counsellor)
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    for who, expected in ((other, status), (counsellor.at(uuid4()), 404), (admin, 403)):
        for method, part, body in (
            ("GET", "", None),
            ("POST", "/open", WHY),
            ("PUT", "", WHY),
            ("POST", "/lock", None),
        ):
            answer = await who.send(method, path + part, json=body)
            assert (answer.status_code, "pregnant" in answer.text) == (expected, False), (method, part)
    assert {subject for _, subject in await acts(app)} == {"test-counsellor"}
    await counsellor.put(path.removesuffix("/sensitive"), {"method": "short", "deputy": "colleague", "revision": 1})
    assert (await other.send("GET", path)).json()["content"] is None  # she says why herself
    await other.send("POST", f"{path}/open", json={"reason": "deputising"})
    assert (await other.send("GET", path)).json()["content"]["vulnerable"] == ["pregnant"]
    await counsellor.put(path.removesuffix("/sensitive"), {"method": "short", "deputy": None, "revision": 2})
    assert (await other.send("GET", path)).status_code == status  # though it was open


async def test_she_is_told_what_is_sealed_once_it_is_opened_for_it(app: Any, counsellor: Caller) -> None:
    hers = person()
    path = f"cases/{(await case_of(counsellor, SESSION | hers))['case_id']}/sensitive"
    await counsellor.put(path, WHY | ASYLUM)
    await counsellor.send("POST", f"{path}/lock")
    everything = f"persons/{hers['person_id']}/everything"

    async def told(caller: Caller) -> tuple[bool, int]:
        answer = (await caller.send("GET", everything)).json()
        return "Dublin III" in str(answer["sections"]), answer["withheld"]

    assert await told(counsellor) == (False, 1)
    await counsellor.send("POST", f"{path}/open", json={"reason": "disclosure"})
    assert await told(counsellor) == (True, 0)
    assert await told(colleague(counsellor)) == (False, 1)
    assert (await acts(app))[-2:] == [("unlocked", "test-counsellor"), ("read", "test-counsellor")]


async def test_dis_02_a_case_of_discrimination_goes_its_way(counsellor: Caller) -> None:
    path = await confidential(counsellor)
    await counsellor.send("POST", f"{path}/open", json=WHY)
    assert await wrong(counsellor, path, **REFERRED) == ["discrimination_state"]
    way: list[dict[str, Any]] = [{"discrimination_state": "suspected"}, {"discrimination_state": "recognised"}]
    way += [TALK, REFERRED, REFERRED | {"discrimination_state": "assessment", "assessment": "justiciable"}]
    way += [way[-1] | {"discrimination_state": "client_decision", "decision": "other"}]
    way += [way[-1] | {"discrimination_state": "closed"}]
    for revision, content in enumerate(way):
        if content is way[4]:
            assert await wrong(counsellor, path, **content | {"assessment": None}) == ["assessment"]
        await counsellor.put(path, content | {"revision": revision or None})
        found = (await counsellor.send("GET", path)).json()
        assert (found["revision"], found["waits_for_referral"]) == (revision + 1, content is TALK)
    stale = await counsellor.send("PUT", path, json=way[0] | {"revision": 3})
    assert (stale.status_code, "inzwischen geändert" in stale.json()["detail"]) == (409, True)


async def test_dis_07_it_is_referred_to_an_anti_discrimination_office(counsellor: Caller) -> None:
    path, office, lawyer = await confidential(counsellor), uuid4(), uuid4()
    for key, kind in ((office, "anti_discrimination_office"), (lawyer, "lawyer")):
        await counsellor.put(f"bodies/{key}", {"kind": kind, "name": "Stelle am Markt"})
    await counsellor.put(path, WHY | TALK | {"discrimination_state": "recognised", "first_talk_on": None})
    await counsellor.put(path, TALK | {"revision": 1})
    for key in (lawyer, uuid4()):
        assert await wrong(counsellor, path, **REFERRED, body_id=str(key), revision=2) == ["body_id"]
    await counsellor.put(path, REFERRED | {"revision": 2})  # in rp to the LADS
    await counsellor.put(path, REFERRED | {"body_id": str(office), "revision": 3})
    assert (await counsellor.send("GET", path)).json()["body"] == "Stelle am Markt"


async def test_it_is_sealed_at_rest_and_never_overwritten_by_who_cannot_open_it(app: Any, counsellor: Caller) -> None:
    path, other = await confidential(counsellor), await confidential(counsellor)
    for one in (path, other):
        await counsellor.put(one, WHY | ASYLUM | {"asylum_note": "CANARY-Fluchtweg"})
    stored = await rows(app, "SELECT content, sensitive_record::text FROM sensitive_record")
    assert all("CANARY" not in text and "tolerated" not in text for row in stored for text in row)
    moved, here = UUID(path.split("/")[1]), UUID(other.split("/")[1])
    copy = f"SELECT content FROM sensitive_record WHERE case_id = '{here}'"
    as_owner(app, f"UPDATE sensitive_record SET content = ({copy}) WHERE case_id = '{moved}'")
    for method, body in (("GET", None), ("PUT", {"revision": 1})):
        answer = await counsellor.send(method, path, json=body)
        assert (answer.status_code, "Nichts ist gelöscht" in answer.json()["detail"]) == (409, True)


TRAITS: list[dict[str, Any]] = [
    {"nationality": "stateless"},
    {"nationality": "DE"},
    {"refugee_background": "no"},
    {"refugee_background": "yes", "nationality": "SY"},
    {"age_group": "not_stated"},
    {},
]


async def test_cns_09_no_trait_and_no_status_refuses_a_client_of_the_migration_service(counsellor: Caller) -> None:
    for traits in TRAITS:
        path = await confidential(counsellor, MIGRATION | traits)
        await counsellor.put(path, WHY | {"residence_status": "none"})


async def test_cns_10_a_record_opens_without_any_residence_document(counsellor: Caller) -> None:
    path = await confidential(counsellor, MIGRATION)
    assert (await counsellor.put(path, WHY))["revision"] == 1
    content = (await counsellor.send("GET", path)).json()["content"]
    assert [content[name] for name in ("residence_status", "residence_until", "residence_note")] == [None] * 3


async def test_top_02_sessions_of_a_closed_circle_are_seen_and_changed_by_it_alone(
    app: Any, counsellor: Caller
) -> None:
    mine, open_to_all, nobody, kept = (uuid4() for _ in range(4))
    case = MIGRATION | person()
    await counsellor.put(f"sessions/{mine}", case)
    await counsellor.put(f"sessions/{nobody}", MIGRATION)
    await counsellor.put(f"sessions/{open_to_all}", SESSION | person())
    await counsellor.put(f"sessions/{kept}", SESSION | person())
    of_kept = f"SELECT case_id FROM counselling_session WHERE session_id = '{kept}'"
    as_owner(app, f"UPDATE counselling_case SET protected = true WHERE case_id IN ({of_kept})")
    other = colleague(counsellor)
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    seen = (await other.send("GET", "sessions")).json()
    assert ([one["session_id"] for one in seen["items"]], seen["total"]) == ([str(open_to_all)], 1)
    assert (await counsellor.send("GET", "sessions")).json()["total"] == 4
    exported = (await admin.send("GET", "exports/sessions?from=2026-01-01&to=2026-12-31")).json()
    assert [one["session_id"] for one in exported["items"]] == [str(open_to_all)]
    for key in (mine, nobody, kept):
        assert (await other.send("GET", f"sessions/{key}")).status_code == 404
        assert (await other.send("PUT", f"sessions/{key}", json=MIGRATION | {"revision": 1})).status_code == 404
        for act, body in (("withdraw", {"reason": "doppelt"}), ("restore", None)):
            assert (await other.send("POST", f"sessions/{key}/{act}", json=body)).status_code == 404
    found = (await counsellor.send("GET", f"sessions/{mine}")).json()
    path = f"cases/{found['case_id']}"
    await counsellor.put(path, {"method": "short", "deputy": "colleague", "revision": 1})
    assert (await other.send("GET", f"sessions/{mine}")).status_code == 200


def here(name: str) -> dict[str, Any]:
    """What is kept of discrimination in a place."""
    return WHY | {"discrimination_state": "recognised", "context": "authority", "place": name}


async def pattern(caller: Caller, path: str) -> dict[str, Any]:
    """What an opened record is told of others about its place."""
    found: dict[str, Any] = (await caller.send("GET", path)).json()["pattern"]
    return found


async def test_dis_06_cases_that_recur_in_a_place_open_an_examination_of_structures(
    app: Any, counsellor: Caller
) -> None:
    hers = person()
    mine = f"cases/{(await case_of(counsellor, SESSION | hers))['case_id']}/sensitive"
    await counsellor.put(mine, here("Ausländerbehörde Mainz"))
    second = SESSION | hers | {"programme_line": "fair_integration"}
    await counsellor.put(f"sessions/{uuid4()}", second)
    cases = (await counsellor.send("GET", f"cases?person_id={hers['person_id']}")).json()["items"]
    again = next(one["case_id"] for one in cases if one["programme_line"] == "fair_integration")
    await counsellor.put(f"cases/{again}/sensitive", here("Ausländerbehörde Mainz"))
    assert await pattern(counsellor, mine) == {"persons": 0, "examination": None}  # one person, twice
    refused = await counsellor.send("POST", f"{mine}/examination", json={})
    assert (refused.status_code, "mindestens 2 Personen" in refused.json()["detail"]) == (409, True)
    other, elsewhere = colleague(counsellor), counsellor.at(uuid4())
    theirs, away = await confidential(other, MIGRATION), await confidential(elsewhere)
    await other.put(theirs, here("Mainz, Auslaenderbehörde"))
    await elsewhere.put(away, here("Ausländerbehörde Mainz"))
    assert (await pattern(elsewhere, away))["persons"] == 0
    assert await pattern(counsellor, mine) == await pattern(other, theirs) == {"persons": 2, "examination": None}
    note = {"note": "Wartezeiten und Ton am Schalter"}
    opened = (await counsellor.send("POST", f"{mine}/examination", json=note)).json()["work_id"]
    assert (await other.send("POST", f"{theirs}/examination", json={})).json()["work_id"] == opened  # repeatable
    assert (await pattern(other, theirs))["examination"] == opened
    (work,) = (await counsellor.send("GET", "structural-work")).json()["items"]
    assert (work["kind"], work["context"], work["note"]) == ("examination", "authority", note["note"])
    assert "Ausländerbehörde" not in str(work)
    hashes = await rows(app, "SELECT place_hash FROM sensitive_record UNION SELECT examined_hash FROM structural_work")
    assert len(hashes) == 3  # two carriers' records and the examination: no two kinds are joined
    for path in (mine, theirs):
        await (counsellor if path == mine else other).send("POST", f"{path}/lock")
    closed = await counsellor.send("POST", f"{mine}/examination", json={})
    assert (closed.status_code, "nicht (mehr) geöffnet" in closed.json()["detail"]) == (409, True)
    assert await rows(app, "SELECT 1 FROM outbox WHERE kind LIKE '%struct%'") == []


async def test_dis_06_a_record_without_a_place_looks_like_one_with_it(app: Any, counsellor: Caller) -> None:
    path = await confidential(counsellor)
    query = "SELECT place_hash FROM sensitive_record"
    await counsellor.put(path, WHY | ASYLUM)
    (nothing,) = await rows(app, query)
    await counsellor.put(path, here("Schule am Ring") | {"revision": 1})
    (some,) = await rows(app, query)
    await counsellor.put(path, WHY | {"revision": 2})
    (gone,) = await rows(app, query)
    assert len({nothing, some, gone}) == 3
    assert {len(text) for (text,) in (nothing, some, gone)} == {64}
