"""The public pages of appointments: booked without JavaScript, nothing typed lost, no name in an address, cancelled."""

import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from services.gateway import open_forms
from tests.integration.gateway.conftest import Gateway
from tests.support.appointments import OFFICE, at, office_units, workday
from tests.support.page_forms import PageForm, forms_of
from tests.support.recording import rows

NAME = "Kanarienvogel"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test types faster than a person; how fast is too fast is asked below."""
    monkeypatch.setattr(open_forms, "LEAST_SECONDS", -1)


async def made_office(network: Gateway, **more: Any) -> UUID:
    """An office of the accounts' carrier with opening times, made as its people make it."""
    admin, coordinator = await network.as_role("admin"), await network.as_role("coordinator")
    units = office_units(str(await carrier_of(network)), "B-1")
    for key, unit in units.items():
        answer = await network.client.put(f"/api/v1/structure/{key}", headers=coordinator, json=unit)
        assert answer.status_code == 200, answer.text
    office = UUID(list(units)[-1])
    answer = await network.client.put(f"/api/v1/offices/{office}", headers=admin, json=OFFICE | more)
    assert answer.status_code == 200, answer.text
    return office


def offered(hour: int, minute: int = 0) -> str:
    """A time as the form offers it."""
    return datetime.fromisoformat(at(hour, minute)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def carrier_of(network: Gateway) -> UUID:
    """The carrier of all accounts."""
    found = await rows(network.app, "SELECT carrier_id FROM account WHERE role = 'admin'")
    return UUID(str(found[0][0]))


async def form_at(network: Gateway, address: str) -> tuple[str, PageForm]:
    """The page and its form for booking."""
    page = await network.client.get(address)
    assert page.status_code == 200, page.text
    return page.text, next(form for form in forms_of(page.text) if form.action.startswith("/termin/zeiten"))


async def send(network: Gateway, form: PageForm, **values: str) -> Any:
    """Send a form as a browser without JavaScript does."""
    data = {name: value for name, value in form.values.items() if name != "website"} | values
    return await network.client.post(form.action.replace("&amp;", "&"), data=data)


@pytest.mark.timeout(60)
async def test_somebody_books_sees_and_cancels_and_her_name_stands_in_no_address(network: Gateway) -> None:
    await made_office(network)
    start = await network.client.get("/termin?sprache=ar")
    assert 'lang="ar" dir="rtl"' in start.text
    link = re.search(r'href="(/termin/zeiten[^"]*)"', start.text)
    assert link
    text, form = await form_at(network, link.group(1).replace("&amp;", "&") + f"&ab={workday()}")
    assert "اسمك" in text
    booked = await send(network, form, name=NAME, wish="geheim", starts_at=offered(9))
    assert booked.status_code == 303, booked.text
    target = booked.headers["location"]
    assert parse_qs(urlsplit(target).query) == {"neu": ["1"], "sprache": ["ar"]}
    for secret in (NAME, "geheim"):
        assert secret not in target
    page = await network.client.get(target)
    assert "تم حجز موعدك" in page.text
    assert NAME not in page.text
    file = await network.client.get(f"{urlsplit(target).path}/kalender")
    assert file.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in file.text
    cancel = next(form for form in forms_of(page.text) if form.action.endswith("/absagen?sprache=ar"))
    for _ in range(2):
        gone = await network.client.post(cancel.action)
        assert gone.status_code == 303
        assert "تم إلغاء موعدك" in (await network.client.get(gone.headers["location"])).text
    assert (await network.client.get("/termin/" + "A" * 43)).status_code == 404


async def test_what_is_refused_comes_back_with_all_that_was_typed(network: Gateway) -> None:
    office = await made_office(network, places=1)
    address = f"/termin/zeiten?stelle={office}&ab={workday()}"
    page, first = await form_at(network, address)
    _, second = await form_at(network, address)
    long = "漢" * 300
    assert '<input type="radio" name="starts_at" value="none">' in page
    refused = await send(network, first, name=long, starts_at=offered(9), wish="Anerkennung", phone="0171 2")
    assert refused.status_code == 422
    for kept in (long, "Anerkennung", "0171 2", "zu lang", "<title>Fehler:"):
        assert kept in refused.text
    assert (await send(network, first, name=NAME, starts_at=offered(9))).status_code == 303
    taken = await send(network, second, name=NAME, starts_at=offered(9), wish="Anerkennung")
    assert (taken.status_code, "gerade vergeben" in taken.text, "Anerkennung" in taken.text) == (422, True, True)
    nobody = await send(network, second, name="", starts_at="none")
    assert (nobody.status_code, "Ihr Name fehlt" in nobody.text, "nicht erreichen" in nobody.text) == (422, True, True)
    later = await send(network, second, name=NAME, starts_at="none", phone="0171 2")
    assert later.status_code == 303
    assert "Ihre Anfrage ist angekommen" in (await network.client.get(later.headers["location"])).text
    bent = await send(network, second, appointment_id="unsinn", name=NAME, starts_at=offered(9, 30))
    assert bent.status_code == 422


async def test_a_machine_is_told_what_to_do_and_a_person_does_it(
    network: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await made_office(network)
    address = f"/termin/zeiten?stelle={office}&ab={workday()}"
    monkeypatch.setattr(open_forms, "LEAST_SECONDS", 3)
    _, form = await form_at(network, address)
    quick = await send(network, form, name=NAME, starts_at=offered(9))
    assert (quick.status_code, "ging sehr schnell" in quick.text, NAME in quick.text) == (422, True, True)
    now = time.time
    monkeypatch.setattr(open_forms.time, "time", lambda: now() + 4)
    trapped = await send(network, form, name=NAME, starts_at=offered(9), website="https://spam.example")
    assert (trapped.status_code, "Dieses Feld muss leer sein" in trapped.text) == (422, True)
    forged = await send(network, form, name=NAME, starts_at=offered(9), opened=f"1.{'0' * 64}")
    again = next(one for one in forms_of(forged.text) if one.action.startswith("/termin/zeiten"))
    monkeypatch.setattr(open_forms.time, "time", lambda: now() + 9)
    assert (await send(network, again, name=NAME, starts_at=offered(9))).status_code == 303
    foreign = {"Origin": "https://evil.example"}
    assert (await network.client.post(address, headers=foreign, data={})).status_code == 403


async def test_one_address_sends_sixty_times_an_hour_and_no_more(network: Gateway) -> None:
    office = await made_office(network)
    network.app.state.sendings = open_forms.Sendings(most=3)
    answers = [await network.client.post(f"/termin/zeiten?stelle={office}", data={}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]
    assert "rufen Sie an" in answers[-1].text
    assert open_forms.Sendings().most == 60


async def test_without_an_office_or_registration_the_page_says_so(gateway: Gateway, network: Gateway) -> None:
    assert "kein Termin gebucht" in (await network.client.get("/termin")).text
    assert (await network.client.get(f"/termin/zeiten?stelle={uuid4()}")).status_code == 404
    away = await gateway.client.get("/termin")
    assert (away.status_code, "nicht erreichbar" in away.text) == (503, True)


async def test_the_public_api_is_not_passed_on(network: Gateway) -> None:
    who = await network.as_role("counsellor")
    assert (await network.client.get("/api/v1/intake/offices", headers=who)).status_code == 404
