"""Referrals: one entry with the session, asked for after weeks, and proposals that never leave the network."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from nats.aio.msg import Msg

from services.counselling.consumers import learn
from shared.clock import today
from shared.contracts.envelope import Envelope
from shared.contracts.registration import ProposalAnswered
from shared.contracts.registry import ANSWER
from shared.messaging.ingest import Received
from tests.integration.counselling.test_consents import SESSION, body, case, paper, status
from tests.support.recording import Caller, rows

DAY = f"{today()}"


async def referrals(caller: Caller, path: str) -> list[dict[str, Any]]:
    """Referrals of a case."""
    found: list[dict[str, Any]] = (await caller.send("GET", f"{path}/referrals")).json()["items"]
    return found


async def told(app: Any, destination: str = "region") -> list[dict[str, Any]]:
    """Proposals in the outbox, in their order."""
    query = "SELECT body FROM outbox WHERE kind = 'qualification_proposed' AND destination = :to ORDER BY seq"
    return [json.loads(content) for (content,) in await rows(app, query, to=destination)]


async def test_ref_02_the_target_of_a_session_and_its_referral_are_one_entry(app: Any, counsellor: Caller) -> None:
    key, to = uuid4(), await body(counsellor, "trade_union")
    session = SESSION | {"person_id": str(uuid4()), "referral_target": "lawyer"}
    await counsellor.put(f"sessions/{key}", session)
    path = f"cases/{(await counsellor.send('GET', f'sessions/{key}')).json()['case_id']}"
    (one,) = await referrals(counsellor, path)
    assert (one["target"], one["date"], one["purpose"], one["named"]) == ("lawyer", "2026-05-04", "referral", False)
    change = {"body_id": to, "date": "2026-05-04", "session_id": str(key), "accompanied": True, "revision": 1}
    await counsellor.put(f"{path}/referrals/{one['referral_id']}", change)
    now = (await counsellor.send("GET", f"sessions/{key}")).json()
    assert (now["referral_target"], now["revision"]) == ("trade_union", 2)
    await counsellor.put(f"sessions/{key}", session | {"referral_target": "job_centre", "revision": 2})
    (one,) = await referrals(counsellor, path)
    assert (one["target"], one["body_id"], one["accompanied"]) == ("job_centre", None, True)
    await counsellor.put(f"sessions/{key}", session | {"referral_target": None, "revision": 3})
    assert [one["withdrawn"] for one in await referrals(counsellor, path)] == [True]
    sent = "SELECT revision FROM outbox WHERE entity_id = :key AND destination = 'region' ORDER BY 1"
    assert await rows(app, sent, key=key) == [(1,), (2,), (3,), (4,)]


async def test_ref_02_what_a_body_was_told_is_not_changed_through_the_session(counsellor: Caller) -> None:
    key, to = uuid4(), await body(counsellor)
    session = SESSION | {"person_id": str(uuid4()), "referral_target": "lawyer"}
    await counsellor.put(f"sessions/{key}", session)
    path = f"cases/{(await counsellor.send('GET', f'sessions/{key}')).json()['case_id']}"
    await counsellor.put(f"{path}/consents/{uuid4()}", paper(to))
    (one,) = await referrals(counsellor, path)
    named = {"body_id": to, "date": DAY, "session_id": str(key), "named": True, "agreed": True, "revision": 1}
    await counsellor.put(f"{path}/referrals/{one['referral_id']}", named)
    changed = session | {"referral_target": "job_centre", "revision": 1}
    refused = await counsellor.send("PUT", f"sessions/{key}", json=changed)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "referral_target")
    assert (await counsellor.send("POST", f"sessions/{key}/withdraw", json={"reason": "doppelt"})).status_code == 204
    assert [one["withdrawn"] for one in await referrals(counsellor, path)] == [False]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "target"),
        ({"target": "lawyer", "named": True, "agreed": True}, "body_id"),
        ({"target": "lawyer", "date": f"{today() + timedelta(days=1)}"}, "date"),
        ({"target": "lawyer", "body_id": str(uuid4())}, "body_id"),
    ],
)
async def test_ref_02_a_referral_names_what_it_lacks(counsellor: Caller, content: dict[str, Any], field: str) -> None:
    path = await case(counsellor)
    refused = await counsellor.send("PUT", f"{path}/referrals/{uuid4()}", json={"date": DAY} | content)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_a_referral_is_asked_for_after_four_weeks(counsellor: Caller) -> None:
    path, key = await case(counsellor), uuid4()
    old = f"{today() - timedelta(days=28)}"
    await counsellor.put(f"{path}/referrals/{key}", {"target": "debt_counselling", "date": old})
    assert await status(counsellor, f"{path}/referrals", {"target": "lawyer", "date": DAY}) == 200

    async def dues() -> list[str]:
        items = (await counsellor.send("GET", "due")).json()["items"]
        return [item["title"] for item in items if item["kind"] == "referral_unanswered"]

    assert await dues() == ["Verweis (Schuldnerberatung): was ist daraus geworden?"]
    answer = await counsellor.send("POST", f"{path}/referrals/{key}/result", json={"result": "taken_up"})
    assert (answer.status_code, answer.json()["result_on"]) == (200, DAY)
    assert await dues() == []
    timeline = (await counsellor.send("GET", path)).json()["timeline"]
    assert "Ergebnis: Schuldnerberatung" in [entry["title"] for entry in timeline]


async def proposed(counsellor: Caller, carrier: str | None, **more: Any) -> tuple[str, str, int]:
    """A named referral of somebody new to a qualification under a consent: case, consent, status."""
    path, consent = await case(counsellor, **more), str(uuid4())
    to = await body(counsellor, "iq_qualification", carrier_id=carrier)
    await counsellor.put(f"{path}/consents/{consent}", paper(to, "qualification", details="CANARY-Umfang"))
    content = {"body_id": to, "date": DAY, "named": True, "agreed": True, "note": "CANARY-Anliegen"}
    return path, consent, await status(counsellor, f"{path}/referrals", content)


async def test_con_07_a_proposal_holds_ids_and_profile_and_never_goes_up(app: Any, counsellor: Caller) -> None:
    carrier = str(uuid4())
    path, consent, _ = await proposed(counsellor, carrier, nationality="SY", reference_occupation="8130")
    (first,) = await told(app)
    assert first.keys() == {
        *("proposal_id", "revision", "withdrawn", "recorded_on", "carrier_id", "to_carrier_id", "person_id"),
        *("proposed_on", "nationality", "refugee_background", "gender", "age_group", "has_degree"),
        *("reference_occupation", "language"),
    }
    assert (first["to_carrier_id"], first["nationality"], first["reference_occupation"]) == (carrier, "SY", "8130")
    assert (await counsellor.send("POST", f"{path}/consents/{consent}/withdraw")).status_code == 200
    withdrawn = (await told(app))[1]
    assert (withdrawn["withdrawn"], withdrawn["revision"] > first["revision"]) == (True, True)
    assert await told(app, "up") == []
    up = await rows(app, "SELECT subject FROM outbox WHERE destination = 'up'")
    assert up == [("up.counselling.session_recorded.v1",)]


@pytest.mark.parametrize("more", [{"carrier": None}, {"programme_line": "migration_service"}])
async def test_no_proposal_is_told_of_a_migration_service_or_to_another_institution(
    app: Any, counsellor: Caller, more: dict[str, Any]
) -> None:
    carrier = more.pop("carrier", str(uuid4()))
    *_, answer = await proposed(counsellor, carrier, **more)
    assert (answer, await told(app)) == (200, [])


async def test_a_referral_withdrawn_takes_its_proposal_along(app: Any, counsellor: Caller) -> None:
    path, *_ = await proposed(counsellor, str(uuid4()))
    (one,) = await referrals(counsellor, path)
    for _ in range(2):
        answer = await counsellor.send("POST", f"{path}/referrals/{one['referral_id']}/withdraw")
        assert answer.status_code == 200
    assert [entry["withdrawn"] for entry in await told(app)] == [False, True]


def said(key: str, carrier: Any, revision: int, answer: str, reason: str | None = None) -> dict[str, Any]:
    """The body of registration's event."""
    own = {"revision": revision, "withdrawn": False, "recorded_on": today(), "proposal_id": UUID(key)}
    return own | {"carrier_id": carrier, "answer": answer, "reason": reason}


async def heard(app: Any, *answers: dict[str, Any]) -> None:
    """Take answers in, each in a transaction of its own."""
    for one in answers:
        envelope = Envelope(uuid4(), "rp", ANSWER.name)
        event = Received(envelope, ANSWER, ProposalAnswered(**one), one, Msg(None))  # type: ignore[arg-type]  # as it came
        async with app.state.sessions() as session, session.begin():
            await learn(session, [event], key="k")


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1)])
async def test_ref_02_the_answer_to_a_proposal_comes_back_to_its_referral(
    app: Any, counsellor: Caller, order: tuple[int, ...]
) -> None:
    path, _, _ = await proposed(counsellor, str(uuid4()))
    (one,) = await referrals(counsellor, path)
    key, own = one["referral_id"], counsellor.carrier
    answers = [said(key, own, 1, "declined", "no_place"), said(key, own, 2, "accepted")]
    await heard(app, said(key, uuid4(), 9, "declined", "no_place"), said(str(uuid4()), own, 9, "accepted"))
    await heard(app, *(answers[place] for place in order))
    (one,) = await referrals(counsellor, path)
    told = (one["answer"], one["answer_reason"], one["answered_on"], one["result"], one["result_on"])
    assert told == ("accepted", None, DAY, "taken_up", DAY)
    titles = [entry["title"] for entry in (await counsellor.send("GET", path)).json()["timeline"]]
    assert "Vorschlag angenommen: Kanzlei am Markt" in titles
    acts = await rows(app, "SELECT subject FROM audit WHERE action = 'referral.answered'")
    assert {subject for (subject,) in acts} == {"registration"}


async def test_what_a_counsellor_knows_of_a_referral_stays_when_an_answer_comes(app: Any, counsellor: Caller) -> None:
    path, _, _ = await proposed(counsellor, str(uuid4()))
    (one,) = await referrals(counsellor, path)
    await counsellor.send("POST", f"{path}/referrals/{one['referral_id']}/result", json={"result": "not_taken_up"})
    await heard(app, said(one["referral_id"], counsellor.carrier, 1, "accepted"))
    (one,) = await referrals(counsellor, path)
    assert (one["answer"], one["result"]) == ("accepted", "not_taken_up")
