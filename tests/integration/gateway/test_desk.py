"""The desk: nothing is typed twice, nothing typed is lost, nothing done cannot be undone."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from services.gateway.pages.session_form import SHOWN_FIRST
from shared import clock
from tests.integration.gateway.conftest import Gateway
from tests.support.pages import Typed, form_of
from tests.support.recording import rows

NEW = "/beratungen/neu"
CANARY = "Kanarienvogel, Ada"
PER_SESSION = {"occasions", "referral_target", "session_type", "date"}
"""What each session is asked anew: it is about that day, not about the person."""
FIRST: Typed = {
    "date": ["1.9.2026"],
    "programme_line": ["fair_integration"],
    "name": [CANARY],
    "birth_year": ["1988"],
    "nationality": ["SY"],
    "refugee_background": ["yes"],
    "channel": ["digital"],
    "gender": ["female"],
    "language": ["ar"],
    "has_degree": ["yes"],
    "reference_occupation": ["8130"],
    "occasions": ["pay", "dismissal"],
    "circumstances": ["mobile"],
}


async def opened(gateway: Gateway, path: str = NEW, action: str = NEW) -> Typed:
    """The form at an address."""
    page = await gateway.client.get(path)
    assert page.status_code == 200, page.text
    return form_of(page.text, action)


async def send(gateway: Gateway, data: Typed, path: str = NEW, **more: Any) -> httpx2.Response:
    return await gateway.client.post(path, data=data, **more)


async def saved(gateway: Gateway, data: Typed) -> str:
    """The address of the record that a form became."""
    answer = await send(gateway, data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("?")[0]


async def end_sessions(gateway: Gateway) -> None:
    async with gateway.app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text("DELETE FROM sign_in"))


async def item_of(gateway: Gateway, path: str) -> dict[str, Any]:
    who = await gateway.as_role("counsellor")
    found: dict[str, Any] = (await gateway.client.get(f"/api/v1/sessions/{path[12:48]}", headers=who)).json()
    return found


async def test_from_the_first_session_to_the_referral_nothing_is_typed_twice(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    first = await saved(whole, await opened(whole) | FIRST)
    page = (await whole.client.get(first)).text
    follow = re.search(r'href="(/beratungen/neu\?von=[^"&]+)">Folgeberatung', page)
    referral = re.search(r'href="(/beratungen/neu\?von=[^"]+art=referral)">Verweisberatung', page)
    assert follow
    assert referral
    again = await opened(whole, follow[1])
    assert {name for name in FIRST if again.get(name) != FIRST[name]} - PER_SESSION == set()
    second = await saved(whole, again)
    form = await opened(whole, referral[1].replace("&amp;", "&"))
    assert {name for name in FIRST if form.get(name) != FIRST[name]} - PER_SESSION == set()
    third = await saved(whole, form | {"referral_target": ["lawyer"]})
    found = [await item_of(whole, path) for path in (first, second, third)]
    assert [item["session_type"] for item in found] == ["first", "follow_up", "referral"]
    assert len({item["person_id"] for item in found}) == 1
    assert len(await rows(whole.behind["registration"], "SELECT 1 FROM audit WHERE action = 'person.recorded'")) == 1


async def test_a_first_counselling_takes_eight_decisions_on_two_pages_and_a_further_one_four(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    page = (await whole.client.get(NEW)).text
    before_more = page[: page.index('<details class="more"')]
    assert before_more.count('<div class="field">') <= SHOWN_FIRST <= 8
    assert '<details class="more">' in page  # closed: what stands there is nothing to decide on
    record = await whole.client.get(await saved(whole, form_of(page, NEW) | {"name": ["Eins, Person"]}))
    assert "Erstberatung vom" in record.text  # the second page says what it became
    follow = re.search(r'href="(/beratungen/neu\?von=[^"&]+)">Folgeberatung', record.text)
    assert follow
    again = (await whole.client.get(follow[1])).text
    shown = re.sub('<details class="more">.*?</details>', "", again, flags=re.DOTALL)
    assert shown.count('<div class="field">') <= 4 < again.count('<div class="field">')
    assert "noch ohne Angabe: Staatsangehörigkeit, Fluchthintergrund" in again  # what is not known is still asked for


async def test_a_draft_comes_back_to_its_account_alone_and_goes_when_the_record_is_saved(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    kept = await send(whole, form, "/entwuerfe/session", headers={"X-Draft": "1"})
    assert re.fullmatch(r"\d\d:\d\d", kept.text), kept.text
    start = (await whole.client.get("/")).text
    link = re.search(r'href="(/beratungen/neu\?entwurf=[^"]+)">Entwurf: Beratung', start)
    assert link
    assert "heute" in start
    again = await opened(whole, link[1])
    assert {name: again[name] for name in FIRST} == FIRST
    assert again["session_id"] == form["session_id"]
    await whole.sign_in("trainer")
    assert CANARY not in (await whole.client.get(link[1])).text
    assert link[1] not in (await whole.client.get("/")).text
    await whole.sign_in("counsellor")
    assert await saved(whole, await opened(whole, link[1])) == f"/beratungen/{form['session_id'][0]}"
    assert await rows(whole.behind["counselling"], "SELECT 1 FROM draft WHERE form = 'session'") == []


async def test_a_draft_is_kept_by_a_button_and_can_be_discarded(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    kept = await send(whole, form | {"merken": ["1"]})
    assert kept.headers["location"] == "/?gemerkt=1"
    gone = await send(whole, form, f"/entwuerfe/session/{form['session_id'][0]}/verwerfen")
    assert gone.status_code == 303
    assert "Nichts ist offen" in (await whole.client.get("/")).text


async def test_nobody_reads_a_draft_in_the_database(whole: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    await send(whole, form | {"merken": ["1"]})
    ((everything,),) = await rows(whole.behind["counselling"], "SELECT string_agg(draft::text, '') FROM draft")
    assert len(everything) > 100
    assert "Kanarienvogel" not in everything
    for table in ("outbox", "audit"):
        assert await rows(whole.behind["counselling"], f"SELECT 1 FROM {table}") == []
    assert "Kanarienvogel" not in caplog.text


async def test_what_was_typed_is_there_after_the_session_has_ended(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    await end_sessions(whole)
    answer = await send(whole, form)
    place = httpx2.URL(answer.headers["location"])
    assert (answer.status_code, place.path) == (303, "/anmelden")
    back = place.params["weiter"]
    await whole.sign_in("trainer")
    assert CANARY not in (await whole.client.get(back)).text  # it belongs to another account
    await end_sessions(whole)
    await whole.sign_in("counsellor")
    again = await opened(whole, back)
    assert {name: again[name] for name in FIRST} == FIRST
    assert "Erstberatung" in (await whole.client.get(await saved(whole, again))).text


async def test_a_script_keeps_the_draft_of_an_ended_session_too(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    await end_sessions(whole)
    answer = await send(whole, form, "/entwuerfe/session", headers={"X-Draft": "1"})
    assert answer.status_code == 401
    assert len(await rows(whole.behind["counselling"], "SELECT 1 FROM draft")) == 1
    forged = await send(whole, form | {"keep": [form["keep"][0][:-4] + "AAAA"]}, "/entwuerfe/session")
    assert forged.headers["location"].startswith("/anmelden")
    assert "entwurf" not in forged.headers["location"]


async def test_a_form_of_an_earlier_session_is_not_saved_but_kept(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST
    await end_sessions(whole)
    await whole.sign_in("counsellor")
    answer = await send(whole, form)
    assert answer.headers["location"] == f"{NEW}?entwurf={form['session_id'][0]}"
    assert (await opened(whole, answer.headers["location"]))["name"] == [CANARY]
    assert await rows(whole.behind["counselling"], "SELECT 1 FROM counselling_session") == []
    assert (await send(whole, form | {"keep": ["x"]})).status_code == 403


async def test_two_tabs_keep_both_texts_and_each_field_is_chosen(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    path = await saved(whole, await opened(whole) | FIRST)
    one, two = [await opened(whole, f"{path}/korrigieren") for _ in range(2)]
    await saved(whole, one | {"channel": ["phone"], "language": ["fa"]})
    clash = await send(whole, two | {"channel": ["written"], "nationality": ["IQ"]})
    assert clash.status_code == 409
    for words in ("Ihre Eingabe: schriftlich", "Jetzt gespeichert: telefonisch", "Ihre Eingabe: Irak"):
        assert words in clash.text
    form = form_of(clash.text, NEW)
    assert (form["wahl_channel"], form["wahl_language"]) == (["meins"], ["gespeichert"])  # language: only the other tab
    await saved(whole, form | {"wahl_channel": ["gespeichert"]})
    item = await item_of(whole, path)
    assert (item["channel"], item["language"], item["nationality"], item["revision"]) == ("phone", "fa", "IQ", 3)


async def test_saving_correcting_and_withdrawing_can_be_undone_as_next_revisions(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    path = await saved(whole, await opened(whole) | FIRST)
    before = await item_of(whole, path)

    async def undo() -> dict[str, Any]:
        page = (await whole.client.get(path)).text
        answer = await send(whole, form_of(page, f"{path}/rueckgaengig"), f"{path}/rueckgaengig")
        assert answer.status_code == 303, answer.text
        return await item_of(whole, path)

    await saved(whole, await opened(whole, f"{path}/korrigieren") | {"channel": ["phone"], "occasions": []})
    same = before.keys() - {"revision", "arrived_at", "reported", "withdrawn_reason"}
    undone = await undo()
    assert ({name: undone[name] for name in same}, undone["revision"]) == ({name: before[name] for name in same}, 3)
    csrf = form_of((await whole.client.get(path)).text, f"{path}/zurueckziehen")
    await send(whole, csrf | {"reason": ["Probe"]}, f"{path}/zurueckziehen")
    assert (await item_of(whole, path))["withdrawn"]
    back = await undo()
    assert (back["withdrawn"], back["revision"], back["session_type"]) == (False, 5, "first")
    again = await send(whole, csrf, f"{path}/rueckgaengig")
    assert again.status_code == 409  # once is enough
    fresh = await saved(whole, await opened(whole) | {"name": ["Zwei, Person"]})
    await send(whole, form_of((await whole.client.get(fresh)).text, f"{fresh}/rueckgaengig"), f"{fresh}/rueckgaengig")
    assert (await item_of(whole, fresh))["withdrawn"]


async def test_after_a_quarter_of_an_hour_or_another_change_there_is_no_undo(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    path = await saved(whole, await opened(whole) | FIRST)
    form = form_of((await whole.client.get(path)).text, f"{path}/rueckgaengig")
    who, key = await whole.as_role("counsellor"), path[12:]
    body = {"date": "2026-09-01", "programme_line": "fair_integration", "revision": 1}
    assert (await whole.client.put(f"/api/v1/sessions/{key}", headers=who, json=body)).status_code == 200
    moved = await send(whole, form, f"{path}/rueckgaengig")
    assert (moved.status_code, "weiter geändert" in moved.text) == (409, True)
    async with whole.behind["counselling"].state.sessions() as session, session.begin():
        old = clock.now() - timedelta(minutes=16)
        await (await session.connection()).execute(text("UPDATE draft SET saved_at = :old"), {"old": old})
    assert "Rückgängig machen" not in (await whole.client.get(path)).text
    late = await send(whole, form, f"{path}/rueckgaengig")
    assert (late.status_code, "15 Minuten" in late.text) == (409, True)


async def test_a_correction_changes_only_what_the_form_shows(whole: Gateway) -> None:
    """An imported record keeps its person, whom only a keyed hash knows, and everything nobody touched."""
    await whole.sign_in("counsellor")
    who, key = await whole.as_role("counsellor"), uuid4()
    body = {"date": "2026-09-01", "programme_line": "recognition_counselling", "person_ref": "A-17", "gender": "male"}
    body |= {"age_group": "30_54", "outreach": True, "referral_target": "lawyer"}
    assert (await whole.client.put(f"/api/v1/sessions/{key}", headers=who, json=body)).status_code == 200
    before = await item_of(whole, f"/beratungen/{key}")
    await saved(whole, await opened(whole, f"/beratungen/{key}/korrigieren") | {"channel": ["phone"]})
    after = await item_of(whole, f"/beratungen/{key}")
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"arrived_at", "reported"} == {"channel", "revision"}


async def test_group_records_have_drafts_conflicts_and_undo_too(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole, "/gruppen/neu", "/gruppen/neu") | {"participants": ["12"]}
    listed = await send(whole, form, "/gruppen/neu")
    key = form["key"][0]
    assert listed.headers["location"] == f"/gruppen?gespeichert={key}"
    two = await opened(whole, f"/gruppen/{key}/korrigieren", "/gruppen/neu")
    await send(whole, two | {"participants": ["13"]}, "/gruppen/neu")
    clash = await send(whole, two | {"participants": ["14"]}, "/gruppen/neu")
    assert (clash.status_code, "Jetzt gespeichert: 13" in clash.text) == (409, True)
    page = (await whole.client.get(f"/gruppen?gespeichert={key}")).text
    await send(whole, form_of(page, f"/gruppen/{key}/rueckgaengig"), f"/gruppen/{key}/rueckgaengig")
    ((participants, revision),) = await rows(
        whole.behind["counselling"], "SELECT participants, revision FROM counselling_group"
    )
    assert (participants, revision) == (12, 3)


async def test_a_refused_session_leaves_a_person_that_the_same_form_may_still_correct(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole) | FIRST | {"date": ["24.12.2099"]}
    assert (await send(whole, form)).status_code == 422
    path = await saved(whole, form | {"date": FIRST["date"], "name": ["Anders, Ada"]})
    assert "Anders, Ada" in (await whole.client.get(path)).text


@pytest.mark.parametrize("change", [{"session_id": ["x"]}, {"person_id": ["x"]}, {"revision": ["x"]}])
async def test_a_form_that_was_tampered_with_is_refused_in_german(whole: Gateway, change: Typed) -> None:
    await whole.sign_in("counsellor")
    answer = await send(whole, await opened(whole) | FIRST | change)
    assert answer.status_code == 422
    assert "Das Formular ist nicht mehr vollständig. Bitte laden Sie die Seite neu." in answer.text
