"""Pages of cases on the real services: opened with a session, shown with its sections, closed and opened again."""

import pytest

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
    typed = form_of(page.text, f"{address}/aendern") | {"method": "case_management"}
    changed = await desk.client.post(f"{address}/aendern", data=typed)
    assert (changed.status_code, changed.headers["location"]) == (303, f"{address}?gespeichert=1")
    assert "<dd>Case Management</dd>" in (await desk.client.get(address)).text
    stale = await desk.client.post(f"{address}/aendern", data=typed | {"method": "short"})
    assert (stale.status_code, "inzwischen geändert" in stale.text) == (409, True)
    for path, done in (("schliessen", "Fall geschlossen"), ("oeffnen", "Fall wieder geöffnet")):
        form = form_of((await desk.client.get(address)).text, f"{address}/{path}")
        moved = await desk.client.post(f"{address}/{path}", data=form)
        assert done in (await desk.client.get(moved.headers["location"])).text


async def test_a_bent_form_is_refused_in_german(desk: Gateway) -> None:
    address = await case_page(desk)
    csrf = csrf_of(await desk.client.get(address))
    for form in ({"csrf": csrf}, {"csrf": csrf, "revision": "x"}, {"csrf": csrf, "revision": "1", "method": "?"}):
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
