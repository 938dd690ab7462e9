"""Own figures: hers, her carrier's, the network's; founders, outreach and second level count as what they are."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.cases import MIGRATION, SESSION, colleague, person
from tests.support.recording import Caller, rows

YEAR = "own-figures?from=2026-01-01&to=2026-12-31"
OUTREACH = {"date": "2026-05-04", "programme_line": "fair_integration", "channel": "social_media", "contacts": 9}
WORK = {"date": "2026-05-04", "kind": "open_meeting", "target": "social_space", "note": "Frauencafé"}
WORK |= {"volunteers_with_background": 3, "volunteers_without_background": 4, "volunteer_tasks": ["train", "motivate"]}
SECOND_LEVEL = SESSION | {"programme_line": "fair_integration", "session_type": "second_level"}


async def figures(who: Caller, query: str = YEAR) -> Any:
    """Somebody's own figures."""
    answer = await who.send("GET", query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def role(counsellor: Caller, wanted: Role) -> Caller:
    """Somebody with another role at the same carrier."""
    return replace(counsellor, role=wanted, subject=f"an-{wanted}")


async def test_own_figures_are_hers_her_carriers_or_her_networks(counsellor: Caller) -> None:
    other, elsewhere = colleague(counsellor), counsellor.at(uuid4())
    elsewhere.subject = "test-counsellor"  # the same name at another carrier is another account's figures
    known = person()
    for who, body in (
        (counsellor, SESSION | known),
        (counsellor, SESSION | known | {"date": "2026-06-01"}),
        (counsellor, SESSION),
        (counsellor, SESSION | {"date": "2025-12-31"}),
        (other, MIGRATION | person()),
        (elsewhere, SESSION | person()),
    ):
        await who.put(f"sessions/{uuid4()}", body)
    gone = uuid4()
    await counsellor.put(f"sessions/{gone}", SESSION)
    await counsellor.send("POST", f"sessions/{gone}/withdraw", json={"reason": "Versehen"})
    mine = await figures(counsellor)
    assert (mine["total"], mine["persons"], mine["cases_open"], mine["passport"]["scope"]) == (3, 2, 1, "own")
    assert mine["months"] == [{"month": "2026-05", "value": 2}, {"month": "2026-06", "value": 1}]
    assert (await figures(role(counsellor, Role.ADMIN)))["total"] == 4
    network = await figures(role(counsellor, Role.COORDINATOR))
    assert (network["total"], network["cases_opened"], network["passport"]["scope"]) == (5, 3, "network")
    assert {row["programme_line"] for row in network["sessions"]} == {"recognition_counselling", "migration_service"}
    assert (await role(counsellor, Role.TRAINER).send("GET", YEAR)).status_code == 403


async def test_no_figure_names_or_compares_a_colleague(counsellor: Caller) -> None:
    for who in (counsellor, colleague(counsellor)):
        await who.put(f"sessions/{uuid4()}", SESSION | person())
    for asked in (counsellor, role(counsellor, Role.ADMIN), role(counsellor, Role.COORDINATOR)):
        told = (await asked.send("GET", YEAR)).text
        assert "test-counsellor" not in told
        assert "colleague" not in told
    listed = (await counsellor.send("GET", "sessions")).json()["items"]
    assert not [item for item in listed if "recorded_by" in item]


async def test_who_recorded_a_session_is_in_no_message(app: Any, counsellor: Caller) -> None:
    canary = colleague(counsellor, "kanarienvogel")
    await canary.put(f"sessions/{uuid4()}", SESSION | person())
    await canary.put(f"outreach/{uuid4()}", OUTREACH)
    assert await rows(app, "SELECT recorded_by FROM counselling_session") == [("kanarienvogel",)]
    sent = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert len(sent) == 2
    assert not [text for (text,) in sent if "kanarienvogel" in text]


async def test_moe_01_a_founder_is_a_first_of_her_own_line_and_says_as_what(app: Any, counsellor: Caller) -> None:
    known, key = person(), uuid4()
    founding = SESSION | known | {"programme_line": "migrant_economy", "founder": "interested"}
    await counsellor.put(f"sessions/{uuid4()}", SESSION | known)
    assert (await counsellor.put(f"sessions/{key}", founding))["session_type"] == "first"
    found = (await figures(counsellor))["sessions"]
    counted = {(row["programme_line"], row["session_type"]): row["value"] for row in found}
    assert counted == {("migrant_economy", "first"): 1, ("recognition_counselling", "first"): 1}
    assert (await counsellor.send("GET", f"sessions/{key}")).json()["founder"] == "interested"
    wrong = await counsellor.send("PUT", f"sessions/{uuid4()}", json=SESSION | known | {"founder": "self_employed"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "founder")
    assert await rows(app, "SELECT 1 FROM outbox WHERE convert_from(body, 'utf8') LIKE '%interested%'") == []


async def test_cns_17_outreach_is_a_number_per_channel_and_no_session(app: Any, counsellor: Caller) -> None:
    key = uuid4()
    for _ in range(2):
        assert (await counsellor.put(f"outreach/{key}", OUTREACH))["revision"] == 1
    assert (await counsellor.put(f"outreach/{key}", OUTREACH | {"contacts": 12, "revision": 1}))["revision"] == 2
    found = await figures(counsellor)
    # No session, so no individual counselling either (FI-05).
    assert (found["total"], found["outreach"]) == (0, [{"channel": "social_media", "value": 12}])
    refused = await counsellor.send("PUT", f"outreach/{uuid4()}", json=OUTREACH | {"name": "Profil"})
    assert refused.status_code == 422
    assert await rows(app, "SELECT 1 FROM outbox") == []
    assert (await counsellor.at(uuid4()).send("POST", f"outreach/{key}/withdraw")).status_code == 404
    assert (await counsellor.send("POST", f"outreach/{key}/withdraw")).status_code == 204
    assert (await figures(counsellor))["outreach"] == []


async def test_cns_19_a_second_level_request_carries_no_name_and_opens_no_case(app: Any, counsellor: Caller) -> None:
    named = await counsellor.send("PUT", f"sessions/{uuid4()}", json=SECOND_LEVEL | person())
    assert (named.status_code, "trägt keinen Namen" in named.json()["detail"]) == (422, True)
    saved = await counsellor.put(f"sessions/{uuid4()}", SECOND_LEVEL)
    assert saved["session_type"] == "second_level"
    assert await rows(app, "SELECT 1 FROM counselling_case") == []


async def test_str_01_to_str_04_structural_work_is_counted_in_the_network_and_told_nobody(
    app: Any, counsellor: Caller
) -> None:
    key = uuid4()
    for _ in range(2):
        assert (await counsellor.put(f"structural-work/{key}", WORK))["revision"] == 1
    changed = WORK | {"kind": "group_offer", "target": "regular_services", "revision": 1}
    saved = await counsellor.put(f"structural-work/{key}", changed)
    assert (saved["revision"], saved["volunteer_tasks"]) == (2, ["motivate", "train"])
    await counsellor.put(f"structural-work/{uuid4()}", WORK)
    for who in (counsellor, role(counsellor, Role.ADMIN), role(counsellor, Role.COORDINATOR)):
        found = await figures(who)
        assert found["structural"] == [{"kind": "group_offer", "value": 1}, {"kind": "open_meeting", "value": 1}]
        assert found["volunteers"] == {"with_background": 6, "without_background": 8}
        assert "Frauencafé" not in str(found)
    other = colleague(counsellor)
    assert (await figures(other))["structural"] == []
    assert (await other.send("GET", "structural-work?month=2026-05")).json()["total"] == 2
    assert (await other.send("GET", "structural-work?month=2026-06")).json()["total"] == 0
    stranger = counsellor.at(uuid4())
    assert (await stranger.send("GET", "structural-work")).json()["total"] == 0
    assert (await stranger.send("PUT", f"structural-work/{key}", json=WORK | {"revision": 2})).status_code == 404
    for wrong, field in (
        ({"context": "housing"}, "context"),
        ({"date": "2999-01-01"}, "date"),
        ({"office": "?"}, "office"),
    ):
        refused = await counsellor.send("PUT", f"structural-work/{uuid4()}", json=WORK | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    for _ in range(2):
        assert (await counsellor.send("POST", f"structural-work/{key}/withdraw")).status_code == 204
    assert (await figures(counsellor))["volunteers"] == {"with_background": 3, "without_background": 4}
    assert await rows(app, "SELECT 1 FROM outbox") == []
