"""Contact persons: from a run to a mandate, counted for the network and told without a name."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.registration.attendance.month_turn import count_now
from services.registration.runs.speakers import check_speakers
from shared.clock import month_of, today
from shared.vocabulary import Role
from tests.support.clock import clock_at
from tests.support.recording import Caller, rows
from tests.support.runs import plant_run

BODY = {"name": "Beispiel, Ada", "house": "Jobcenter am Fluss", "email": "ada@example.org"}
EVIDENCE = {"evidence": "Pilot 2014, Teilnahmeliste"}


def trained(counsellor: Caller) -> Caller:
    """A trainer of a carrier."""
    return Caller(counsellor.client, counsellor.settings, Role.TRAINER, counsellor.carrier)


async def numbers(app: Any) -> dict[str, tuple[int, int, int]]:
    """What the network's months say: qualified, mandated, revision."""
    found = await rows(app, "SELECT month, qualified, mandated, revision FROM contact_persons ORDER BY month")
    return {month: (qualified, mandated, revision) for month, qualified, mandated, revision in found}


async def test_ikke_23_a_chain_of_runs_makes_a_contact_person_and_each_step_is_counted(
    app: Any, counsellor: Caller
) -> None:
    trainer, key, month = trained(counsellor), uuid4(), month_of(today())
    earlier = await plant_run(app, trainer.carrier, "ikke_mib", [("seminar", 200)], ["Ada"])
    dates = [*[("coaching", days) for days in (150, 100, 50)], *[("verstetigung", days) for days in (20, 5)]]
    later = await plant_run(app, trainer.carrier, "ikke_mib", dates, ["Ada"])
    await trainer.put(earlier.path(), {"entries": earlier.entries(0), "revision": 1})
    refused = await trainer.send("PUT", later.path(0), json={"entries": later.entries(0), "revision": 1})
    assert refused.status_code == 422
    linked = BODY | {"participants": [str(earlier.people[0]), str(later.people[0])]}
    assert (await trainer.put(f"contact-persons/{key}", linked))["revision"] == 1
    assert (await trainer.put(f"contact-persons/{key}", linked))["revision"] == 1
    for date in range(3):
        await trainer.put(later.path(date), {"entries": later.entries(0), "revision": 1})
    chosen = linked | {"selected_on": f"{today()}", "revision": 1}
    await trainer.put(f"contact-persons/{key}", chosen)
    early = chosen | {"qualified_on": f"{today()}", "revision": 2}
    answer = await trainer.send("PUT", f"contact-persons/{key}", json=early)
    assert (answer.status_code, answer.json()["errors"][0]["problem"]) == (
        422,
        "Für die Qualifizierung fehlt: Phase drei.",
    )
    for date in (3, 4):
        await trainer.put(later.path(date), {"entries": later.entries(0), "revision": 1})
    assert (await trainer.send("GET", later.path(4))).json()["participants"][0]["stage"] == "phase3_completed"
    await trainer.put(f"contact-persons/{key}", early)
    assert await numbers(app) == {month: (1, 0, 1)}
    await trainer.put(f"contact-persons/{key}", early | {"mandated_on": f"{today()}", "revision": 3})
    assert await numbers(app) == {month: (1, 1, 2)}
    stages = [{"run_id": str(run), "stages": {"mandated": 1}} for run in sorted((earlier.run, later.run))]
    assert (await trainer.send("GET", "run-stages")).json() == stages
    counted = "SELECT convert_from(body, 'utf8') FROM outbox WHERE kind = 'contact_persons_counted' ORDER BY seq"
    told = await rows(app, counted)
    assert len(told) == 4
    assert json.loads(told[-1][0]) | {"contact_persons_id": ""} == {
        "contact_persons_id": "",
        "revision": 2,
        "withdrawn": False,
        "recorded_on": f"{today()}",
        "month": month,
        "qualified": 1,
        "mandated": 1,
    }


async def test_stages_of_cohorts_are_counts_of_the_own_carrier_and_of_the_network_for_who_coordinates(
    app: Any, counsellor: Caller
) -> None:
    trainer, stranger = trained(counsellor), uuid4()
    own = await plant_run(app, trainer.carrier, "ikke_mib", [("seminar", 9)], ["Ada", "Ben", "Cem"])
    other = await plant_run(app, stranger, "iko", [("kickoff", 9)], ["Dua"])
    await trainer.put(own.path(), {"entries": own.entries(0, 1, absent=(2,)), "revision": 1})
    leave = "UPDATE run_registration SET state = 'withdrawn' WHERE registration_id = :key RETURNING 1"
    async with app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text(leave), {"key": own.registrations[1]})
    mine = {"run_id": str(own.run), "stages": {"registered": 1, "seminar_completed": 1}}
    assert (await trainer.send("GET", "run-stages")).json() == [mine]
    coordinator = Caller(trainer.client, trainer.settings, Role.COORDINATOR, None)
    answer = (await coordinator.send("GET", "run-stages")).json()
    theirs = {"run_id": str(other.run), "stages": {"registered": 1}}
    assert sorted(answer, key=lambda one: one["run_id"] == str(other.run)) == [mine, theirs]
    assert (await counsellor.send("GET", "run-stages")).status_code == 403


async def test_a_network_counts_its_carriers_together_and_every_month_anew(app: Any, counsellor: Caller) -> None:
    trainer = trained(counsellor)
    old = BODY | EVIDENCE | {"qualified_on": "2026-03-10"}
    await trainer.put(f"contact-persons/{uuid4()}", old)
    other, key = trainer.at(uuid4()), uuid4()
    await other.put(f"contact-persons/{key}", old | {"name": "Beispiel, Ben", "qualified_on": "2026-05-10"})
    found = await numbers(app)
    assert [found[month][0] for month in ("2026-03", "2026-04", "2026-05")] == [1, 1, 2]
    assert max(found) == month_of(today())
    with clock_at(datetime(2027, 2, 1, 8, tzinfo=UTC)):
        await count_now(app.state.sessions, "rp")
        await count_now(app.state.sessions, "rp")
    assert (await numbers(app))["2027-02"] == (2, 0, 1)
    assert (await other.send("POST", f"contact-persons/{key}/withdraw")).status_code == 204
    assert (await numbers(app))["2026-05"] == (1, 0, 3)
    assert (await trainer.send("POST", f"contact-persons/{key}/withdraw")).status_code == 404


async def test_act_02_and_act_03_one_invitation_and_no_speaker(app: Any, counsellor: Caller) -> None:
    trainer = trained(counsellor)
    chosen = BODY | EVIDENCE | {"selected_on": "2026-03-01"}
    await trainer.put(f"contact-persons/{uuid4()}", chosen | {"officer": True})
    await trainer.put(f"contact-persons/{uuid4()}", chosen | {"name": "Beispiel, Ben", "bridge": "Beispiel, Ada"})
    invited = (await trainer.send("GET", "contact-persons/invitations")).json()["items"]
    assert [(one["name"], one["officer"]) for one in invited] == [("Beispiel, Ada", True), ("Beispiel, Ben", False)]
    carriers: tuple[UUID, ...] = (trainer.carrier or uuid4(),)
    async with app.state.sessions() as session:
        found = await check_speakers(session, ["Dr. Ada Beispiel", "Referentin, Eine"], carriers)
        assert [(one.field, one.value) for one in found] == [("speakers", "Dr. Ada Beispiel")]
        assert await check_speakers(session, ["Ada Beispiel"], (uuid4(),)) == []


async def test_a_place_of_another_or_of_nobody_here_is_refused(app: Any, counsellor: Caller) -> None:
    trainer = trained(counsellor)
    run = await plant_run(app, trainer.carrier, "ikke_mib", [("seminar", 20)], ["Ada"])
    mine = BODY | {"participants": [str(run.people[0])]}
    await trainer.put(f"contact-persons/{uuid4()}", mine)
    for caller in (trainer, trainer.at(uuid4())):
        answer = await caller.send("PUT", f"contact-persons/{uuid4()}", json=mine)
        assert [error["field"] for error in answer.json()["errors"]] == ["participants"]
    shown = (await trainer.send("GET", "contact-persons/places")).json()["items"]
    assert [one["participant_id"] for one in shown] == [str(run.people[0])]
    assert (await rows(app, "SELECT action FROM audit ORDER BY seq"))[-1][0] == "participant.listed"
