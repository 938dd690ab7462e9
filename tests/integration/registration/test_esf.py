"""What ESF+ asks of participations at the desk and in files: told inside the network, never up (ADR 0017)."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.vocabulary import Role
from tests.support.imports import Register
from tests.support.recording import Caller, rows

ENTRY: dict[str, Any] = {"offering": "BR-1", "entered_on": "2026-03-02"}
STATED = ENTRY | {"employment_status": "inactive", "education_level": "isced_0_2"}
END: dict[str, Any] = {"ended_on": "2026-06-30", "result": "finished"}
ESF = ("employment_status", "education_level", "exit_status", "esf_participant_id")


@pytest.fixture
async def trainer(counsellor: Caller) -> Caller:
    """Who qualifies, with one measure."""
    found = Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)
    await found.put(f"offerings/{uuid4()}", {"code": "BR-1", "title": "Brücke in den Beruf"})
    return found


async def told(app: Any, key: UUID, destination: str = "region") -> list[dict[str, Any]]:
    """What was told of a participation, in its order."""
    query = "SELECT convert_from(body, 'utf8') FROM outbox WHERE entity_id = :key AND destination = :to ORDER BY seq"
    return [json.loads(body) for (body,) in await rows(app, query, key=key, to=destination)]


async def refused(caller: Caller, key: UUID, **more: Any) -> list[tuple[str, str]]:
    """Fields and problems for which a participation that has ended is refused."""
    answer = await caller.send("PUT", f"participations/{key}", json=STATED | END | more)
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["problem"]) for error in answer.json()["errors"]]


async def test_the_last_situation_within_28_days_is_told_in_the_network_only(app: Any, trainer: Caller) -> None:
    key = uuid4()
    await trainer.put(f"participations/{key}", STATED)
    found = {"status": "employed", "on": "2026-07-01"}
    await trainer.send("POST", f"participations/{key}/end", json=END | {"after_exit": [found]})
    lost = [found, {"status": "job_searching", "on": "2026-07-28"}]
    saved = await trainer.put(f"participations/{key}", STATED | END | {"after_exit": lost, "revision": 2})
    assert (saved["revision"], saved["notices"]) == (3, [])
    late = [*lost, {"status": "employed", "on": "2026-07-29"}]
    saved = await trainer.put(f"participations/{key}", STATED | END | {"after_exit": late, "revision": 3})
    assert [notice["code"] for notice in saved["notices"]] == ["esf_too_late"]
    full = await told(app, key)
    assert [one.get("exit_status") for one in full] == [None, "employed", "job_searching", "job_searching"]
    assert len({one["esf_participant_id"] for one in full}) == 1
    assert {(one["employment_status"], one["education_level"]) for one in full} == {("inactive", "isced_0_2")}
    for one in await told(app, key, "up"):
        assert not set(ESF) & one.keys()
        assert not [word for word in ("inactive", "isced", "job_searching", "2026-07") if word in json.dumps(one)]


async def test_what_a_correction_leaves_out_stays_and_what_it_empties_goes(app: Any, trainer: Caller) -> None:
    key, found = uuid4(), [{"status": "employed", "on": "2026-07-01"}]
    await trainer.put(f"participations/{key}", STATED | END | {"after_exit": found})
    await trainer.put(f"participations/{key}", ENTRY | END | {"gender": "female", "revision": 1})
    emptied = ENTRY | END | {"gender": "female", "employment_status": None, "after_exit": [], "revision": 2}
    await trainer.put(f"participations/{key}", emptied)
    kept, gone = (await told(app, key))[1:]
    assert (kept["employment_status"], kept["exit_status"]) == ("inactive", "employed")
    assert "esf_participant_id" in kept
    assert [name for name in ESF if name in gone] == ["education_level"]
    shown = (await trainer.send("GET", f"participations/{key}")).json()
    assert ("esf_participant_id" in shown, shown["after_exit"]) == (False, [])


async def test_a_person_is_one_participant_in_an_offering_however_often_she_enters(
    app: Any, counsellor: Caller, trainer: Caller
) -> None:
    person, other = uuid4(), uuid4()
    await counsellor.put(f"persons/{person}", {"name": "Wieder, Wilma"})
    await counsellor.put(f"persons/{other}", {"name": "Anders, Anna"})
    await trainer.put(f"offerings/{uuid4()}", {"code": "BR-2"})
    again = {"entered_on": "2026-08-03"}
    entries = [
        STATED | END | {"person_id": str(person)},
        STATED | again | {"person_id": str(person)},
        STATED | again | {"person_id": str(person), "offering": "BR-2"},
        STATED | again | {"person_id": str(other)},
        STATED | again,
        STATED | again,
    ]
    ids = []
    for entry in entries:
        key = uuid4()
        for _ in range(2):
            assert (await trainer.put(f"participations/{key}", entry))["revision"] == 1
        ids.append((await told(app, key))[0]["esf_participant_id"])
    assert ids[0] == ids[1]
    assert len(set(ids[1:])) == 5
    assert str(person) not in ids


async def test_bad_input_is_refused_by_field_and_remedy(trainer: Caller) -> None:
    key, tomorrow = uuid4(), clock.today() + timedelta(days=1)
    before = [{"status": "employed", "on": "2026-06-29"}]
    said = [("after_exit", "Der 29.06.2026 liegt vor dem Ende am 30.06.2026.")]
    assert await refused(trainer, key, after_exit=before) == said
    future = [{"status": "employed", "on": tomorrow.isoformat()}]
    assert await refused(trainer, key, after_exit=future) == [
        ("after_exit", f"Der {tomorrow:%d.%m.%Y} liegt in der Zukunft.")
    ]
    for wrong in ({"employment_status": "unbekannt"}, {"after_exit": [{"status": "rich", "on": "2026-07-01"}]}):
        ((field, _),) = await refused(trainer, key, **wrong)
        assert field in {"employment_status", "after_exit.0.status"}
    running = await trainer.send(
        "PUT", f"participations/{key}", json=STATED | {"after_exit": [{"status": "employed", "on": "2026-07-01"}]}
    )
    assert running.status_code == 422
    assert "dessen Datum fehlt" in running.text


HEADER = "external_id;offering;entered_on;person_ref;ended_on;result;recorded_on"
MORE = f"{HEADER};employment_status;education_level;exit_status;exit_on"
OLD = ("A;X;2026-01-10;p1;2026-03-31;beendet;2026-02-01",)
STATED_ROWS = (
    "A;X;2026-01-10;p1;2026-03-31;beendet;2026-05-02;unemployed;isced_3_4;employed;10.04.2026",
    "B;X;2026-06-10;p1;;;2026-06-11;langzeitarbeitslos;;;",
    "C;X;2026-06-10;;;;2026-06-11;nicht erwerbstätig;;;",
    "D;X;2026-06-10;;;;2026-06-11;;;;",
)


async def test_a_file_brings_the_same_and_a_row_of_before_stays_the_same_row(admin: Register) -> None:
    assert await admin.file("participations", HEADER, *OLD) == (1, 0, [])
    # The new columns, empty: nothing has changed.
    assert await admin.file("participations", MORE, f"{OLD[0]};;;;") == (0, 1, [])
    assert await admin.file("participations", MORE, *STATED_ROWS) == (4, 0, [])
    full = {one["participation_id"]: one for one in await admin.events("participation_recorded", "region")}.values()
    a, b, c, d = full
    assert (a["employment_status"], a["education_level"], a["exit_status"]) == ("unemployed", "isced_3_4", "employed")
    assert a["esf_participant_id"] == b["esf_participant_id"] != c["esf_participant_id"]
    assert not set(ESF) & d.keys()
    assert not [one for one in await admin.events("participation_recorded") if set(ESF) & one.keys()]


async def test_a_row_with_half_a_situation_or_a_wrong_day_is_rejected(admin: Register) -> None:
    start = "X;2026-01-10;;2026-03-31;beendet;2026-04-01;inactive;;"
    rows = [f"A;{start}employed;", f"B;{start};2026-04-10", f"C;{start}employed;2026-03-30"]
    accepted, unchanged, errors = await admin.file("participations", MORE, *rows)
    assert (accepted, unchanged) == (0, 0)
    assert ["exit_on" in str(errors[0]), "exit_status" in str(errors[1]), "30.03.2026" in str(errors[2])] == [True] * 3
