"""The confidential data of a case on its page: closed, opened with a reason, kept; nothing typed is lost."""

import pytest

from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_case_pages import case_page, post
from tests.support.pages import form_of

CLOSED = "Vertrauliche Angaben öffnen"


@pytest.fixture
async def desk(whole: Gateway) -> Gateway:
    """A counsellor who has signed in."""
    await whole.sign_in("counsellor")
    return whole


async def test_it_is_opened_with_a_reason_and_kept(desk: Gateway) -> None:
    address = await case_page(desk)
    form = f"{address}/vertraulich"
    assert CLOSED in (await desk.client.get(address)).text
    assert CLOSED in (await desk.client.get(form)).text
    assert await post(desk, address, f"{form}/oeffnen", reason="preparation") == f"{address}#vertraulich"
    typed = {"residence_note": "CANARY-Notiz", "asylum_stage": "refused", "in_municipality": "yes"}
    typed |= {"vulnerable": "pregnant", "residence_until": "1.9.27", "discrimination_state": "recognised"}
    assert (await post(desk, form, form, **typed)).startswith(f"{address}?gespeichert=1")
    page = (await desk.client.get(address)).text
    for text in ("geöffnet bis", "CANARY-Notiz", "01.09.2027", "Schwangere", "erkannt und benannt", "Rechtsmittel"):
        assert text in page, text
    assert "counsellor, Vor- oder Nachbereitung" in page
    assert 'value="CANARY-Notiz"' in (await desk.client.get(form)).text
    early = await desk.client.post(
        form, data=form_of((await desk.client.get(form)).text, form) | {"assessment": "justiciable"}
    )
    assert (early.status_code, "gehört erst zum Stand" in early.text, "CANARY-Notiz" in early.text) == (422, True, True)
    await post(desk, address, f"{form}/schliessen")
    page = (await desk.client.get(address)).text
    assert CLOSED in page
    assert "CANARY-Notiz" not in page
    await desk.sign_in("colleague")  # who may see the case
    shown = await desk.client.get(address)
    assert (shown.status_code, 'id="vertraulich"' in shown.text) == (200, False)
    assert (await desk.client.get(form)).status_code == 403


async def test_what_was_typed_when_the_time_was_over_is_kept_and_saved_with_a_reason(desk: Gateway) -> None:
    address = await case_page(desk)
    form = f"{address}/vertraulich"
    await post(desk, address, f"{form}/oeffnen", reason="preparation")
    sent = form_of((await desk.client.get(form)).text, form) | {
        "residence_note": "CANARY-Notiz",
        "residence_until": "x",
    }
    wrong = await desk.client.post(form, data=sent)
    assert (wrong.status_code, "ist kein gültiges Datum" in wrong.text) == (422, True)
    await post(desk, address, f"{form}/schliessen")
    late = await desk.client.post(form, data=sent | {"residence_until": ""})
    assert (late.status_code, "CANARY-Notiz" in late.text, "nicht (mehr) geöffnet" in late.text) == (409, True, True)
    again = form_of(late.text, form) | {"reason": "correction"}
    assert (await desk.client.post(form, data=again)).status_code == 303
    assert "CANARY-Notiz" in (await desk.client.get(address)).text


async def test_dis_06_two_persons_in_one_place_are_a_reason_to_examine_its_structures(desk: Gateway) -> None:
    for name in ("Beispiel, Ada", "Muster, Bela"):
        address = await case_page(desk, name)
        form = f"{address}/vertraulich"
        await post(desk, address, f"{form}/oeffnen", reason="conversation")
        kept = {"discrimination_state": "recognised", "context": "housing", "place": "Wohnbau Muster GmbH"}
        await post(desk, form, form, **kept)
    page = (await desk.client.get(address)).text
    assert "Im selben Zusammenhang: 2 Personen." in page
    done = await post(desk, address, f"{form}/untersuchung", note="Besichtigungen nur mit deutschem Namen")
    assert done == f"{address}#vertraulich"
    page = (await desk.client.get(address)).text
    assert 'Die <a href="/strukturarbeit">Untersuchung von Strukturen</a> ist eröffnet.' in page
    listed = (await desk.client.get("/strukturarbeit")).text
    assert "Untersuchung von Strukturen (Wohnen)" in listed
    assert "Besichtigungen nur mit deutschem Namen" in listed
    assert "Wohnbau" not in listed
