"""Attendance of runs: refused where there is none, and the figures of the network come out of it."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from shared.vocabulary import Role
from tests.support.recording import Caller, rows
from tests.support.runs import plant_run

MODULES = [("module_1", 60), ("module_2", 30)]


@pytest.fixture
def trainer(counsellor: Caller) -> Caller:
    """A trainer of a carrier; the service runs meanwhile."""
    return Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)


async def meetings(app: Any, run: Any) -> list[Any]:
    """What counts the dates of a run, in their order."""
    query = """SELECT m.format, m.number, m.participants, m.new_participants, m.revision, m.withdrawn
        FROM run_meeting d JOIN meeting m USING (meeting_id) WHERE d.run_id = :run ORDER BY d.starts_at"""
    return [tuple(row) for row in await rows(app, query, run=run)]


async def test_attendance_makes_the_figures_and_a_correction_corrects_them(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "iko", [("seminar_1", 9), ("seminar_1", 8)], ["Ä", "B", "Ç"])
    first = {"entries": run.entries(0, 1, absent=(2,)), "revision": 1}
    assert (await trainer.put(run.path(0), first))["revision"] == 2
    assert (await trainer.put(run.path(0), first))["revision"] == 2
    await trainer.put(run.path(1), {"entries": run.entries(1, 2), "guests": 4, "revision": 1})
    assert await meetings(app, run.run) == [("training", 1, 2, 2, 1, False), ("training", 2, 6, 1, 1, False)]
    await trainer.put(run.path(0), {"entries": run.entries(0, 1, 2), "revision": 2})
    assert await meetings(app, run.run) == [("training", 1, 3, 3, 2, False), ("training", 2, 6, 0, 2, False)]
    await trainer.put(run.path(0), {"entries": run.entries(absent=(0,)), "revision": 3})
    assert await meetings(app, run.run) == [("training", 1, 3, 3, 3, True), ("training", 1, 6, 6, 3, False)]
    told = await rows(app, "SELECT convert_from(body, 'utf8') FROM outbox WHERE kind = 'meeting_held' ORDER BY seq")
    last = json.loads(told[-1][0])
    assert (last["participants"], last["new_participants"], last["number"]) == (6, 6, 1)
    assert not any("Haus" in body or str(run.people[1]) in body for (body,) in told)
    acts = await rows(app, "SELECT action FROM audit WHERE entity_id = :key", key=run.dates[0])
    assert [action for (action,) in acts] == ["run_meeting.attended"] * 3


async def test_a_date_that_is_cancelled_or_lies_ahead_has_no_attendance(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "iko", [("kickoff", -2), ("kickoff", 3)], ["A"])
    await _change(app, "UPDATE run_meeting SET state = 'cancelled' WHERE run_meeting_id = :key", key=run.dates[1])
    for date, words in ((0, "liegt noch vor Ihnen"), (1, "ist abgesagt")):
        answer = await trainer.send("PUT", run.path(date), json={"entries": run.entries(0), "revision": 1})
        assert (answer.status_code, words in answer.json()["detail"]) == (409, True)
    other = await plant_run(app, trainer.carrier, "iko", [("kickoff", 3)], ["B"])
    answer = await trainer.send("PUT", other.path(), json={"entries": run.entries(0), "revision": 1})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"presence.{run.people[0]}")
    assert await rows(app, "SELECT 1 FROM run_attendance WHERE participant_id = :key", key=run.people[0]) == []
    assert await meetings(app, run.run) == await meetings(app, other.run) == []


async def test_iko_24_a_coaching_keeps_its_form_and_what_the_management_was_told(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "iko", [("coaching_2", 3)], ["A"])
    body = {"entries": run.entries(0), "form": "team", "note": "CANARY Zeitplan besprochen", "revision": 1}
    await trainer.put(run.path(), body)
    await trainer.put(run.path(), {"entries": run.entries(absent=(0,)), "revision": 2})
    shown = (await trainer.send("GET", run.path())).json()
    assert (shown["form"], shown["note"], shown["per_team"]) == ("team", "CANARY Zeitplan besprochen", True)
    told = await rows(app, "SELECT convert_from(body, 'utf8') || headers::text FROM outbox")
    assert not any("CANARY" in line for (line,) in told)


async def test_a_list_that_somebody_else_has_changed_is_refused(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "iko", [("kickoff", 3)], ["A", "B"])
    await trainer.put(run.path(), {"entries": run.entries(0), "revision": 1})
    answer = await trainer.send("PUT", run.path(), json={"entries": run.entries(1), "revision": 1})
    assert answer.status_code == 409
    assert (await trainer.send("PUT", run.path(), json={"entries": run.entries(1)})).status_code == 409
    stranger = trainer.at(run.run)
    for method in ("GET", "PUT"):
        body = {"json": {"entries": []}} if method == "PUT" else {}
        assert (await stranger.send(method, run.path(), **body)).status_code == 404


async def test_ikke_06_coaching_without_the_seminar_is_refused_at_the_person(app: Any, trainer: Caller) -> None:
    dates = [("seminar", 90), ("coaching", 40)]
    run = await plant_run(app, trainer.carrier, "ikke_mib", dates, ["Da", "Nicht da"])
    await trainer.put(run.path(0), {"entries": run.entries(0, absent=(1,)), "revision": 1})
    answer = await trainer.send("PUT", run.path(1), json={"entries": run.entries(0, 1), "revision": 1})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"presence.{run.people[1]}"]
    await trainer.put(run.path(1), {"entries": run.entries(0, absent=(1,)), "revision": 1})
    shown = (await trainer.send("GET", run.path(1))).json()
    assert [(one["stage"], bool(one["findings"])) for one in shown["participants"]] == [
        ("seminar_completed", False),
        ("registered", True),
    ]


async def test_ikbo_02_tasks_are_handed_in_and_the_next_module_shows_who_has_not(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "ikbo", MODULES, ["Ada", "Ben"])
    await trainer.put(run.path(0), {"entries": run.entries(0, 1), "revision": 1})
    entry = {"participant_id": str(run.people[0]), "module": 1, "kind": "quality", "handed_in_on": "2026-01-07"}
    path = f"runs/{run.run}/tasks"
    assert (await trainer.put(path, {"entries": [entry]})) == {"changed": 1}
    assert (await trainer.put(path, {"entries": [entry]})) == {"changed": 0}
    shown = (await trainer.send("GET", run.path(1))).json()
    assert [(one["tasks"], one["findings"]) for one in shown["participants"]] == [
        ([1], []),
        ([], ["Die Praxisaufgabe nach Modul 1 fehlt."]),
    ]
    await trainer.put(run.path(1), {"entries": run.entries(0, 1), "revision": 1})
    late = await trainer.send("PUT", path, json={"entries": [entry | {"handed_in_on": "2099-01-01"}]})
    assert late.status_code == 422
    assert (await trainer.put(path, {"entries": [entry | {"handed_in_on": None}]})) == {"changed": 1}
    acts = await rows(app, "SELECT action, listed FROM audit WHERE entity_id = :key", key=run.run)
    assert [tuple(row) for row in acts] == [("task.recorded", [run.people[0]])] * 2


async def test_ikke_30_feedback_is_anonymous_and_shown_from_five_answers_on(app: Any, trainer: Caller) -> None:
    run = await plant_run(app, trainer.carrier, "iko", [("closing", 1)], [f"P{number}" for number in range(6)])
    opened = await trainer.put(f"runs/{run.run}/feedback", {"open": True})
    everyone = Caller(trainer.client, trainer.settings, Role.READER, None)
    assert (await everyone.send("POST", "feedback/ticket", json={"token": opened["token"]})).status_code == 200
    marks = {"token": opened["token"], "benefit": 5, "clear": 4, "exchange": 3, "trainers": 2, "frame": 1}
    for one, person in enumerate(run.people, start=1):
        for _ in range(2):
            assert (await everyone.send("PUT", f"feedback/{person}", json=marks)).status_code == 204
        said = (await trainer.send("GET", f"runs/{run.run}/feedback")).json()
        assert (said["answers"], said["shown"]) == (one, 5 if one >= 5 else 0)
    assert said["means"] == {"benefit": 5.0, "clear": 4.0, "exchange": 3.0, "trainers": 2.0, "frame": 1.0}
    assert (await everyone.send("PUT", f"feedback/{run.run}", json=marks)).status_code == 409
    await trainer.put(f"runs/{run.run}/feedback", {"open": False})
    assert (await everyone.send("POST", "feedback/ticket", json={"token": opened["token"]})).status_code == 404
    acts = await rows(app, "SELECT subject, action FROM audit WHERE entity_id = :key", key=run.run)
    assert [tuple(row) for row in acts] == [("test-trainer", f"feedback.{verb}") for verb in ("opened", "closed")]


async def test_the_meetings_of_a_year_are_due_as_long_as_nobody_has_planned_them(app: Any, trainer: Caller) -> None:
    body = {"name": "Beispiel, Ada", "house": "Jobcenter am Fluss", "evidence": "Pilot, Teilnahmeliste"}
    await trainer.put(f"contact-persons/{trainer.carrier}", body | {"qualified_on": "2015-06-01"})
    due = (await trainer.send("GET", "due")).json()["items"]
    assert [(one["kind"], "Vernetzungstreffen" in one["title"]) for one in due] == [("yearly_meeting", True)]
    await plant_run(app, trainer.carrier, "ikke_mib", [("network", 0), ("network", 0)], [])
    due = (await trainer.send("GET", "due")).json()["items"]
    assert "yearly_meeting" not in {one["kind"] for one in due}


async def _change(app: Any, statement: str, **values: Any) -> None:
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text(statement), values)
