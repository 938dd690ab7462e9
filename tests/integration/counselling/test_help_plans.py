"""Help plan and document checklist of a case; what is open of them stands on the desk of whoever leads it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.clock import today
from tests.support.cases import SESSION, case_of, colleague, person
from tests.support.recording import Caller


async def open_items(who: Caller) -> list[tuple[str, str]]:
    """What stands on somebody's desk."""
    return [(one["kind"], one["title"]) for one in (await who.send("GET", "due")).json()["items"]]


async def planned(counsellor: Caller) -> str:
    """A case under case management without a plan."""
    path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    await counsellor.put(path, {"method": "case_management", "revision": 1})
    return path


async def test_cns_12_a_case_under_case_management_waits_for_its_help_plan(counsellor: Caller) -> None:
    path = await planned(counsellor)
    assert ("plan", "Hilfeplan fehlt") in await open_items(counsellor)
    assert (await counsellor.send("GET", path)).json()["is_set_up"] is False
    await counsellor.put(f"{path}/plan", {"aim": "Anerkennung als Pflegefachkraft", "revision": 2})
    soon, far = (today() + timedelta(days=days) for days in (3, 30))
    await counsellor.put(f"{path}/steps/{uuid4()}", {"title": "Zeugnisse übersetzen", "due": f"{soon}", "by": "person"})
    await counsellor.put(f"{path}/steps/{uuid4()}", {"title": "Antrag stellen", "due": f"{far}"})
    assert await open_items(counsellor) == [("step", "Hilfeplan: Zeugnisse übersetzen")]
    assert await open_items(colleague(counsellor)) == []
    found = (await counsellor.send("GET", path)).json()
    assert (found["is_set_up"], [step["title"] for step in found["steps"]]) == (
        True,
        ["Zeugnisse übersetzen", "Antrag stellen"],
    )


async def test_a_step_done_leaves_the_desk_and_stands_in_the_timeline(counsellor: Caller) -> None:
    path, key = await planned(counsellor), uuid4()
    step: dict[str, Any] = {"title": "Anruf", "due": f"{today()}"}
    assert (await counsellor.put(f"{path}/steps/{key}", step))["revision"] == 1
    assert (await counsellor.put(f"{path}/steps/{key}", step))["revision"] == 1
    stale = await counsellor.send("PUT", f"{path}/steps/{key}", json=step | {"state": "done"})
    assert stale.status_code == 409
    done = await counsellor.put(f"{path}/steps/{key}", step | {"state": "done", "revision": 1})
    assert (done["revision"], done["done_on"]) == (2, f"{today()}")
    assert "step" not in {kind for kind, _ in await open_items(counsellor)}
    assert "Erledigt: Anruf" in {entry["title"] for entry in (await counsellor.send("GET", path)).json()["timeline"]}


async def test_cns_11_several_bodies_propose_case_management(counsellor: Caller) -> None:
    body = SESSION | person()
    path = f"cases/{(await case_of(counsellor, body | {'referral_target': 'lawyer'}))['case_id']}"
    assert (await counsellor.send("GET", path)).json()["case_management_proposed"] is False
    await counsellor.put(f"sessions/{uuid4()}", body | {"referral_target": "job_centre"})
    assert (await counsellor.send("GET", path)).json()["case_management_proposed"] is True


async def test_a_checklist_takes_names_of_any_script_up_to_300_characters(counsellor: Caller) -> None:
    path = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    names = ("证" * 300, "شهادة " + "ا" * 290, "Zeugnis")
    for name in names:
        await counsellor.put(f"{path}/documents/{uuid4()}", {"name": name, "state": "requested"})
    found = (await counsellor.send("GET", path)).json()["documents"]
    assert {one["name"] for one in found} == set(names)
    for name in ("x" * 301, "", "Zeile\nzwei"):
        refused = await counsellor.send("PUT", f"{path}/documents/{uuid4()}", json={"name": name})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "name")


async def test_nobody_writes_into_the_plan_of_anothers_case_or_a_closed_one(counsellor: Caller) -> None:
    path, key = await planned(counsellor), uuid4()
    other = f"cases/{(await case_of(counsellor, SESSION | person()))['case_id']}"
    await counsellor.put(f"{path}/documents/{key}", {"name": "Pass"})
    assert (await colleague(counsellor).send("PUT", f"{path}/plan", json={"revision": 2})).status_code == 403
    moved = await counsellor.send("PUT", f"{other}/documents/{key}", json={"name": "Pass", "revision": 1})
    assert moved.status_code == 404
    await counsellor.send("POST", f"{path}/close", json={"revision": 2})
    closed = await counsellor.send("PUT", f"{path}/steps/{uuid4()}", json={"title": "Anruf"})
    assert (closed.status_code, "wieder" in closed.json()["detail"]) == (409, True)
