"""Staff's pages of appointments: opening times typed, a week, a call answered, from an appointment into a session."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.integration.gateway.test_booking_pages import made_office
from tests.support.appointments import workday
from tests.support.page_forms import forms_of
from tests.support.pages import form_of
from tests.support.recording import rows

pytestmark = pytest.mark.timeout(60)


async def booked(whole: Gateway, office: UUID, **more: str) -> str:
    """An appointment that a counsellor enters at the telephone; its id."""
    page = await whole.client.get("/termine/neu")
    form = form_of(page.text, "/termine/neu")
    typed = {"name": "Beispiel, Ada", "office_id": str(office), "date": f"{workday():%d.%m.%Y}", "time": "9.30"}
    answer = await whole.client.post("/termine/neu", data=form | typed | {"channel": "phone", "language": "uk"} | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).split("/")[2].partition("?")[0]


async def test_opening_times_are_typed_as_people_write_them_and_come_back_as_stored(whole: Gateway) -> None:
    office = await made_office(whole)
    await whole.sign_in("admin")
    address = f"/termine/stellen/{office}"
    form = form_of((await whole.client.get(address)).text, address)
    assert form["day_0"] == ["09:00-14:00"]
    wrong = form | {"day_0": "9 bis 25", "closed_days": "31.02.2027", "languages": "Klingonisch"}
    refused = await whole.client.post(address, data=wrong)
    assert refused.status_code == 422
    for text in ("ist nicht zu lesen", "kein gültiges Datum", "keine bekannte Sprache", "9 bis 25", "31.02.2027"):
        assert text in refused.text
    good = form | {"day_0": "8-12, 14:30–17 Uhr", "day_5": "", "closed_days": "24.12.2026", "languages": "Türkisch, ar"}
    assert (await whole.client.post(address, data=good)).status_code == 303
    again = form_of((await whole.client.get(address)).text, address)
    assert again["day_0"] == ["08:00-12:00, 14:30-17:00"]
    assert (again["closed_days"], again["revision"]) == (["24.12.2026"], ["2"])
    stale = await whole.client.post(address, data=good | {"day_0": "10-12"})
    assert (stale.status_code, "inzwischen geändert" in stale.text) == (409, True)
    overlap = again | {"day_1": "9-12, 11-13"}
    assert "überschneidet" in (await whole.client.post(address, data=overlap)).text


async def test_a_call_is_entered_moved_and_cancelled_and_what_is_refused_keeps_what_was_typed(whole: Gateway) -> None:
    office = await made_office(whole)
    await whole.sign_in("counsellor")
    key = await booked(whole, office)
    week = await whole.client.get(f"/termine?ab={workday()}")
    assert "Beispiel, Ada" in week.text
    assert "Ukrainisch" in week.text
    page = await whole.client.get(f"/termine/{key}")
    form = form_of(page.text, "/termine/neu")
    assert (form["time"], form["revision"]) == (["09:30"], ["1"])
    for typed, said in (({"time": "20:00"}, "geschlossen"), ({"time": "halb zehn"}, "nicht zu lesen")):
        refused = await whole.client.post("/termine/neu", data=form | typed)
        assert (refused.status_code, said in refused.text, typed["time"] in refused.text) == (422, True, True)
    assert (await whole.client.post("/termine/neu", data=form | {"time": "10 Uhr"})).status_code == 303
    sent = {"csrf": csrf_of(page)}
    assert (await whole.client.post(f"/termine/{key}/nicht-erschienen", data=sent)).status_code == 409
    assert (await whole.client.post(f"/termine/{key}/absagen", data=sent)).status_code == 303
    assert "abgesagt" in (await whole.client.get(f"/termine/{key}")).text
    assert (await whole.client.get(f"/termine/{uuid4()}")).status_code == 404


async def test_an_appointment_becomes_a_session_in_one_click_with_all_it_knows(whole: Gateway) -> None:
    office = await made_office(whole)
    await whole.sign_in("counsellor")
    key = await booked(whole, office)
    page = await whole.client.get(f"/termine/{key}")
    link = f"/beratungen/neu?termin={key}"
    assert link in page.text
    form = form_of((await whole.client.get(link)).text, "/beratungen/neu")
    known = {name: form[name] for name in ("name", "channel", "language", "office", "appointment_id")}
    assert known == {
        "name": ["Beispiel, Ada"],
        "channel": ["phone"],
        "language": ["uk"],
        "office": ["B-1"],
        "appointment_id": [key],
    }
    saved = await whole.client.post("/beratungen/neu", data=form | {"nationality": "UA"})
    assert saved.status_code == 303, saved.text
    session = saved.headers["location"].split("/")[2].partition("?")[0]
    (found,) = await rows(whole.behind["registration"], "SELECT state, session_id, person_id FROM appointment")
    assert (found[0], str(found[1]), str(found[2])) == ("held", session, form["person_id"][0])
    assert "Zur Beratung" in (await whole.client.get(f"/termine/{key}")).text


async def test_who_waits_and_who_could_not_be_told_stands_on_what_is_due(whole: Gateway) -> None:
    office = await made_office(whole)
    await whole.sign_in("counsellor")
    key = await booked(whole, office, date="", time="", phone="0171 3", name="<b>Fett</b>")
    start = await whole.client.get("/")
    assert f"/termine/{key}" in start.text
    assert "Aufnahmeliste: Termin vergeben" in start.text
    listed = await whole.client.get("/termine")
    assert "&lt;b&gt;Fett" in listed.text
    forms = forms_of((await whole.client.get(f"/termine/{key}?zeit=unsinn")).text)
    assert any(form.action == "/termine/neu" for form in forms)
    free: Any = await whole.client.get(f"/termine/{key}?zeit={workday()}T09:00:00%2B01:00")
    assert form_of(free.text, "/termine/neu")["time"] in (["09:00"], ["10:00"])
