"""Pages of a person's rights on the real services: a file with everything, and an erasure in two steps."""

import json
from uuid import uuid4

import httpx2

from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.recording import rows
from tests.support.waiting import eventually

PERSON = {"name": "Beispiel, Änne", "original_name": "Прыклад", "phone": "+49 6131 5550147"}
SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "language": "uk"}


async def somebody(desk: Gateway, *, counselled: bool = True) -> str:
    """A person, with a session where she is counselled; her address on the pages."""
    headers, person = await desk.as_role("counsellor"), uuid4()
    for path, body in (
        (f"persons/{person}", PERSON),
        (f"sessions/{uuid4()}", SESSION | {"person_id": str(person)}),
    )[: 2 if counselled else 1]:
        answer = await desk.client.put(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    return f"/personen/{person}"


async def answered(desk: Gateway, address: str, **typed: str) -> httpx2.Response:
    """A step of the erasure, as it is sent."""
    token = csrf_of(await desk.client.get(f"{address}/loeschen"))
    return await desk.client.post(f"{address}/loeschen", data={"csrf": token} | typed)


async def test_everything_is_one_click_from_the_person_as_json_and_pdf(whole: Gateway) -> None:
    address = await somebody(whole)
    await whole.sign_in("counsellor")
    assert f'href="{address}/auskunft"' in (await whole.client.get(address)).text
    page = await whole.client.get(f"{address}/auskunft")
    assert f'href="{address}/auskunft/pdf"' in page.text
    file = await whole.client.get(f"{address}/auskunft/json")
    assert file.headers["content-disposition"] == 'attachment; filename="auskunft.json"'
    found = json.loads(file.content)
    told = {fact["text"] for section in found["sections"] for entry in section["entries"] for fact in entry}
    assert {"Beispiel, Änne", "Прыклад", "+49 6131 5550147", "04.05.2026", "Ukrainisch"} <= told
    titles = [section["title"] for section in found["sections"]]
    assert titles[:3] == ["Angaben zur Person", "Beratungen", "Fälle"]
    paper = await whole.client.get(f"{address}/auskunft/pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    acts = "SELECT count(*) FROM audit WHERE action = 'person.disclosed'"
    assert [await rows(app, acts) for app in whole.behind.values()] == [[(2,)], [(2,)]]


async def test_who_was_never_counselled_gets_what_there_is(whole: Gateway) -> None:
    address = await somebody(whole, counselled=False)
    await whole.sign_in("counsellor")
    found = json.loads((await whole.client.get(f"{address}/auskunft/json")).content)
    assert found["sections"][0]["title"] == "Angaben zur Person"
    assert found["given_to"] == []


async def test_an_erasure_takes_a_reason_and_a_word(whole: Gateway) -> None:
    address = await somebody(whole)
    await whole.sign_in("counsellor")
    first = await whole.client.get(f"{address}/loeschen")
    assert "zählen weiter" in first.text
    none = await answered(whole, address)
    assert (none.status_code, "Der Grund fehlt" in none.text) == (422, True)
    second = await answered(whole, address, reason="wish")
    assert (second.status_code, "Endgültig löschen" in second.text) == (200, True)
    wrong = await answered(whole, address, reason="wish", word="ja")
    assert (wrong.status_code, "Das Wort LÖSCHEN fehlt" in wrong.text, 'value="ja"' in wrong.text) == (422, True, True)
    assert (await whole.client.get(address)).status_code == 200
    done = await answered(whole, address, reason="wish", word=" löschen ")
    assert (done.status_code, done.headers["location"]) == (303, "/personen/geloescht")
    assert "Gelöscht" in (await whole.client.get("/personen/geloescht")).text
    assert (await whole.client.get(address)).status_code == 404

    async def unlinked() -> bool:
        query = "SELECT count(*) FROM counselling_session WHERE erased AND person_id IS NULL"
        return bool((await rows(whole.behind["counselling"], query)) == [(1,)])

    await eventually(unlinked)


async def test_nobody_is_erased_while_a_case_is_on_offer(whole: Gateway) -> None:
    address = await somebody(whole)
    headers = await whole.as_role("counsellor")
    (case,) = (await whole.client.get("/api/v1/cases", headers=headers)).json()["items"]
    path = f"/api/v1/cases/{case['case_id']}/handovers/{uuid4()}"
    offered = await whole.client.put(path, json={"to": "colleague"}, headers=headers)
    assert offered.status_code == 200, offered.text
    await whole.sign_in("counsellor")
    page = await whole.client.get(f"{address}/loeschen")
    assert "zur Übernahme angeboten" in page.text
    assert "Endgültig löschen" not in page.text
    blocked = await answered(whole, address, reason="wish", word="LÖSCHEN")
    assert blocked.status_code == 409
    assert (await whole.client.get(address)).status_code == 200


async def test_without_counselling_neither_half_a_disclosure_nor_an_erasure(network: Gateway) -> None:
    address = await somebody(network, counselled=False)
    await network.sign_in("counsellor")
    assert (await network.client.get(f"{address}/auskunft/json")).status_code == 503
    assert (await network.client.get(f"{address}/loeschen")).status_code == 503


async def test_whom_only_a_list_knows_a_coordinator_erases_by_reference(whole: Gateway) -> None:
    headers = await whole.as_role("counsellor")
    body = SESSION | {"person_ref": "XQZ-4711"}
    await whole.client.put(f"/api/v1/sessions/{uuid4()}", json=body, headers=headers)
    carrier = json.loads(whole.app.state.settings.accounts_file.read_text())[0]["carrier_id"]
    unit = {"kind": "carrier", "code": "T-1", "name": "Träger am Fluss", "valid_from": "2020-01-01"}
    coordinator = await whole.as_role("coordinator")
    await whole.client.put(f"/api/v1/structure/{carrier}", json=unit, headers=coordinator)
    await whole.sign_in("coordinator")
    page = await whole.client.get("/loeschung")
    assert "Träger am Fluss" in page.text
    typed = {"csrf": csrf_of(page), "carrier_id": carrier, "person_ref": "XQZ-4711", "reason": "wish", "word": ""}
    wrong = await whole.client.post("/loeschung", data=typed)
    assert (wrong.status_code, "Das Wort LÖSCHEN fehlt" in wrong.text, "XQZ-4711" in wrong.text) == (422, True, True)
    done = await whole.client.post("/loeschung", data=typed | {"word": "löschen"})
    assert (done.status_code, done.headers["location"]) == (303, "/loeschung?beratungen=1&teilnahmen=0")
    assert "Beratungen: 1, Teilnahmen: 0" in (await whole.client.get(done.headers["location"])).text
    await whole.sign_in("counsellor")
    assert (await whole.client.get("/loeschung")).status_code == 403
