"""Pages of cases on the real services: opened with a session, shown with its sections, closed and opened again."""

import pytest

from services.gateway.account_names import forget_rights
from services.gateway.pages import case_sections
from services.gateway.pages.case_sections import Section
from shared.problems import Problem
from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.pages import form_of


@pytest.fixture
async def desk(whole: Gateway) -> Gateway:
    """A counsellor who has signed in."""
    await whole.sign_in("counsellor")
    return whole


async def case_page(desk: Gateway, name: str = "Beispiel, Ada") -> str:
    """The address of the case that a new person's session opens."""
    form = form_of((await desk.client.get("/beratungen/neu")).text, "/beratungen/neu")
    saved = await desk.client.post("/beratungen/neu", data=form | {"name": name})
    assert saved.status_code == 303, saved.text
    page = (await desk.client.get(saved.headers["location"])).text
    return "/faelle/" + page.split('href="/faelle/')[-1].split('"')[0]


async def test_a_session_opens_a_case_that_has_a_page_and_stands_in_the_list(desk: Gateway) -> None:
    address = await case_page(desk)
    page = await desk.client.get(address)
    for text in ("Beispiel, Ada", "Kurzberatung", "Fall eröffnet", "Erstberatung", "<dd>counsellor</dd>"):
        assert text in page.text
    assert f'href="{address}">Beispiel, Ada</a>' in (await desk.client.get("/faelle")).text
    typed = form_of(page.text, f"{address}/aendern") | {"method": "case_management", "deputy": "colleague"}
    changed = await desk.client.post(f"{address}/aendern", data=typed)
    assert (changed.status_code, changed.headers["location"]) == (303, f"{address}?gespeichert=1")
    page = await desk.client.get(address)
    assert "<dd>Case Management</dd>" in page.text
    assert "<dd>colleague</dd>" in page.text
    assert "Case Management braucht einen Hilfeplan" in page.text
    stale = await desk.client.post(f"{address}/aendern", data=typed | {"method": "short"})
    assert (stale.status_code, "inzwischen geändert" in stale.text) == (409, True)
    for path, done in (("schliessen", "Fall geschlossen"), ("oeffnen", "Fall wieder geöffnet")):
        form = form_of((await desk.client.get(address)).text, f"{address}/{path}")
        moved = await desk.client.post(f"{address}/{path}", data=form)
        assert done in (await desk.client.get(moved.headers["location"])).text


async def test_a_session_before_its_case_is_saved_with_a_question(desk: Gateway) -> None:
    page = (await desk.client.get(await case_page(desk))).text
    new = f"/beratungen/neu?person={page.split('/beratungen/neu?person=')[1].split(chr(34))[0]}"
    form = form_of((await desk.client.get(new)).text, "/beratungen/neu")
    saved = await desk.client.post("/beratungen/neu", data=form | {"date": "1.9.2025"})
    assert saved.headers["location"].endswith("?gespeichert=4")
    shown = (await desk.client.get(saved.headers["location"])).text
    assert "vor dem Beginn des Falls. Stimmt das Datum 01.09.2025?" in shown


async def test_a_bent_form_is_refused_in_german(desk: Gateway) -> None:
    address = await case_page(desk)
    csrf = csrf_of(await desk.client.get(address))
    sent = {"csrf": csrf, "revision": "1", "method": "short"}
    for form in ({"csrf": csrf}, sent | {"revision": "x"}, sent | {"method": "?"}, sent | {"deputy": "admin"}):
        answer = await desk.client.post(f"{address}/aendern", data=form)
        assert (answer.status_code, "Bitte" in answer.text) == (422, True)


async def test_a_service_that_is_away_costs_its_section_and_not_the_page(
    desk: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(status: int) -> None:
        raise Problem(status, "weg")

    sections = [
        Section("a", "Weg", "case/timeline.html", lambda *_: refused(503)),
        Section("b", "Nicht für Sie", "case/timeline.html", lambda *_: refused(403)),
        *case_sections.SECTIONS,
    ]
    address = await case_page(desk)
    monkeypatch.setattr(case_sections, "SECTIONS", tuple(sections))
    page = await desk.client.get(address)
    assert page.status_code == 200
    assert "Dieser Teil ist gerade nicht erreichbar" in page.text
    assert "Nicht für Sie" not in page.text
    assert "Fall eröffnet" in page.text


async def post(desk: Gateway, page: str, action: str, **values: str) -> str:
    """Send a form of a page that must be accepted; where it leads."""
    form = form_of((await desk.client.get(page)).text, action)
    answer = await desk.client.post(action, data=form | values)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def action_of(page: str, part: str) -> str:
    """The address of the first form whose address has a part."""
    return next(text for text in page.split('action="')[1:] if part in text.split('"')[0]).split('"')[0]


async def test_help_plan_and_checklist_are_kept_on_the_page(desk: Gateway) -> None:
    address = await case_page(desk)
    await post(desk, address, f"{address}/ziel", aim="Anerkennung als Pflegefachkraft")
    await post(desk, address, f"{address}/schritte", title="Zeugnisse übersetzen", due="1.12.2026", by="person")
    await post(desk, address, f"{address}/unterlagen", name="Diplom", state="requested")
    page = (await desk.client.get(address)).text
    for text in ("Anerkennung als Pflegefachkraft", "01.12.2026", "Ratsuchende Person", "Diplom"):
        assert text in page
    edit = page.split("?schritt=")[1].split("#")[0]
    await post(desk, f"{address}?schritt={edit}", f"{address}/schritte", title="Alle Zeugnisse übersetzen", due="")
    await post(desk, address, f"{address}/schritte/{edit}", state="done")
    await post(desk, address, action_of(page, "/unterlagen/"), state="present")
    page = (await desk.client.get(address)).text
    assert "erledigt am" in page
    assert "Erledigt: Alle Zeugnisse übersetzen" in page
    assert 'value="present" selected' in page


async def test_a_refused_step_keeps_what_was_typed(desk: Gateway) -> None:
    address = await case_page(desk)
    form = form_of((await desk.client.get(address)).text, f"{address}/schritte")
    answer = await desk.client.post(f"{address}/schritte", data=form | {"title": "Anruf", "due": "31.2.2026"})
    assert answer.status_code == 422
    assert "ist kein gültiges Datum" in answer.text
    assert 'value="Anruf"' in answer.text
    assert 'value="31.2.2026"' in answer.text


async def test_a_case_is_handed_over_and_the_one_who_gave_it_is_told_who_leads_it(desk: Gateway) -> None:
    address = await case_page(desk)
    form = form_of((await desk.client.get(address)).text, f"{address}/uebergabe")
    empty = await desk.client.post(f"{address}/uebergabe", data=form)
    assert (empty.status_code, "wem Sie den Fall übergeben" in empty.text) == (422, True)
    await post(desk, address, f"{address}/uebergabe", to="colleague", note="Elternzeit")
    assert "gültig bis" in (await desk.client.get(address)).text
    await desk.sign_in("colleague")
    assert 'href="/faelle/uebergaben">Fall zur Übernahme angeboten' in (await desk.client.get("/")).text
    listed = (await desk.client.get("/faelle/uebergaben")).text
    assert "Elternzeit" in listed
    assert "Beispiel, Ada" in listed
    taken = await post(desk, "/faelle/uebergaben", action_of(listed, "/annehmen"))
    assert taken.startswith(address)
    page = (await desk.client.get(taken)).text
    assert "Sie führen jetzt diesen Fall" in page
    assert "<dd>colleague</dd>" in page
    await desk.sign_in("counsellor")
    page = (await desk.client.get(address)).text
    assert "Diesen Fall führt colleague" in page
    assert f'action="{address}/aendern"' not in page


async def test_a_case_is_kept_in_confidence_and_taken_over_by_its_deputy(desk: Gateway) -> None:
    address = await case_page(desk)
    await post(desk, address, f"{address}/aendern", deputy="colleague")
    await post(desk, address, f"{address}/vertraulichkeit")
    page = (await desk.client.get(address)).text
    for text in (
        "nur für Zuständige und Vertretung",
        "Nur wer den Fall führt oder vertritt.",
        "Nicht mehr vertraulich",
    ):
        assert text in page
    assert f'action="{address}/uebernehmen"' not in page
    await desk.sign_in("colleague")
    assert (await post(desk, address, f"{address}/uebernehmen")).endswith("gespeichert=5")
    page = (await desk.client.get(address)).text
    assert "<dd>colleague</dd>" in page
    assert "Fall von der Vertretung übernommen" in page
    await post(desk, address, f"{address}/vertraulichkeit")
    assert "Nur Beratende Ihres Trägers." in (await desk.client.get(address)).text


async def test_cases_of_who_has_left_go_to_a_colleague(desk: Gateway) -> None:
    address = await case_page(desk)
    await desk.sign_in("colleague")
    await desk.sign_in("admin")
    page = "/faelle-uebertragen"
    assert 'href="/faelle-uebertragen"' in (await desk.client.get("/import")).text
    assert "Kein Fall ist ohne Zuständige" in (await desk.client.get(page)).text
    gone = {"owner": "counsellor", "to": "colleague", "reason": "ausgeschieden zum 30.11."}
    still = await desk.client.post(page, data=gone | {"csrf": csrf_of(await desk.client.get(page))})
    assert still.status_code == 422  # who is there hands over herself
    async with desk.app.state.sessions() as session, session.begin():
        await forget_rights(session, ["counsellor"])
    shown = await desk.client.get(page)
    assert "counsellor</th>" in shown.text
    assert "Ada" not in shown.text
    empty = await desk.client.post(page, data=form_of(shown.text, page))
    assert (empty.status_code, empty.text.count("Bitte aus der Liste wählen.") >= 2) == (422, True)
    short = await desk.client.post(page, data=form_of(shown.text, page) | gone | {"reason": ""})
    assert (short.status_code, 'value="colleague" selected' in short.text) == (422, True)
    assert (await post(desk, page, page, **gone)).endswith("uebertragen=1")
    assert "Ein Fall ist übertragen" in (await desk.client.get(f"{page}?uebertragen=1")).text
    await desk.sign_in("colleague")
    case = (await desk.client.get(address)).text
    assert "<dd>colleague</dd>" in case
    assert "ausgeschieden zum 30.11." in case
