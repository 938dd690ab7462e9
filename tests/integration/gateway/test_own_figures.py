"""Pages of own figures and outreach on the real services; reporting and the centre are away."""

import pytest

from tests.integration.gateway.conftest import Gateway
from tests.support.pages import form_of


@pytest.mark.parametrize(
    ("role", "title"),
    [("counsellor", "Meine Zahlen"), ("admin", "Zahlen Ihres Trägers"), ("coordinator", "Zahlen Ihres Netzwerks")],
)
async def test_own_figures_are_shown_without_the_centre(whole: Gateway, role: str, title: str) -> None:
    await whole.sign_in(role)
    page = await whole.client.get("/eigene-zahlen")
    assert (page.status_code, f"<h1>{title}</h1>" in page.text) == (200, True)
    assert "Arbeitsstand, intern" in page.text


async def test_a_day_that_is_none_is_said_at_its_field(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    wrong = {"von=31.2.2026&bis=1.3.2026": "kein gültiges Datum", "von=2.3.2026&bis=1.3.2026": "vor dem Anfang"}
    for query, text in wrong.items():
        page = await whole.client.get(f"/eigene-zahlen?{query}")
        assert (page.status_code, text in page.text) == (422, True)
        assert 'value="1.3.2026"' in page.text or 'value="01.03.2026"' in page.text


async def test_a_company_counts_once_and_each_counselling_of_it(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    for participants in ("2", "3"):
        form = form_of((await whole.client.get("/unternehmen")).text, "/unternehmen")
        typed = form | {"company_ref": "HRB 12345", "participants": participants}
        saved = await whole.client.post("/unternehmen", data=typed)
        assert saved.status_code == 303, saved.text
    page = (await whole.client.get("/unternehmen")).text
    assert (page.count("<td>neu</td>"), page.count("<td>schon beraten</td>")) == (1, 1)
    assert "HRB 12345" not in page.split("</form>")[-1]
    action = page.split('action="/unternehmen/')[1].split('"')[0]
    await whole.client.post(f"/unternehmen/{action}", data={"csrf": form["csrf"]})
    assert "zurückgezogen" in (await whole.client.get("/unternehmen")).text


async def test_contacts_are_counted_listed_and_withdrawn(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    form = form_of((await whole.client.get("/aufsuchend")).text, "/aufsuchend")
    wrong = await whole.client.post("/aufsuchend", data=form | {"contacts": "viele", "date": "1.9.2026"})
    assert (wrong.status_code, 'value="viele"' in wrong.text) == (422, True)
    for _ in range(2):  # a double click
        saved = await whole.client.post("/aufsuchend", data=form | {"contacts": "17"})
        assert saved.status_code == 303, saved.text
    page = (await whole.client.get("/aufsuchend")).text
    assert page.count('<td class="num">17</td>') == 1
    assert ">17<" in (await whole.client.get("/eigene-zahlen")).text
    action = page.split('action="/aufsuchend/')[1].split('"')[0]
    await whole.client.post(f"/aufsuchend/{action}", data={"csrf": form["csrf"]})
    assert "zurückgezogen" in (await whole.client.get("/aufsuchend")).text


async def test_structural_work_is_recorded_listed_and_counted(whole: Gateway) -> None:
    await whole.sign_in("counsellor")
    assert 'href="/strukturarbeit"' in (await whole.client.get("/gruppen")).text
    assert "offen für alle Menschen im Sozialraum" in (await whole.client.get("/gruppen/neu")).text  # STR-02
    page = (await whole.client.get("/strukturarbeit")).text
    assert "offen für alle Menschen im Sozialraum" in page
    typed = form_of(page, "/strukturarbeit") | {"kind": "examination", "note": "Wartezeiten am Schalter"}
    refused = await whole.client.post("/strukturarbeit", data=typed)
    assert (refused.status_code, "braucht einen Lebensbereich" in refused.text) == (422, True)
    assert 'value="Wartezeiten am Schalter"' in refused.text
    typed |= {"context": "authority", "volunteers_with_background": "2", "volunteer_tasks": ["train", "accompany"]}
    for _ in range(2):  # a double click
        saved = await whole.client.post("/strukturarbeit", data=typed)
        assert saved.status_code == 303, saved.text
    page = (await whole.client.get("/strukturarbeit")).text
    assert page.count("<td>Untersuchung von Strukturen (Behörde)</td>") == 1
    assert "2 mit, 0 ohne Migrationshintergrund; begleiten, qualifizieren" in page
    figures = (await whole.client.get("/eigene-zahlen")).text
    assert "Untersuchung von Strukturen" in figures
    assert "2 mit, 0 ohne Migrationshintergrund" in figures
    action = page.split('action="/strukturarbeit/')[1].split('"')[0]
    await whole.client.post(f"/strukturarbeit/{action}", data={"csrf": typed["csrf"]})
    assert "zurückgezogen" in (await whole.client.get("/strukturarbeit")).text
