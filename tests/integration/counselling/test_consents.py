"""Consents of a case: what nobody allowed is blocked, what was handed over is logged, a withdrawal holds at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.counselling.referrals.handlers import withdraw_consent
from shared.clock import now, today
from shared.recording import Actor
from shared.security import Principal
from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.waiting import eventually

SESSION: dict[str, Any] = {"date": "2026-05-04", "programme_line": "recognition_counselling"}
CALL = {"purpose": "referral", "kind": "conversation", "agreed": True}


async def body(caller: Caller, kind: str = "lawyer", **more: Any) -> str:
    """A body of the directory; its id."""
    key = str(uuid4())
    await caller.put(f"bodies/{key}", {"kind": kind, "name": "Kanzlei am Markt", **more})
    return key


async def case(caller: Caller, **more: Any) -> str:
    """The path of the case that a session of somebody new opens."""
    key = uuid4()
    await caller.put(f"sessions/{key}", SESSION | {"person_id": str(uuid4())} | more)
    return f"cases/{(await caller.send('GET', f'sessions/{key}')).json()['case_id']}"


def paper(to: str, *purposes: str, **more: Any) -> dict[str, Any]:
    """A consent that was signed today and holds for a year."""
    days = {"signed_on": f"{today()}", "valid_until": f"{today() + timedelta(days=365)}"}
    return {"body_id": to, "purposes": list(purposes or ("referral",))} | days | more


async def status(caller: Caller, path: str, content: dict[str, Any]) -> int:
    """What a PUT under a new id answers."""
    return (await caller.send("PUT", f"{path}/{uuid4()}", json=content)).status_code


async def test_con_02_nothing_is_handed_over_that_no_consent_covers(app: Any, counsellor: Caller) -> None:
    path, to, other = await case(counsellor), await body(counsellor), await body(counsellor)
    named = {"body_id": to, "date": f"{today()}", "named": True, "agreed": True}
    refused = await counsellor.send("PUT", f"{path}/referrals/{uuid4()}", json=named)
    assert refused.status_code == 409
    assert "keine Entbindung von der Schweigepflicht" in refused.json()["detail"]
    assert refused.json()["errors"][0]["field"] == "body_id"
    await counsellor.put(f"{path}/consents/{uuid4()}", paper(other))
    assert await status(counsellor, f"{path}/transfers", CALL | {"body_id": to}) == 409
    await counsellor.put(f"{path}/consents/{uuid4()}", paper(to))
    assert await status(counsellor, f"{path}/transfers", CALL | {"body_id": to, "purpose": "discrimination"}) == 409
    assert await rows(app, "SELECT 1 FROM transfer UNION SELECT 1 FROM referral") == []
    tip = {"body_id": to, "date": f"{today()}"}
    assert await status(counsellor, f"{path}/referrals", tip) == 200
    assert await rows(app, "SELECT 1 FROM transfer") == []


async def test_con_03_a_transfer_is_agreed_and_logged_with_recipient_purpose_and_day(
    app: Any, counsellor: Caller
) -> None:
    path, to, key = await case(counsellor), await body(counsellor), uuid4()
    consent = f"{path}/consents/{uuid4()}"
    for _ in range(2):
        await counsellor.put(consent, paper(to))
    assert await status(counsellor, f"{path}/transfers", CALL | {"body_id": to, "agreed": False}) == 422
    for _ in range(2):
        await counsellor.put(f"{path}/transfers/{key}", CALL | {"body_id": to, "details": "Zeugnis"})
    assert await status(counsellor, f"{path}/consents", paper(str(uuid4()))) == 422
    (row,) = (await counsellor.send("GET", f"{path}/transfers")).json()["items"]
    assert (row["recipient"], row["purpose"], row["date"]) == ("Kanzlei am Markt", "referral", f"{today()}")
    assert (row["subject"], row["consent_id"]) == ("test-counsellor", consent.rpartition("/")[2])
    changed = await counsellor.send("PUT", consent, json=paper(to, "discrimination"))
    assert (changed.status_code, "widerrufen und die neue" in changed.json()["detail"]) == (409, True)
    assert len(await rows(app, "SELECT 1 FROM transfer")) == 1


async def test_con_04_a_withdrawal_stops_the_next_transfer_and_leaves_the_log(counsellor: Caller) -> None:
    path, to, consent = await case(counsellor), await body(counsellor), uuid4()
    await counsellor.put(f"{path}/consents/{consent}", paper(to))
    assert await status(counsellor, f"{path}/transfers", CALL | {"body_id": to}) == 200
    for _ in range(2):
        assert (await counsellor.send("POST", f"{path}/consents/{consent}/withdraw")).status_code == 200
    refused = await counsellor.send("PUT", f"{path}/transfers/{uuid4()}", json=CALL | {"body_id": to})
    assert (refused.status_code, "widerrufen" in refused.json()["detail"]) == (409, True)
    assert (await counsellor.send("GET", f"{path}/transfers")).json()["total"] == 1
    (shown,) = (await counsellor.send("GET", f"{path}/consents")).json()["items"]
    assert (shown["in_force"], shown["withdrawn_at"] is not None) == (False, True)


async def test_con_04_a_transfer_waits_for_a_withdrawal_that_is_under_way(app: Any, counsellor: Caller) -> None:
    path, to, consent = await case(counsellor), await body(counsellor), uuid4()
    await counsellor.put(f"{path}/consents/{consent}", paper(to))
    colleague = Principal("colleague", Role.COUNSELLOR, "rp", (counsellor.carrier or uuid4(),))
    async with app.state.sessions() as session, session.begin():
        actor = Actor(colleague, "rp", today(), now(), "k")
        await withdraw_consent(session, UUID(path.rpartition("/")[2]), consent, actor)
        transfer = counsellor.send("PUT", f"{path}/transfers/{uuid4()}", json=CALL | {"body_id": to})
        waiting = asyncio.create_task(transfer)
        done, _ = await asyncio.wait([waiting], timeout=0.5)
        assert not done, "it did not wait"
    refused = await waiting
    assert (refused.status_code, "widerrufen" in refused.json()["detail"]) == (409, True)
    assert await rows(app, "SELECT 1 FROM transfer") == []


async def test_con_04_a_colleague_may_withdraw_what_only_the_cases_writer_may_note(counsellor: Caller) -> None:
    path, to, consent = await case(counsellor), await body(counsellor), uuid4()
    await counsellor.put(f"{path}/consents/{consent}", paper(to))
    other = Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR, counsellor.carrier, "colleague")
    assert await status(other, f"{path}/consents", paper(to)) == 403
    assert await status(other, f"{path}/transfers", CALL | {"body_id": to}) == 403
    assert await status(other, f"{path}/referrals", {"target": "lawyer", "date": f"{today()}"}) == 403
    assert (await other.send("POST", f"{path}/consents/{consent}/withdraw")).status_code == 200
    assert await status(counsellor, f"{path}/transfers", CALL | {"body_id": to}) == 409


async def test_con_01_a_protected_case_shows_its_consents_to_owner_and_deputy_only(counsellor: Caller) -> None:
    path = await case(counsellor, programme_line="migration_service")
    other = Caller(counsellor.client, counsellor.settings, Role.COUNSELLOR, counsellor.carrier, "colleague")
    for part in ("consents", "transfers", "referrals"):
        assert (await counsellor.send("GET", f"{path}/{part}")).status_code == 200
        assert (await other.send("GET", f"{path}/{part}")).status_code == 404
    to = await body(counsellor)
    assert await status(other, f"{path}/consents", paper(to)) == 404
    assert await status(other, f"{path}/transfers", CALL | {"body_id": to}) == 404


async def test_the_directory_is_added_to_by_counsellors_and_kept_by_others(counsellor: Caller) -> None:
    key = await body(counsellor, "anti_discrimination_office", languages=["uk", "ar"])
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    content = {"kind": "anti_discrimination_office", "name": "Antidiskriminierungsstelle", "revision": 1}
    assert (await counsellor.send("PUT", f"bodies/{key}", json=content)).status_code == 403
    (due,) = [item for item in (await admin.send("GET", "due")).json()["items"] if item["kind"] == "body_unchecked"]
    assert due["title"] == "Verzeichnis der Stellen: ein Eintrag ist zu prüfen"
    assert (await admin.put(f"bodies/{key}", content | {"checked": True}))["checked_on"] == f"{today()}"
    assert (await admin.send("PUT", f"bodies/{key}", json=content)).json()["revision"] == 2
    assert [i for i in (await admin.send("GET", "due")).json()["items"] if i["kind"] == "body_unchecked"] == []
    found = (await counsellor.send("GET", "bodies?kind=anti_discrimination_office&q=antidis")).json()
    assert [one["body_id"] for one in found["items"]] == [key]
    gone = content | {"withdrawn": True, "revision": 2}
    assert (await admin.put(f"bodies/{key}", gone))["revision"] == 3
    assert (await counsellor.send("GET", "bodies")).json()["total"] == 0
    assert await status(counsellor, f"{await case(counsellor)}/consents", paper(key)) == 422


@pytest.mark.parametrize(
    ("line", "first"),
    [("migration_service", "iq_network"), ("migrant_economy", "business_start_service")],
)
async def test_ref_03_and_ref_04_the_nearest_bodies_of_a_line_come_first(
    counsellor: Caller, line: str, first: str
) -> None:
    for kind in ("lawyer", "regular_service", first):
        await body(counsellor, kind)
    found = (await counsellor.send("GET", f"bodies?line={line}")).json()
    assert [one["kind"] for one in found["items"]] == [first, "regular_service", "lawyer"]
    assert found["targets"][:2] == [first, "regular_service"]


async def test_cns_25_a_partner_is_kept_with_the_session_and_learns_what_a_release_covers(
    app: Any, counsellor: Caller
) -> None:
    key, partner = uuid4(), await body(counsellor, "job_centre", name="Jobcenter, Haus B")
    session = SESSION | {"person_id": str(uuid4()), "mobile": True, "partner_id": partner}
    await counsellor.put(f"sessions/{key}", session)
    found = (await counsellor.send("GET", f"sessions/{key}")).json()
    assert found["partner_id"] == partner
    path = f"cases/{found['case_id']}"
    told = CALL | {"body_id": partner}
    assert await status(counsellor, f"{path}/transfers", told) == 409
    await counsellor.put(f"{path}/consents/{uuid4()}", paper(partner))
    assert await status(counsellor, f"{path}/transfers", told) == 200
    assert await rows(app, "SELECT 1 FROM outbox WHERE convert_from(body, 'utf8') LIKE '%partner%'") == []
    sent = [text for (text,) in await rows(app, "SELECT convert_from(body, 'utf8') FROM outbox")]
    assert sent
    assert not [text for text in sent if partner in text]
    refused = await counsellor.send("PUT", f"sessions/{uuid4()}", json=SESSION | {"partner_id": str(uuid4())})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "partner_id")
    admin = Caller(counsellor.client, counsellor.settings, Role.ADMIN, counsellor.carrier)
    gone = {"kind": "job_centre", "name": "Jobcenter, Haus B", "withdrawn": True, "revision": 1}
    await admin.put(f"bodies/{partner}", gone)
    corrected = await counsellor.put(f"sessions/{key}", session | {"channel": "phone", "revision": 1})
    assert corrected["revision"] == 2  # what was, stays
    assert await status(counsellor, "sessions", SESSION | {"partner_id": partner}) == 422


BODIES = """Kennung;Name;Art der Stelle;Anschrift;E-Mail;Sprachen;Zuletzt geprüft
S-1;Schuldnerberatung Mitte;Schuldnerberatung;Markt 1, 55116 Mainz;post@stelle.example;Arabisch|Ukrainisch;15.1.2026
S-2;Stelle von morgen;Schuldnerberatung;;;;1.1.2099
"""


async def test_ref_02_the_directory_of_bodies_is_imported_and_keeps_its_carriers(counsellor: Caller) -> None:
    coordinator = Caller(counsellor.client, counsellor.settings, Role.COORDINATOR, None)

    async def load(content: str) -> dict[str, Any]:
        kind = {"headers": {"content-type": "text/csv"}, "content": content.encode()}
        sent = await coordinator.send("POST", "imports/bodies?strict=1", **kind)
        assert sent.status_code == 202, sent.text
        path = f"imports/bodies/{sent.json()['import_id']}"

        async def done() -> Any:
            found = (await coordinator.send("GET", path)).json()
            return found if found["state"] in ("done", "failed") else None

        ended: dict[str, Any] = await eventually(done)
        return ended

    status = await load(BODIES)
    assert (status["state"], status["accepted"], status["rejected"]) == ("done", 1, 1)
    (one,) = (await counsellor.send("GET", "bodies")).json()["items"]
    assert (one["kind"], one["languages"], one["checked_on"]) == ("debt_counselling", ["ar", "uk"], "2026-01-15")
    carrier = str(uuid4())
    changed = {name: one[name] for name in ("kind", "name", "address", "email", "languages")}
    await coordinator.put(f"bodies/{one['body_id']}", changed | {"carrier_id": carrier, "revision": 1})
    assert (await load(BODIES))["unchanged"] == 1
    assert (await load(BODIES.replace("Mitte", "Nord")))["accepted"] == 1
    (now_one,) = (await counsellor.send("GET", "bodies")).json()["items"]
    assert (now_one["name"], now_one["carrier_id"], now_one["body_id"]) == (
        "Schuldnerberatung Nord",
        carrier,
        one["body_id"],
    )
