"""Pages of enrolment without JavaScript: a house registers and is told, staff sees the order; nothing is lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.gateway import open_forms
from shared import clock
from tests.integration.gateway.conftest import Gateway
from tests.support.enrolment import open_run
from tests.support.page_forms import PageForm, forms_of

RUN = UUID(int=7)
TYPED = {
    "house": "Jobcenter Musterstadt",
    "topic": "Einfache Sprache",
    "email": "haus@example.org",
    "name_1": "Beispiel, Ada",
    "graduate_1": "yes",
    "lead": "1",
    "name_2": "Muster, Kim",
    "name_3": "",
    "name_4": "",
    "binding": "yes",
}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test types faster than a person; how fast is too fast the pages of appointments ask."""
    monkeypatch.setattr(open_forms, "LEAST_SECONDS", -1)


async def form_at(network: Gateway, address: str, action: str) -> PageForm:
    """The form of a page that goes to an address."""
    page = await network.client.get(address)
    assert page.status_code == 200, page.text
    return next(form for form in forms_of(page.text) if form.action.startswith(action))


async def send(network: Gateway, form: PageForm, **values: str) -> Any:
    """Send a form as a browser without JavaScript does; what is empty was not chosen."""
    hidden = {name: form.values[name] for name in ("registration_id", "opened", "csrf") if name in form.values}
    data = hidden | {name: value for name, value in (TYPED | values).items() if value}
    return await network.client.post(form.action, data=data)


async def published(network: Gateway) -> str:
    """A run that is open; the address of its form."""
    trainer = await network.as_role("trainer")
    body = open_run(clock.now() + timedelta(days=14), max_places=3, summary="<b>Für Häuser</b>")
    made = await network.client.put(f"/api/v1/runs/{RUN}", headers=trainer, json=body)
    assert made.status_code == 200, made.text
    return f"/anmeldung/durchgang/{RUN}"


@pytest.mark.timeout(90)
async def test_a_house_registers_and_withdraws_and_staff_sees_moves_and_adds(network: Gateway) -> None:
    address = await published(network)
    listed = await network.client.get("/anmeldung")
    assert "IKÖ 4.0" in listed.text
    assert "&lt;b&gt;" in listed.text
    assert "Registration" in (await network.client.get(f"{address}?sprache=en")).text
    shown = (await network.client.get(address)).text
    for said in (
        "Gleichstellungsbeauftragte",
        "Migrationsbeauftragte",
        "Die Teilnahme ist kostenlos.",
    ):  # IKO-05, IKO-12
        assert said in shown
    form = await form_at(network, address, address)
    await refusals(network, form, address)
    told = await send(network, form)
    assert told.status_code == 303, told.text
    target = told.headers["location"]
    assert (await send(network, form)).headers["location"] == target  # twice is once
    ticket = await network.client.get(target)
    assert "Ihre Anmeldung ist angekommen" in ticket.text
    assert "Beispiel" not in ticket.text + target
    await staff(network)
    withdraw = next(form for form in forms_of(ticket.text) if form.action.endswith("/zurueckziehen"))
    for _ in range(2):
        gone = await network.client.post(withdraw.action)
        assert "Ihre Anmeldung ist zurückgezogen." in (await network.client.get(gone.headers["location"])).text
    assert (await network.client.get("/anmeldung/" + "A" * 43)).status_code == 404
    assert (await network.client.post(f"{target.partition('?')[0]}/unsinn")).status_code == 404


async def refusals(network: Gateway, form: PageForm, address: str) -> None:
    """What is refused comes back with all that was typed, in the language of the page."""
    wrong = await send(network, form, name_2="", topic="", email="", house="漢" * 300)
    assert wrong.status_code == 422
    for kept in ("漢" * 300, "Beispiel, Ada", "<title>Fehler:", "Die E-Mail-Adresse fehlt."):
        assert kept in wrong.text
    alone = await send(network, form, name_2="")
    assert (alone.status_code, "Eine Person allein" in alone.text) == (422, True)
    english = await network.client.post(f"{address}?sprache=en", data={**form.values, **TYPED, "name_2": ""})
    assert "One person alone cannot register." in english.text


async def staff(network: Gateway) -> None:
    """A trainer registers a second house, and puts it first with a reason; one without is told so."""
    await network.sign_in("trainer")
    page = f"/durchgaenge/{RUN}/anmeldungen"
    form = await form_at(network, f"{page}/neu", page)
    again = await send(network, form)
    assert (again.status_code, "Dieses Haus ist schon angemeldet." in again.text) == (422, True)
    assert (await send(network, form, house="Agentur Nord")).status_code == 303
    shown = (await network.client.get(f"{page}?erledigt=neu")).text
    assert shown.index("Jobcenter Musterstadt") < shown.index("Agentur Nord")
    assert "Anmeldung gespeichert" in shown
    assert "Rang 2" in shown
    moves = [form for form in forms_of(shown) if form.action.endswith("/vorziehen")]
    without = await network.client.post(moves[1].action, data={"csrf": moves[1].values["csrf"]})
    assert (without.status_code, "Das ging nicht" in without.text) == (422, True)
    moved = await network.client.post(moves[1].action, data={"csrf": moves[1].values["csrf"], "reason": "Absprache"})
    shown = (await network.client.get(moved.headers["location"])).text
    assert shown.index("Agentur Nord") < shown.index("Jobcenter Musterstadt")
    decide = next(form for form in forms_of(shown) if form.action.endswith("/entscheiden"))
    early = await network.client.post(decide.action, data={"csrf": decide.values["csrf"]})
    assert (early.status_code, "Die Anmeldefrist läuft noch." in early.text) == (409, True)
