"""Participations at the desk: from the proposal to the success, told in codes; what does not fit is refused."""

import asyncio
import json
import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.measures.retention import EXPIRIES
from shared import clock
from shared.contracts.registry import PARTICIPATION, validate
from shared.rights.expiry import apply
from shared.vocabulary import Role
from tests.integration.registration.test_proposals import heard, proposal
from tests.support.recording import Caller, rows

OFFERING: dict[str, Any] = {"code": "BR-1", "title": "Brücke in den Beruf", "measure": "bridge", "form": "course"}
ENTRY: dict[str, Any] = {"offering": "BR-1", "entered_on": "2026-03-02"}
END = {"ended_on": "2026-09-30", "result": "finished", "success": "full_equivalence"}


@pytest.fixture
async def trainer(counsellor: Caller) -> Caller:
    """Who qualifies at the carrier of the counsellor, with one measure."""
    found = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    await found.put(f"offerings/{uuid4()}", OFFERING)
    return found


async def lean(app: Any, key: UUID) -> list[dict[str, Any]]:
    """What went up of a participation, in its order."""
    query = "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :key AND destination = 'up' ORDER BY seq"
    return [json.loads(body) for (body,) in await rows(app, query, key=key)]


async def fields(caller: Caller, key: UUID, body: dict[str, Any]) -> list[str]:
    """Fields for which a participation is refused."""
    answer = await caller.send("PUT", f"participations/{key}", json=body)
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


async def test_from_the_proposal_over_the_entry_to_the_success(app: Any, counsellor: Caller) -> None:
    """The path from counselling over a qualification to recognition is in what goes up, and no key of hers is."""
    person, to, key = uuid4(), uuid4(), uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Vorschlag, Vera"})
    await heard(app, proposal(counsellor.carrier or uuid4(), to, person, 1))
    trainer = Caller(counsellor.client, counsellor.settings, Role.TRAINER, to)
    await trainer.put(f"offerings/{uuid4()}", OFFERING)
    taken = ENTRY | {"proposal_id": str(person)}
    for _ in range(2):
        saved = await trainer.put(f"participations/{key}", taken)
        assert (saved["revision"], saved["notices"]) == (1, [])
    (item,) = (await trainer.send("GET", "participations")).json()["items"]
    assert (item["name"], item["nationality"], item["age_group"]) == ("Vorschlag, Vera", "SY", "30_54")
    assert (item["reference_occupation"], item["came_from_counselling"], item["form"]) == ("8130", "yes", "course")
    (asked,) = (await trainer.send("GET", "proposals")).json()["items"]
    assert (asked["answer"], asked["entered"]) == ("accepted", True)
    assert (await trainer.send("POST", f"participations/{key}/end", json=END)).json()["revision"] == 2
    assert (await trainer.send("POST", f"participations/{key}/end", json=END)).json()["revision"] == 2
    told = await lean(app, key)
    assert [validate(PARTICIPATION.name, body, lean=True) is not None for body in told] == [True, True]
    assert [(one["came_from_counselling"], one["month_ended"], one["success"]) for one in told] == [
        ("yes", None, None),
        ("yes", "2026-09", "full_equivalence"),
    ]
    assert str(person) not in json.dumps(told)
    noted = await rows(app, "SELECT action, subject FROM audit WHERE subject = 'test-trainer' ORDER BY seq")
    acts = [action for action, _ in noted]
    assert acts[:3] == ["offering.recorded", "proposal.answered", "participation.recorded"]
    assert {"person.listed", "participation.listed", "participation.ended"} <= set(acts)


async def test_a_person_of_the_register_brings_her_profile_of_that_day(counsellor: Caller, trainer: Caller) -> None:
    person, key = uuid4(), uuid4()
    known = {
        "name": "Register, Rita",
        "birth_year": 1990,
        "gender": "female",
        "nationality": "UA",
        "german_level": "b1",
    }
    await counsellor.put(f"persons/{person}", known)
    sought = {"name": "Register Rita", "birth_year": 1990}
    found = (await trainer.send("POST", "participations/persons", json=sought)).json()["items"]
    assert [one["person_id"] for one in found] == [str(person)]
    for nobody in (sought | {"birth_year": 1991}, sought | {"name": "Anders Anna"}):
        assert (await trainer.send("POST", "participations/persons", json=nobody)).json()["items"] == []
    entry = ENTRY | {"person_id": str(person)}
    await trainer.put(f"participations/{key}", entry)
    await counsellor.put(f"persons/{person}", {"nationality": "DE", "revision": 1})
    kept = (await trainer.send("GET", f"participations/{key}")).json()
    profile = [kept[name] for name in ("nationality", "gender", "age_group", "german_level", "came_from_counselling")]
    assert profile == ["UA", "female", "30_54", "b1", "not_stated"]
    assert (await trainer.put(f"participations/{key}", entry))["revision"] == 1
    assert await fields(trainer, uuid4(), entry) == ["entered_on"]  # she is in it already
    again = entry | {"entered_on": "2026-10-01"}
    await trainer.send("POST", f"participations/{key}/end", json=END)
    await trainer.put(f"participations/{uuid4()}", again)
    stranger = trainer.at(uuid4())
    await stranger.put(f"offerings/{uuid4()}", OFFERING)
    assert await fields(stranger, uuid4(), entry) == ["person_id"]
    assert (await stranger.send("PUT", f"participations/{key}", json=ENTRY)).status_code == 404
    admin = Caller(trainer.client, trainer.settings, Role.ADMIN, trainer.carrier)
    assert {one["name"] for one in (await admin.send("GET", "participations")).json()["items"]} == {None}
    assert (await admin.send("POST", "participations/persons", json=sought)).status_code == 403


async def test_corrected_withdrawn_restored_and_only_the_company_s_hash_is_kept(app: Any, trainer: Caller) -> None:
    key, entry = uuid4(), ENTRY | {"form": "individual", "external_id": "TN-7", "nationality": "SY"}
    saved = await trainer.put(f"participations/{key}", entry)
    assert [notice["code"] for notice in saved["notices"]] == ["company_missing"]
    named = entry | {"company": "HRB 12345 Mainz", "revision": 1}
    assert (await trainer.put(f"participations/{key}", named))["notices"] == []
    await trainer.put(f"participations/{key}", entry | {"gender": "male", "revision": 2})
    (kept,) = await rows(app, "SELECT company_key, gender, participation::text FROM participation")
    assert (len(kept[0]), kept[1], "12345" in kept[2]) == (64, "male", False)
    assert await fields(trainer, uuid4(), ENTRY | {"external_id": "TN-7"}) == ["external_id"]
    stale = await trainer.send("PUT", f"participations/{key}", json=entry | {"revision": 1})
    assert stale.status_code == 409
    for act, body in (("withdraw", {"reason": "doppelt"}), ("withdraw", {"reason": "doppelt"}), ("restore", None)):
        assert (await trainer.send("POST", f"participations/{key}/{act}", json=body)).status_code == 204
    assert [(one["revision"], one["withdrawn"]) for one in await lean(app, key)] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
        (5, False),
    ]


async def test_what_a_list_holds_and_what_does_not_fit_is_refused(trainer: Caller) -> None:
    running, ended = uuid4(), uuid4()
    await trainer.put(f"participations/{running}", ENTRY)
    await trainer.put(f"participations/{ended}", ENTRY | END | {"offering": "NEU-1", "new_offering": True})
    for query, keys in (
        ("", {running, ended}),
        ("?state=running", {running}),
        ("?state=ended", {ended}),
        ("?offering=BR-1", {running}),
        ("?offering=BR-2", set()),
    ):
        found = (await trainer.send("GET", f"participations{query}")).json()
        assert ({UUID(one["participation_id"]) for one in found["items"]}, found["total"]) == (keys, len(keys))
    for wrong, field in (
        ({"offering": "BR-9"}, "offering"),
        ({"entered_on": f"{clock.today() + timedelta(days=1)}"}, "entered_on"),
        ({"success": "full_equivalence"}, "success"),
        ({"ended_on": "2026-03-01", "result": "finished"}, "ended_on"),
        ({"phases": [{"phase": "recruitment", "starts": "2026-03-02"}]}, "phases"),
    ):
        assert await fields(trainer, uuid4(), ENTRY | wrong) == [field]
        check = await trainer.send("POST", f"participations/{uuid4()}/check", json=ENTRY | wrong)
        assert check.status_code == 422
    unknown = ENTRY | {"proposal_id": str(uuid4())}
    assert (await trainer.send("PUT", f"participations/{uuid4()}", json=unknown)).status_code == 404


async def test_an_offering_keeps_its_code_and_is_due_when_it_is_over(trainer: Caller) -> None:
    today, key = clock.today(), uuid4()
    body = {"code": "SP-1", "measure": "specialized", "starts": "2025-01-01", "ends": f"{today - timedelta(days=1)}"}
    assert (await trainer.put(f"offerings/{key}", body))["revision"] == 1
    assert (await trainer.put(f"offerings/{key}", body))["revision"] == 1
    for wrong in ({"code": "SP-2", "revision": 1}, {"ends": "2024-01-01", "revision": 1}):
        answer = await trainer.send("PUT", f"offerings/{key}", json=body | wrong)
        assert answer.status_code == 422
    assert (await trainer.send("PUT", f"offerings/{uuid4()}", json=body)).status_code == 422
    entry = {"offering": "SP-1", "entered_on": "2025-01-07", "german_level": "b1"}
    entry |= {"phases": [{"phase": "recruitment", "starts": "2025-01-07"}]}
    saved = await trainer.put(f"participations/{uuid4()}", entry)
    assert [notice["code"] for notice in saved["notices"]] == ["language_below_b2"]  # SPZ-02
    (due,) = (await trainer.send("GET", "due")).json()["items"]
    assert (due["title"], due["due"]) == ("Angebot SP-1 ist vorbei: eine Teilnahme ohne Ende", f"{today}")
    assert due["link"] == "/teilnahmen?angebot=SP-1&stand=running"
    line = body | {"programme_line": "intercultural", "revision": 1}
    refused = await trainer.send("PUT", f"offerings/{key}", json=line)
    assert [error["field"] for error in refused.json()["errors"]] == ["programme_line"]


async def test_her_erasure_takes_the_link_at_every_carrier_and_leaves_what_counts(
    app: Any, counsellor: Caller, trainer: Caller
) -> None:
    person, to, own, other = uuid4(), uuid4(), uuid4(), uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Vorschlag, Vera", "nationality": "SY"})
    await heard(app, proposal(counsellor.carrier or uuid4(), to, person, 1))
    stranger = trainer.at(to)
    await stranger.put(f"offerings/{uuid4()}", OFFERING)
    await trainer.put(f"participations/{own}", ENTRY | {"person_id": str(person), "external_id": "TN-7"})
    await stranger.put(f"participations/{other}", ENTRY | {"proposal_id": str(person), "external_id": "TN-8"})
    shown = (await counsellor.send("GET", f"persons/{person}/everything")).json()
    (held,) = [part for part in shown["sections"] if part["name"] == "participation"]
    assert len(held["entries"]) == 1  # the other carrier's is not shown here
    told = await lean(app, own) + await lean(app, other)
    assert (await counsellor.send("POST", f"persons/{person}/erase", json={"reason": "wish"})).status_code == 200
    left = await rows(app, "SELECT person_id, external_id, nationality, withdrawn FROM participation ORDER BY 2")
    assert left == [(None, "TN-8", "SY", False), (None, None, "SY", False)]
    assert await lean(app, own) + await lean(app, other) == told
    again = ENTRY | {"external_id": "TN-7"}
    assert await fields(trainer, uuid4(), again) == ["external_id"]


async def test_two_entries_of_one_person_at_the_same_moment_are_one(counsellor: Caller, trainer: Caller) -> None:
    person = uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Register, Rita"})
    body = ENTRY | {"person_id": str(person)}
    sent = (trainer.send("PUT", f"participations/{uuid4()}", json=body) for _ in range(6))
    assert sorted(answer.status_code for answer in await asyncio.gather(*sent)) == [200, *[422] * 5]


async def test_details_of_nobody_in_the_register_go_when_their_time_is_over(
    app: Any, counsellor: Caller, trainer: Caller
) -> None:
    person = uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Register, Rita"})
    for name, more in (("TN-1", {}), ("TN-2", {"person_id": str(person)}), ("TN-3", {"entered_on": "2026-03-03"})):
        entry = ENTRY | {"external_id": name, "company": "HRB 1"} | more
        await trainer.put(f"participations/{uuid4()}", entry)
    (expiry,) = EXPIRIES
    done, more_left = await apply(app.state.sessions, expiry, date(2026, 3, 3), uuid4(), time.monotonic() + 10)
    assert (done.count, more_left) == (1, False)
    left = await rows(app, "SELECT external_id, company_key IS NULL FROM participation ORDER BY 1")
    assert [tuple(row) for row in left] == [("TN-2", False), ("TN-3", False), (None, True)]
