"""Plans of runs: dates proposed, planned, cancelled, replaced; soft rules let pass; followed in a calendar."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from icalendar import Calendar

from shared import clock
from shared.vocabulary import Role
from tests.support.recording import Caller, rows

BEGINS = date(clock.today().year + 1, 3, 4)
RUN: dict[str, Any] = {"programme": "iko", "public_title": "Interkulturelle Öffnung", "starts_on": f"{BEGINS}"}
SECRET = "CANARY-Referentin"


def date_of(step: str, day: date, **more: Any) -> dict[str, Any]:
    """The body of a date from nine to four."""
    return {"step": step, "starts_at": f"{day}T09:00:00+01:00", "ends_at": f"{day}T16:00:00+01:00"} | more


def at(caller: Caller, role: Role, *, carrier: Any = ...) -> Caller:
    """Somebody with a role, at the caller's carrier or another or none."""
    return Caller(caller.client, caller.settings, role, caller.carrier if carrier is ... else carrier)


async def rules(caller: Caller, run: Any) -> dict[str, tuple[str, bool]]:
    """What the plan of a run touches."""
    plan = (await caller.send("GET", f"runs/{run}/plan")).json()
    return {one["rule"]: (one["strength"], one["override"] is not None) for one in plan["findings"]}


@pytest.fixture
def trainer(counsellor: Caller) -> Caller:
    """A trainer; the service runs meanwhile."""
    return at(counsellor, Role.TRAINER)


async def test_dates_are_proposed_taken_over_cancelled_and_replaced(trainer: Caller) -> None:
    run = uuid4()
    await trainer.put(f"runs/{run}", RUN)
    assert {"IKO-13", "IKO-19", "IKO-26"} <= (await rules(trainer, run)).keys()
    proposal = (await trainer.send("GET", f"runs/{run}/proposal")).json()
    assert [one["step"] for one in proposal["items"]] == ["kickoff", *2 * ["seminar_1"], *2 * ["seminar_2"], "closing"]
    assert (proposal["land"], proposal["school_holidays_known"]) == ("Rheinland-Pfalz", True)
    names = ("run_meeting_id", "step", "starts_at", "ends_at")
    taken = {"meetings": [{name: one[name] for name in names} for one in proposal["items"]]}
    for _ in range(2):
        assert len(await trainer.put(f"runs/{run}/proposal", taken)) == 6, "taken over twice they are there once"
    assert await rules(trainer, run) == {}
    kickoff = f"runs/{run}/meetings/{proposal['items'][0]['run_meeting_id']}"
    third = await trainer.send(
        "PUT", f"runs/{run}/meetings/{uuid4()}", json=date_of("seminar_1", BEGINS + timedelta(99))
    )
    assert (third.status_code, "IKO-19" in third.text) == (422, True)
    assert (await trainer.send("POST", f"{kickoff}/cancel", json={"reason": ""})).status_code == 422
    online = date_of("kickoff", BEGINS + timedelta(days=7), link="https://konferenz.example/auftakt")
    online["replaces"] = proposal["items"][0]["run_meeting_id"]
    early = await trainer.send("PUT", f"runs/{run}/meetings/{uuid4()}", json=online)
    assert early.status_code == 422, "IKO-14: only a date that was cancelled is replaced"
    for _ in range(2):
        assert (await trainer.send("POST", f"{kickoff}/cancel", json={"reason": "Pandemie"})).status_code == 204
    assert "IKO-13" in await rules(trainer, run)
    new = await trainer.put(f"runs/{run}/meetings/{uuid4()}", online)
    assert (new["number"], new["replaces"]) == (1, online["replaces"])
    assert await rules(trainer, run) == {}, "IKO-14: the substitute is the kick-off"
    moved = await trainer.send("PUT", kickoff, json=date_of("kickoff", BEGINS, revision=2))
    assert (moved.status_code, "abgesagt" in moved.text) == (409, True)


async def test_what_was_held_is_not_moved_and_nobody_elses_run_is_touched(app: Any, trainer: Caller) -> None:
    run, key = uuid4(), uuid4()
    await trainer.put(f"runs/{run}", RUN)
    path, body = f"runs/{run}/meetings/{key}", date_of("kickoff", BEGINS, speakers=[SECRET], place=f"Saal {SECRET}")
    made = await trainer.put(path, body)
    assert (await trainer.put(path, body))["revision"] == made["revision"] == 1
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("UPDATE run_meeting SET state = 'held'")
    later = date_of("kickoff", BEGINS + timedelta(days=1), revision=1)
    assert (await trainer.send("PUT", path, json=later)).status_code == 409
    assert (await trainer.send("POST", f"{path}/cancel", json={"reason": "zu spät"})).status_code == 409
    assert (await trainer.put(path, body | {"place": "Aula", "revision": 1}))["place"] == "Aula"
    other = trainer.at(uuid4())
    second = uuid4()
    await other.put(f"runs/{second}", RUN)
    for answer in (
        await other.send("PUT", path, json=body),
        await other.send("POST", f"{path}/cancel", json={"reason": "fremd"}),
        await other.send("PUT", f"runs/{second}/meetings/{key}", json=body),
        await other.send("GET", f"runs/{run}/plan"),
        await other.send("GET", f"runs/{run}/calendar"),
    ):
        assert answer.status_code == 404
    wrong = date_of("seminar", BEGINS, ends_at=f"{BEGINS}T08:00:00+01:00")
    errors = (await trainer.send("PUT", f"runs/{run}/meetings/{uuid4()}", json=wrong)).json()["errors"]
    assert {error["field"] for error in errors} == {"step", "ends_at"}
    alone = date_of("coaching_1", BEGINS + timedelta(days=30))
    errors = (await trainer.send("PUT", f"runs/{run}/meetings/{uuid4()}", json=alone)).json()["errors"]
    assert [error["field"] for error in errors] == ["registration_id"]
    kept = await rows(app, "SELECT convert_from(body, 'utf8') FROM outbox UNION ALL SELECT audit::text FROM audit")
    assert kept
    assert not [text for (text,) in kept if "CANARY" in text], "names of speakers leave in no message and no audit"


async def test_a_coordinator_sees_all_runs_without_names_and_lets_a_soft_rule_pass(app: Any, trainer: Caller) -> None:
    run = uuid4()
    await trainer.put(f"runs/{run}", RUN | {"max_places": 9})
    await trainer.put(f"runs/{run}/meetings/{uuid4()}", date_of("kickoff", BEGINS, speakers=[SECRET]))
    coordinator = at(trainer, Role.COORDINATOR, carrier=None)
    listed = (await coordinator.send("GET", "runs")).json()
    assert [one["carrier_id"] for one in listed["items"]] == [str(trainer.carrier)]
    plan = await coordinator.send("GET", f"runs/{run}/plan")
    assert (plan.status_code, SECRET in plan.text, plan.json()["meetings"][0]["speakers"]) == (200, False, [])
    assert (await rules(coordinator, run))["IKO-07"] == ("override", False)
    why = {"reason": "neun Häuser, zwei Räume"}
    for rule in ("IKO-19", "IKO-01"):  # a hard rule, and one that the plan does not touch
        assert (await coordinator.send("PUT", f"runs/{run}/overrides/{rule}", json=why)).status_code == 422
    assert (await trainer.send("PUT", f"runs/{run}/overrides/IKO-07", json=why)).status_code == 403
    first = await coordinator.put(f"runs/{run}/overrides/IKO-07", why)
    assert (await coordinator.put(f"runs/{run}/overrides/IKO-07", why))["revision"] == first["revision"]
    assert (await rules(trainer, run))["IKO-07"] == ("override", True)
    (stored,) = (await rows(app, "SELECT overrides FROM training_run WHERE run_id = :run", run=run))[0]
    assert [(one["rule"], one["account"], one["reason"]) for one in stored] == [
        ("IKO-07", "test-coordinator", why["reason"])
    ]
    acts = await rows(app, "SELECT action, subject, carrier_id FROM audit ORDER BY seq DESC LIMIT 1")
    assert acts == [("run.overridden", "test-coordinator", trainer.carrier)]
    for path, body in ((f"runs/{run}", RUN), (f"runs/{run}/meetings/{uuid4()}", date_of("kickoff", BEGINS))):
        assert (await coordinator.send("PUT", path, json=body)).status_code == 403
    sent = await rows(app, "SELECT count(*) FROM outbox WHERE convert_from(body, 'utf8') LIKE '%neun%'")
    assert sent == [(0,)]


async def test_whoever_has_the_link_follows_the_dates_until_there_is_a_new_one(trainer: Caller) -> None:
    run = uuid4()
    await trainer.put(f"runs/{run}", RUN)
    key = uuid4()
    await trainer.put(f"runs/{run}/meetings/{key}", date_of("kickoff", BEGINS, place="Aula", speakers=[SECRET]))
    anyone = at(trainer, Role.READER, carrier=None)
    first, second = [(await trainer.send("POST", f"runs/{run}/calendar-link")).json()["token"] for _ in range(2)]
    assert (await anyone.send("POST", "intake/run-calendar", json={"token": first})).status_code == 404
    found = await anyone.send("POST", "intake/run-calendar", json={"token": second})
    (event,) = Calendar.from_ical(found.content).walk("VEVENT")
    assert (event["summary"], event["location"]) == ("Interkulturelle Öffnung: Auftakt-Fachtag", "Aula")
    assert SECRET not in found.text
    await trainer.send("POST", f"runs/{run}/cancel", json={"reason": "zu wenige Häuser"})
    again = await anyone.send("POST", "intake/run-calendar", json={"token": second})
    (event,) = Calendar.from_ical(again.content).walk("VEVENT")
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 2)
    plan = (await trainer.send("GET", f"runs/{run}/plan")).json()
    assert (plan["run"]["state"], plan["meetings"][0]["state"]) == ("cancelled", "cancelled")
    late = await trainer.send("PUT", f"runs/{run}/meetings/{uuid4()}", json=date_of("closing", BEGINS))
    assert late.status_code == 409


async def test_dates_deadlines_and_steps_that_come_up_are_due(trainer: Caller) -> None:
    run, now = uuid4(), clock.now()
    day = clock.today() + timedelta(days=3)
    body = RUN | {"starts_on": f"{day}", "deadline": f"{(now + timedelta(days=2)).isoformat()}"}
    await trainer.put(f"runs/{run}", body)
    key, past = uuid4(), uuid4()
    await trainer.put(f"runs/{run}/meetings/{key}", date_of("kickoff", day))
    other = uuid4()
    ikke = RUN | {"programme": "ikke_mib", "opening_process": "IKÖ", "starts_on": f"{day - timedelta(days=30)}"}
    await trainer.put(f"runs/{other}", ikke)
    await trainer.put(f"runs/{other}/meetings/{past}", date_of("management_talks", day - timedelta(days=30)))
    due = (await trainer.send("GET", "due")).json()["items"]
    of_runs = {
        (one["kind"], one["entity_id"]): one
        for one in due
        if one["kind"].startswith("run_") and one["kind"] != "run_short"
    }
    assert of_runs.keys() == {
        ("run_date_near", str(run)),
        ("run_deadline", str(run)),
        ("run_date_open", str(other)),
        ("run_step", str(other)),
    }
    assert of_runs["run_date_open", str(other)]["link"] == f"/durchgaenge/{other}/termine/{past}/anwesenheit"
    assert "Grundlagenseminar" in of_runs["run_step", str(other)]["title"]
