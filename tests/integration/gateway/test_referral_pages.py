"""Pages of consents and referrals on the real services: blocked, printed, noted, told, withdrawn, blocked again."""

from typing import Any

import pytest

from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_case_pages import case_page
from tests.support.pages import form_of
from tests.support.recording import rows
from tests.support.waiting import eventually

BODY = {"kind": "iq_qualification", "name": "Brücke Pflege", "languages": "Ukrainisch, arabisch"}


@pytest.fixture
async def desk(whole: Gateway) -> Gateway:
    """A counsellor who has signed in."""
    await whole.sign_in("counsellor")
    return whole


async def send(desk: Gateway, address: str, action: str = "", **typed: Any) -> Any:
    """Fill the form of a page and send it."""
    target = action or address
    page = await desk.client.get(address)
    return await desk.client.post(target, data=form_of(page.text, target) | typed)


async def in_directory(desk: Gateway, **more: str) -> None:
    """Add a body as the administration of the carrier, and be the counsellor again."""
    await desk.sign_in("admin")
    page = (await desk.client.get("/stellen/neu")).text
    carrier = more.pop("carrier", "")
    saved = await desk.client.post(
        "/stellen/neu", data=form_of(page, "/stellen/neu") | BODY | more | {"carrier_id": carrier}
    )
    assert saved.status_code == 303, saved.text
    assert "Arabisch, Ukrainisch" in (await desk.client.get("/stellen?q=pflege")).text
    await desk.sign_in("counsellor")


async def own_carrier(desk: Gateway) -> str:
    """The id of the carrier of all accounts."""
    found = await rows(desk.app, "SELECT DISTINCT carrier_id FROM account WHERE carrier_id IS NOT NULL")
    return str(found[0][0])


def value_of(page: str, name: str) -> str:
    """The value of the option that shows a name."""
    return page.split(f"{name}</option>", maxsplit=1)[0].rsplit('value="', 1)[1].split('"', maxsplit=1)[0]


async def test_con_02_to_con_04_a_named_referral_is_blocked_until_a_consent_is_noted_and_after_it_is_withdrawn(
    desk: Gateway,
) -> None:
    await in_directory(desk)
    case = await case_page(desk)
    form = await desk.client.get(f"{case}/verweis")
    to = value_of(form.text, "Brücke Pflege")
    refused = await send(desk, f"{case}/verweis", body_id=to, named="yes", note="Anpassungsqualifizierung")
    assert refused.status_code == 409
    for text in (
        "keine Entbindung von der Schweigepflicht",
        "Anpassungsqualifizierung",
        f"{case}/entbindung?stelle={to}",
    ):
        assert text in refused.text
    filled = {"body_id": to, "purposes": "qualification"}
    for wanted, sign in (("seite", b"Release from confidentiality"), ("pdf", b"%PDF")):
        paper = await send(desk, f"{case}/entbindung", **filled, papier=wanted)
        assert (paper.status_code, sign in paper.content) == (200, True)
        assert wanted == "pdf" or "Beispiel, Ada" in paper.text
    assert (await send(desk, f"{case}/entbindung", papier="pdf")).status_code == 422
    noted = await send(desk, f"{case}/entbindung", **filled)
    assert noted.status_code == 303, noted.text
    assert (await send(desk, f"{case}/verweis", body_id=to, named="yes")).status_code == 303
    page = (await desk.client.get(case)).text
    for text in ("gültig", "namentlicher Verweis", "Entbindung unterschrieben: Brücke Pflege"):
        assert text in page
    withdrawal = page.split("/widerrufen")[0].rsplit('action="', 1)[1] + "/widerrufen"
    assert (await send(desk, case, withdrawal)).status_code == 303
    blocked = await send(desk, f"{case}/weitergabe", body_id=to, purpose="qualification", agreed="yes")
    assert (blocked.status_code, "widerrufen" in blocked.text) == (409, True)
    assert "namentlicher Verweis" in (await desk.client.get(case)).text
    assert (await send(desk, f"{case}/verweis", body_id=to)).status_code == 303


async def test_a_proposal_is_answered_by_the_trainers_it_is_made_to_and_seen_until_its_consent_is_withdrawn(
    desk: Gateway,
) -> None:
    await in_directory(desk, carrier=await own_carrier(desk))
    case = await case_page(desk, "Vorschlag, Vera")
    to = value_of((await desk.client.get(f"{case}/verweis")).text, "Brücke Pflege")
    await send(desk, f"{case}/entbindung", body_id=to, purposes="qualification")
    assert (await send(desk, f"{case}/verweis", body_id=to, named="yes")).status_code == 303

    async def shown() -> bool:
        return "Vorschlag, Vera" in (await desk.client.get("/vorschlaege")).text

    await desk.sign_in("trainer")
    await eventually(shown, 20)
    assert "Ein Vorschlag wartet auf Ihre Antwort" in (await desk.client.get("/")).text
    action = (await desk.client.get("/vorschlaege")).text.split('action="/vorschlaege/')[1].split('"')[0]
    assert (await send(desk, "/vorschlaege", f"/vorschlaege/{action}", answer="no_place")).status_code == 303
    assert "abgelehnt: kein Platz frei" in (await desk.client.get("/vorschlaege")).text
    await desk.sign_in("counsellor")

    async def answered() -> bool:
        page = (await desk.client.get(case)).text
        return "Vorschlag abgelehnt" in page and "kein Platz frei" in page and "dort abgewiesen" in page

    await eventually(answered, 20)
    page = (await desk.client.get(case)).text
    withdrawal = page.split("/widerrufen")[0].rsplit('action="', 1)[1] + "/widerrufen"
    assert (await send(desk, case, withdrawal)).status_code == 303
    await desk.sign_in("trainer")

    async def gone() -> bool:
        return not await shown()

    await eventually(gone, 20)


async def test_a_language_that_nobody_knows_is_named_and_nothing_typed_is_lost(desk: Gateway) -> None:
    refused = await send(desk, "/stellen/neu", name="Treffpunkt", kind="other", languages="Arabisch, Klingonisch")
    assert refused.status_code == 422
    assert "„Klingonisch“ ist als Sprache nicht bekannt" in refused.text
    assert 'value="Treffpunkt"' in refused.text


async def test_cns_25_a_session_in_a_partners_rooms_names_the_partner(desk: Gateway) -> None:
    form = "/beratungen/neu"
    assert "In den Räumen von" not in (await desk.client.get(form)).text  # nobody to choose
    assert (await send(desk, "/stellen/neu", kind="job_centre", name="Jobcenter, Haus B")).status_code == 303
    partner = value_of((await desk.client.get(form)).text, "Jobcenter, Haus B")
    saved = await send(desk, form, partner_id=partner, name="Beispiel, Ada")
    assert saved.status_code == 303, saved.text
    shown = saved.headers["location"].split("?")[0]
    assert "<dt>In den Räumen von</dt><dd>Jobcenter, Haus B</dd>" in (await desk.client.get(shown)).text
    await desk.sign_in("admin")
    assert (await send(desk, f"/stellen/{partner}/bearbeiten", "/stellen/neu", withdrawn="yes")).status_code == 303
    await desk.sign_in("counsellor")
    assert "In den Räumen von" not in (await desk.client.get(form)).text
    wrong = await send(desk, f"{shown}/korrigieren", form, date="31.2.2026")
    assert (wrong.status_code, f'value="{partner}" selected' in wrong.text) == (422, True)
    corrected = await send(desk, f"{shown}/korrigieren", form, channel="phone")
    assert corrected.status_code == 303, corrected.text
    assert "Jobcenter, Haus B" in (await desk.client.get(shown)).text  # what was, stays
