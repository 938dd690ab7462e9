"""Drafts of persons, and of what the words of a file mean: kept, found again, gone with the save."""

import httpx2
from sqlalchemy import text

from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.integration.gateway.test_import_kinds import sheet, shown
from tests.support.pages import Typed, form_of
from tests.support.recording import rows

NEW = "/personen/neu"
CANARY = "Kanarienvogel"
PERSON: Typed = {"family_name": [CANARY], "given_names": ["Ada"], "language_1": ["ar"], "q1_title": ["Köchin"]}
HEADER = ["Kennung", "Datum", "Programmlinie", "Beratungsart", "Wo", "Geschlecht"]
ROW = ["B-1", "01.09.2022", "HSP 1", "Erstberatung", "Mainz", "Damen"]


async def opened(desk: Gateway, path: str, action: str = NEW) -> Typed:
    page = await desk.client.get(path)
    assert page.status_code == 200, page.text
    return form_of(page.text, action)


async def end_sessions(desk: Gateway) -> None:
    async with desk.app.state.sessions() as session, session.begin():
        await (await session.connection()).execute(text("DELETE FROM sign_in"))


async def drafts(desk: Gateway) -> int:
    return len(await rows(desk.behind["counselling"], "SELECT 1 FROM draft WHERE form <> 'undo'"))


async def test_a_person_being_typed_comes_back_and_goes_with_the_save(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole, NEW) | PERSON
    kept = await whole.client.post("/entwuerfe/person", data=form, headers={"X-Draft": "1"})
    assert kept.status_code == 200, kept.text
    start = (await whole.client.get("/")).text
    assert f'href="{NEW}?entwurf={form["person_id"][0]}">Entwurf: Person' in start
    assert CANARY not in start
    again = await opened(whole, f"{NEW}?entwurf={form['person_id'][0]}")
    assert {name: again[name] for name in PERSON} == PERSON
    ((stored,),) = await rows(whole.behind["counselling"], "SELECT draft::text FROM draft")
    assert CANARY not in stored
    saved = await whole.client.post(NEW, data=again)
    assert saved.headers["location"] == f"/personen/{form['person_id'][0]}?gespeichert=1"
    assert await drafts(whole) == 0


async def test_a_change_of_a_person_survives_the_end_of_the_session(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    saved = await whole.client.post(NEW, data=await opened(whole, NEW) | PERSON)
    place = saved.headers["location"].partition("?")[0]
    edit = f"{place}/bearbeiten"
    form = await opened(whole, edit, edit) | {"phone": ["0123 456"]}
    await end_sessions(whole)
    answer = await whole.client.post(edit, data=form)
    target = httpx2.URL(answer.headers["location"])
    assert target.path == "/anmelden"
    await whole.sign_in("counsellor")
    offered = await whole.client.get(edit)
    assert "Entwurf fortsetzen" in offered.text
    again = await opened(whole, target.params["weiter"], edit)
    assert (again["phone"], again["revision"]) == (["0123 456"], ["1"])
    assert (await whole.client.post(edit, data=again)).status_code == 303
    assert "0123 456" in (await whole.client.get(place)).text
    assert await drafts(whole) == 0


async def test_a_button_keeps_a_person_and_another_discards_her(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = await opened(whole, NEW) | PERSON
    assert (await whole.client.post(NEW, data=form | {"merken": ["1"]})).headers["location"] == "/?gemerkt=1"
    assert await drafts(whole) == 1
    assert await rows(whole.behind["registration"], "SELECT 1 FROM person") == []
    await whole.client.post(f"/entwuerfe/person/{form['person_id'][0]}/verwerfen", data=form)
    assert await drafts(whole) == 0


async def waiting(whole: Gateway) -> str:
    """A list whose words are asked for; the address of the page that asks."""
    await whole.sign_in("admin")
    page = await whole.client.get("/import")
    files = {"file": ("liste.csv", sheet(HEADER, ROW), "text/csv")}
    sent = await whole.client.post("/import/sessions", data={"csrf": csrf_of(page)}, files=files)
    path = str(sent.headers["location"])
    assert "Was bedeuten diese Angaben?" in await shown(whole, path, "Was bedeuten", "gescheitert")
    return path


async def test_what_the_words_of_a_file_mean_is_kept_while_one_answers(whole: Gateway) -> None:
    path = await waiting(whole)
    mend = f"{path}/zuordnung"
    form = await opened(whole, path, mend)
    assert form["column:Wo"] == [""]
    form |= {"value:gender:Damen": ["female"]}
    kept = await whole.client.post("/entwuerfe/mapping", data=form, headers={"X-Draft": "1"})
    assert kept.status_code == 200, kept.text
    again = await opened(whole, path, mend)
    assert again["value:gender:Damen"] == ["female"]
    assert (await whole.client.post(mend, data=again | {"merken": ["1"]})).headers["location"] == path
    other = await opened(whole, path, mend) | {"value:gender:Damen": ["male"]}
    job = path.rsplit("/", 1)[1]
    gone = await whole.client.post(f"/entwuerfe/mapping/{job}/verwerfen", data=other)
    assert (gone.headers["location"], await drafts(whole)) == ("/import", 0)
    await whole.client.post("/entwuerfe/mapping", data=again)
    await end_sessions(whole)
    answer = await whole.client.post(mend, data=again)
    target = httpx2.URL(answer.headers["location"])
    assert (target.path, target.params["weiter"]) == ("/anmelden", path)
    await whole.sign_in("admin")
    page = await whole.client.get(path)
    assert "Ihr Entwurf ist wieder da" in page.text
    assert (await whole.client.post(mend, data=form_of(page.text, mend))).headers["location"] == path
    assert "1 übernommen" in await shown(whole, path, "<h2>Fertig", "gescheitert")
    assert await drafts(whole) == 0


async def test_answers_that_cannot_be_are_all_named_and_kept(whole: Gateway) -> None:
    path = await waiting(whole)
    mend = f"{path}/zuordnung"
    form = await opened(whole, path, mend) | {"column:Wo": ["x"], "value:gender:Damen": ["y"]}
    page = await whole.client.post(mend, data=form)
    assert page.status_code == 422
    assert '<a href="#c1">Wo: Diese Spalte gibt es nicht.' in page.text
    assert '<a href="#v1">Geschlecht: Diesen Wert gibt es nicht.' in page.text
    for question in ("c1", "v1"):  # and at its question
        assert f'id="{question}-fehler"' in page.text
        assert page.text.count(f'aria-describedby="{question}-fehler" aria-invalid="true"') == 1
    assert page.text.count("field--error") == 2


async def test_a_draft_of_an_unknown_kind_of_import_leads_to_the_overview(whole: Gateway) -> None:
    path = await waiting(whole)
    form = await opened(whole, path, f"{path}/zuordnung") | {"kind": ["//evil.example"]}
    await end_sessions(whole)
    answer = await whole.client.post(f"{path}/zuordnung", data=form)
    assert httpx2.URL(answer.headers["location"]).params["weiter"] == "/import"
