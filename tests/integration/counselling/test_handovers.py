"""A case has one writer at any moment: offered, accepted, rejected, withdrawn, expired, and never taken twice."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared import clock
from shared.vocabulary import Role
from tests.support.cases import MIGRATION, SESSION, case_of, colleague, person
from tests.support.recording import Caller, rows

ADD_UNIT = "INSERT INTO counselling_unit VALUES (:key, 1, false, :kind, :code, 'Stelle', :parent, '2020-01-01', NULL)"


async def an_office(app: Any, carrier: UUID) -> UUID:
    """An office `MZ` of the carrier."""
    project, office = uuid4(), uuid4()
    async with app.state.sessions() as session, session.begin():
        connection = await session.connection()
        for key, kind, code, parent in ((project, "sub_project", "TP", carrier), (office, "office", "MZ", project)):
            await connection.execute(text(ADD_UNIT), {"key": key, "kind": kind, "code": code, "parent": parent})
    return office


async def offered(counsellor: Caller, body: dict[str, Any], **to: str) -> tuple[str, str]:
    """A case that is offered: its path and the offer's."""
    path, key = f"cases/{(await case_of(counsellor, body))['case_id']}", uuid4()
    await counsellor.put(f"{path}/handovers/{key}", to)
    return path, f"handovers/{key}"


async def test_a_colleague_accepts_and_from_then_on_she_alone_writes(app: Any, counsellor: Caller) -> None:
    case, offer = await offered(counsellor, SESSION | person(), to="colleague", note="Elternzeit")
    other, third = colleague(counsellor), colleague(counsellor, "third")
    change = {"method": "accompaniment", "revision": 1}
    assert (await other.send("PUT", case, json=change)).status_code == 403
    (waiting,) = (await other.send("GET", "handovers")).json()["items"]
    assert (waiting["note"], waiting["from_subject"], waiting["state"]) == ("Elternzeit", "test-counsellor", "offered")
    assert (await third.send("GET", "handovers")).json()["items"] == []
    assert (await third.send("POST", f"{offer}/accept")).status_code == 404
    for _ in range(2):  # repeatable
        assert (await other.send("POST", f"{offer}/accept")).json()["state"] == "accepted"
    assert (await other.put(case, change | {"revision": 2}))["owner"] == "colleague"
    refused = await counsellor.send("PUT", case, json=change | {"revision": 3})
    assert (refused.status_code, "jemand anderes" in refused.json()["detail"]) == (403, True)
    told = (await counsellor.send("GET", case)).json()
    titles = [entry["title"] for entry in told["timeline"]]
    assert titles[:2] == ["Übergabe angenommen", "Fall zur Übernahme angeboten"]
    found = await rows(app, "SELECT action FROM audit WHERE action LIKE 'case.%' AND revision IS NOT NULL ORDER BY seq")
    assert [act for (act,) in found] == ["case.opened", "case.offered", "case.taken", "case.changed", "case.read"]
    seen = await rows(app, "SELECT subject FROM audit WHERE action = 'case.listed' AND subject = 'colleague'")
    assert seen == [("colleague",)]  # who is offered a case sees whose it is


async def test_of_two_acceptances_at_once_one_wins_and_the_other_is_told(app: Any, counsellor: Caller) -> None:
    assert counsellor.carrier is not None
    office = await an_office(app, counsellor.carrier)
    case, offer = await offered(counsellor, SESSION | person(), office="MZ")
    people = [colleague(counsellor, f"c{number}", office) for number in range(6)]
    assert (await colleague(counsellor, "elsewhere", uuid4()).send("POST", f"{offer}/accept")).status_code == 404
    answers = await asyncio.gather(*(who.send("POST", f"{offer}/accept") for who in people))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert {"jemand anderes" in answer.json()["detail"] for answer in answers if answer.status_code == 409} == {True}
    winner = next(who for who, answer in zip(people, answers, strict=True) if answer.status_code == 200)
    found = (await winner.send("GET", case)).json()
    assert (found["owner"], found["office_id"]) == (winner.subject, str(office))


async def test_rejected_and_withdrawn_leave_the_case_and_make_room_for_the_next_offer(counsellor: Caller) -> None:
    other = colleague(counsellor)
    case, offer = await offered(counsellor, SESSION | person(), to="colleague")
    second = await counsellor.send("PUT", f"{case}/handovers/{uuid4()}", json={"to": "third"})
    assert (second.status_code, "schon bis zum" in second.json()["detail"]) == (409, True)
    assert (await other.send("POST", f"{offer}/reject")).json()["state"] == "rejected"
    assert "abgelehnt" in (await other.send("POST", f"{offer}/accept")).json()["detail"]
    key = uuid4()
    await counsellor.put(f"{case}/handovers/{key}", {"to": "colleague"})
    assert (await other.send("POST", f"handovers/{key}/withdraw")).status_code == 404
    assert (await counsellor.send("POST", f"handovers/{key}/withdraw")).json()["state"] == "withdrawn"
    assert (await other.send("POST", f"handovers/{key}/accept")).status_code == 409
    found = (await counsellor.send("GET", case)).json()
    assert (found["owner"], [one["state"] for one in found["handovers"]]) == (
        "test-counsellor",
        ["withdrawn", "rejected"],
    )


async def test_an_offer_expires_and_a_closed_case_is_offered_to_nobody(
    app: Any, counsellor: Caller, monkeypatch: Any
) -> None:
    other = colleague(counsellor)
    case, offer = await offered(counsellor, SESSION | person(), to="colleague")
    later = clock.today() + timedelta(days=15)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert (await other.send("GET", "handovers")).json()["items"] == []
    assert "abgelaufen" in (await other.send("POST", f"{offer}/accept")).json()["detail"]
    key = uuid4()
    await counsellor.put(f"{case}/handovers/{key}", {"to": "colleague"})
    assert (await counsellor.send("POST", f"{case}/close", json={"revision": 1})).status_code == 200
    assert (await other.send("POST", f"handovers/{key}/accept")).status_code == 409
    closed = await counsellor.send("PUT", f"{case}/handovers/{uuid4()}", json={"to": "colleague"})
    assert (closed.status_code, "geschlossen" in closed.json()["detail"]) == (409, True)
    states = await rows(app, "SELECT state FROM case_handover ORDER BY offered_at")
    assert states == [("expired",), ("withdrawn",)]


async def test_a_case_of_the_migration_service_is_seen_only_once_it_is_taken(counsellor: Caller) -> None:
    other = colleague(counsellor)
    case, offer = await offered(counsellor, MIGRATION | person(), to="colleague")
    assert (await other.send("GET", case)).status_code == 404
    assert len((await other.send("GET", "handovers")).json()["items"]) == 1
    assert (await other.send("POST", f"{offer}/accept")).status_code == 200
    assert (await other.send("GET", case)).status_code == 200
    assert (await counsellor.send("GET", case)).status_code == 404


async def test_an_offer_to_nobody_or_to_an_unknown_office_names_the_field(counsellor: Caller) -> None:
    path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    for body, field in (({}, "to"), ({"office": "XX"}, "office"), ({"to": "test-counsellor"}, "to")):
        refused = await counsellor.send("PUT", f"{path}/handovers/{uuid4()}", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_an_offer_to_an_office_ends_when_the_case_is_kept_in_confidence(app: Any, counsellor: Caller) -> None:
    assert counsellor.carrier is not None
    await an_office(app, counsellor.carrier)
    case, _ = await offered(counsellor, SESSION | person(), office="MZ")
    await counsellor.put(f"{case}/protection", {"protected": True, "revision": 1})
    assert [one["state"] for one in (await counsellor.send("GET", case)).json()["handovers"]] == ["withdrawn"]


async def test_the_deputy_takes_a_case_over_and_its_owner_stands_in(counsellor: Caller) -> None:
    case, deputy = f"cases/{(await case_of(counsellor, MIGRATION | person()))['case_id']}", colleague(counsellor)
    await counsellor.put(case, {"method": "short", "deputy": "colleague", "revision": 1})
    assert (
        await colleague(counsellor, "third").send("POST", f"{case}/take-over", json={"revision": 2})
    ).status_code == 404
    stale = await deputy.send("POST", f"{case}/take-over", json={"revision": 1})
    assert stale.status_code == 409
    for _ in range(2):
        found = (await deputy.send("POST", f"{case}/take-over", json={"revision": 2})).json()
        assert (found["owner"], found["deputy"], found["revision"]) == ("colleague", "test-counsellor", 3)
    told = (await deputy.send("GET", case)).json()["timeline"]
    assert "Fall von der Vertretung übernommen" in [entry["title"] for entry in told]


async def test_the_administration_gives_cases_of_who_has_left_to_a_colleague_and_sees_numbers_only(
    app: Any, counsellor: Caller
) -> None:
    case = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    secret = f"cases/{(await case_of(counsellor, MIGRATION | person()))['case_id']}"
    await counsellor.put(case, {"method": "short", "deputy": "colleague", "revision": 1})
    await counsellor.send("POST", f"{case}/close", json={"revision": 2})
    elsewhere = counsellor.at(uuid4())
    await case_of(elsewhere, SESSION | person())
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    listed = (await admin.send("GET", "case-owners")).json()["items"]
    assert listed == [{"owner": "test-counsellor", "open": 1, "closed": 1}]
    command = {"owner": "test-counsellor", "to": "colleague", "reason": "ausgeschieden"}
    for who in (counsellor, Caller(counsellor.client, counsellor.settings, Role.COORDINATOR, None)):
        assert (await who.send("POST", "case-owners/assign", json=command)).status_code == 403
    for wrong in ({"reason": ""}, {"to": "test-counsellor"}):
        assert (await admin.send("POST", "case-owners/assign", json=command | wrong)).status_code == 422
    for number in (2, 0):
        assert (await admin.send("POST", "case-owners/assign", json=command)).json() == {"assigned": number}
    other = colleague(counsellor)
    for path in (case, secret):
        found = (await other.send("GET", path)).json()
        assert (found["owner"], found["deputy"]) == ("colleague", None)
        (entry,) = [one for one in found["timeline"] if one["kind"] == "handover"]
        assert (entry["title"], entry["detail"]) == ("Fall von der Verwaltung zugewiesen", "ausgeschieden")
        assert (await admin.send("GET", path)).status_code == 403
    assert (await counsellor.send("GET", secret)).status_code == 404
    assert (await elsewhere.send("GET", "cases")).json()["total"] == 1
    acts = await rows(app, "SELECT subject, count(*) FROM audit WHERE action = 'case.assigned' GROUP BY subject")
    assert acts == [("test-admin", 2)]
