"""Pages of participations without JavaScript: a measure, an entry with and without its person, the end, undone."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx2

from tests.integration.gateway.conftest import Gateway
from tests.integration.registration.test_proposals import heard, proposal
from tests.support.pages import Typed, form_of
from tests.support.recording import rows

NEW, OFFERING = "/teilnahmen/neu", "/teilnahmen/angebote/neu"
MEASURE: Typed = {"code": ["BR-1"], "title": ["Brücke"], "measure": ["specialized"], "starts": ["1.1.2026"]}


async def sent(desk: Gateway, path: str, typed: Typed, action: str = "") -> httpx2.Response:
    """A page's form with what is typed."""
    page = await desk.client.get(path)
    assert page.status_code == 200, page.text
    action = action or path.partition("?")[0]
    return await desk.client.post(action, data=form_of(page.text, action) | typed)


async def kept(desk: Gateway, columns: str) -> list[Any]:
    return await rows(desk.behind["registration"], f"SELECT {columns} FROM participation ORDER BY entered_on")


def fields(page: httpx2.Response) -> set[str]:
    """Fields that the summary leads to."""
    return set(re.findall(r'href="#feld-([^"]+)"', page.text))


async def test_a_measure_an_entry_with_the_person_of_the_register_and_the_end_that_is_undone(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    person: Typed = {"family_name": ["Register"], "given_names": ["Rita"], "born": ["1990"], "nationality": ["UA"]}
    await sent(whole, "/personen/neu", person)
    await whole.sign_in("trainer")
    assert (await sent(whole, OFFERING, MEASURE)).headers["location"] == "/teilnahmen/angebote?gespeichert=1"
    wrong = await sent(whole, NEW, {"offering": [""], "entered_on": ["31.02.2026"], "person_name": ["Niemand Nora"]})
    assert (wrong.status_code, fields(wrong)) == (422, {"offering", "entered_on", "person_born"})
    entry: Typed = {"offering": ["BR-1"], "entered_on": ["2.3.2026"], "person_name": ["Register Rita"]}
    asked = await sent(whole, NEW, entry | {"person_born": ["1990"]})
    assert (asked.status_code, fields(asked)) == (422, {"person_id"})
    found = re.search(r'name="person_id" value="([^"]+)"> Register, Rita, Jahrgang 1990', asked.text)
    assert found is not None
    answer = await whole.client.post(NEW, data=form_of(asked.text, NEW) | {"person_id": [found[1]]})
    key = UUID(answer.headers["location"].rpartition("=")[2])
    assert await kept(whole, "nationality, person_id::text, revision") == [("UA", found[1], 1)]
    page = (await whole.client.get(f"/teilnahmen?gespeichert={key}")).text
    assert "Register, Rita" in page
    assert "Deutsch auf dem Niveau B2" in page
    end: Typed = {"ended_on": ["30.9.2026"], "result": ["dropped_out"], "success": ["full_equivalence"]}
    refused = await sent(whole, f"/teilnahmen/{key}/ende", end)
    assert (refused.status_code, fields(refused)) == (422, {"success"})
    ended = await sent(whole, f"/teilnahmen/{key}/ende", end | {"result": ["finished"]})
    assert ended.headers["location"] == f"/teilnahmen?gespeichert={key}"
    assert await kept(whole, "ended_on::text, success") == [("2026-09-30", "full_equivalence")]
    undone = await sent(whole, ended.headers["location"], {}, f"/teilnahmen/{key}/rueckgaengig")
    assert undone.headers["location"] == "/teilnahmen"
    assert await kept(whole, "ended_on, success, person_id::text, revision") == [(None, None, found[1], 3)]


async def test_corrected_with_phases_withdrawn_and_kept_as_a_draft(whole: Gateway) -> None:
    await whole.sign_in("trainer")
    await sent(whole, OFFERING, MEASURE)
    entry: Typed = {"offering": ["BR-1"], "entered_on": ["2.3.2026"], "external_id": ["TN-7"], "german_level": ["b2"]}
    saved = await sent(whole, NEW, entry)
    key = UUID(saved.headers["location"].rpartition("=")[2])
    correct = f"/teilnahmen/{key}/korrigieren"
    phases: Typed = {"recruitment_starts": ["2.3.2026"], "recruitment_ends": ["1.6.2026"]}
    assert (await sent(whole, correct, phases | {"gender": ["male"]}, NEW)).status_code == 303
    phase = [{"phase": "recruitment", "starts": "2026-03-02", "ends": "2026-06-01"}]
    assert await kept(whole, "phases, gender, external_id") == [(phase, "male", "TN-7")]
    wrong = await sent(whole, correct, {"preparation_ends": ["1.9.2026"], "recruitment_starts": ["31.2.2026"]}, NEW)
    assert fields(wrong) == {"preparation_starts", "recruitment_starts"}
    old = form_of((await whole.client.get(correct)).text, NEW)
    assert (await sent(whole, correct, {"gender": ["female"]}, NEW)).status_code == 303
    clash = await whole.client.post(NEW, data=old | {"delivery": ["online"]})
    assert (clash.status_code, "inzwischen geändert" in clash.text) == (409, True)
    draft = await sent(whole, NEW, entry | {"external_id": ["TN-8"], "merken": ["1"]})
    assert draft.headers["location"] == "/?gemerkt=1"
    (link,) = re.findall(r'href="(/teilnahmen/neu\?entwurf=[^"]+)"', (await whole.client.get("/teilnahmen")).text)
    assert form_of((await whole.client.get(link)).text, NEW)["external_id"] == ["TN-8"]
    gone = await sent(whole, correct, {"reason": ["doppelt"]}, f"/teilnahmen/{key}/zurueckziehen")
    assert gone.status_code == 303
    assert await kept(whole, "withdrawn, withdrawn_reason") == [(True, "doppelt")]
    await whole.sign_in("admin")
    page = (await whole.client.get("/teilnahmen")).text
    assert "TN-7" in page
    assert "Korrigieren" not in page
    assert (await whole.client.get(NEW)).status_code == 403


async def test_from_a_proposal_the_form_is_prefilled_and_answers_it(whole: Gateway) -> None:
    await whole.sign_in("trainer")
    await sent(whole, OFFERING, MEASURE)
    ((carrier,),) = await rows(whole.behind["registration"], "SELECT carrier_id FROM offering")
    person = uuid4()
    await heard(whole.behind["registration"], proposal(uuid4(), carrier, person, 1))
    (link,) = re.findall(r'href="(/teilnahmen/neu\?vorschlag=[^"]+)"', (await whole.client.get("/vorschlaege")).text)
    form = form_of((await whole.client.get(link)).text, NEW)
    assert (form["came_from_counselling"], form["nationality"], form["age_group"]) == (["yes"], ["SY"], ["30_54"])
    assert "person_name" not in form
    await sent(whole, link, {"entered_on": ["2.3.2026"], "offering": ["BR-1"]})
    assert await kept(whole, "person_id, came_from_counselling, reference_occupation") == [(person, "yes", "8130")]
    page = (await whole.client.get("/vorschlaege")).text
    assert "angenommen" in page
    assert "Eintritt erfasst" in page
    assert (await whole.client.get(f"{NEW}?vorschlag={uuid4()}")).status_code == 404


async def test_what_esf_asks_is_typed_at_the_entry_and_after_the_end_and_nothing_of_it_is_lost(whole: Gateway) -> None:
    await whole.sign_in("trainer")
    await sent(whole, OFFERING, MEASURE)
    entry: Typed = {"offering": ["BR-1"], "entered_on": ["2.3.2026"], "employment_status": ["inactive"]}
    saved = await sent(whole, NEW, entry | {"education_level": ["isced_3_4"]})
    key = UUID(saved.headers["location"].rpartition("=")[2])
    end: Typed = {"ended_on": ["30.6.2026"], "result": ["finished"], "exit_1_status": ["employed"]}
    wrong = await sent(whole, f"/teilnahmen/{key}/ende", end)
    assert (wrong.status_code, fields(wrong)) == (422, {"exit_1_on"})
    early = await sent(whole, f"/teilnahmen/{key}/ende", end | {"exit_1_on": ["29.6.2026"]})
    assert (early.status_code, 'value="29.6.2026"' in early.text) == (422, True)
    assert "Der 29.06.2026 liegt vor dem Ende am 30.06.2026" in early.text
    await sent(whole, f"/teilnahmen/{key}/ende", end | {"exit_1_on": ["1.7.2026"]})
    later: Typed = {"exit_2_status": ["job_searching"], "exit_2_on": ["1.10.2026"], "gender": ["female"]}
    assert (await sent(whole, f"/teilnahmen/{key}/korrigieren", later, NEW)).status_code == 303
    after = [{"on": "2026-07-01", "status": "employed"}, {"on": "2026-10-01", "status": "job_searching"}]
    assert await kept(whole, "employment_status, education_level, after_exit") == [("inactive", "isced_3_4", after)]
    assert "mehr als 28 Tage nach dem Ende" in (await whole.client.get("/teilnahmen")).text
    half = await sent(whole, f"/teilnahmen/{key}/korrigieren", {"exit_3_on": ["2.7.2026"]}, NEW)
    assert (half.status_code, fields(half)) == (422, {"exit_3_status"})
