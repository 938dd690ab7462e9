"""Pages of recognition procedures without JavaScript: from the application to the partial notice and what follows."""

import html
import re

import pytest

from tests.integration.gateway.conftest import Gateway, csrf_of
from tests.support.pages import form_of
from tests.support.waiting import eventually

DIRECTORY = (
    "Kennung;Name;Berufe (KldB);Land der Arbeit;Zuletzt geprüft\n"
    "A-1;Landesprüfungsamt;81;Rheinland-Pfalz;15.1.2020\nA-2;Amt an der Saar;81;Saarland;15.1.2026\n"
)


@pytest.fixture
async def desk(whole: Gateway) -> Gateway:
    """A counsellor who has signed in, in a network whose directory is loaded."""
    headers = await whole.as_role("coordinator") | {"Content-Type": "text/csv"}
    sent = await whole.client.post("/api/v1/imports/authorities?strict=1", content=DIRECTORY, headers=headers)
    path = sent.json()["status_url"].split("/", 3)[3]

    async def done() -> bool:
        return (await whole.client.get(f"/{path}", headers=headers)).json()["state"] == "done"

    await eventually(done)
    await whole.sign_in("counsellor")
    return whole


async def open_case(desk: Gateway) -> str:
    """The address of the case that a new person's session opens."""
    form = form_of((await desk.client.get("/beratungen/neu")).text, "/beratungen/neu")
    typed = form | {"name": "Beispiel, Ada", "reference_occupation": "8130"}
    saved = await desk.client.post("/beratungen/neu", data=typed)
    assert saved.status_code == 303, saved.text
    page = (await desk.client.get(saved.headers["location"])).text
    return "/faelle/" + page.split('href="/faelle/')[-1].split('"')[0]


async def begin(desk: Gateway, case: str) -> tuple[str, dict[str, list[str]]]:
    """Where the form of a new procedure is sent, and what it holds."""
    page = (await desk.client.get(f"{case}/verfahren/neu")).text
    (action,) = set(re.findall(rf'action="({case}/verfahren/[^"]+/bearbeiten)"', page))
    return action, form_of(page, action)


async def text_of(desk: Gateway, address: str) -> str:
    page = await desk.client.get(address)
    assert page.status_code == 200, address
    return html.unescape(page.text)


async def test_an_authority_is_found_and_the_application_goes_to_it(desk: Gateway) -> None:
    case = await open_case(desk)
    action, form = await begin(desk, case)
    assert form["reference_occupation"][0].startswith("8130")  # known from the session
    assert form["land"] == ["rp"]
    page = await text_of(desk, f"{case}/verfahren/neu")
    assert "Landesprüfungsamt (Rheinland-Pfalz, seit über einem Jahr nicht geprüft)" in page
    searched = await desk.client.post(action, data=form | {"land": "sl", "suchen": "1"})
    assert (searched.status_code, "Amt an der Saar" in searched.text) == (200, True)
    (authority,) = re.findall(r'value="([0-9a-f-]{36})"> Amt an der Saar', searched.text)
    filed = form | {"land": "sl", "authority_id": authority, "state": "application_filed", "since": "01.06.2026"}
    saved = await desk.client.post(action, data=filed | {"announced_on": "01.07.2026"})
    assert saved.status_code == 303, saved.text
    shown = await text_of(desk, saved.headers["location"])
    assert "01.07.2026: Bescheid von der Stelle angekündigt" in shown
    assert "Amt an der Saar" in shown
    assert "Medizinische Gesundheitsberufe (8130)" in shown  # the official list is not there: its main group is
    assert "Bescheid von der Stelle angekündigt" in await text_of(desk, "/")


async def test_rec_03_after_the_partial_notice_qualification_counselling_is_proposed(desk: Gateway) -> None:
    case = await open_case(desk)
    action, form = await begin(desk, case)
    one = action.removesuffix("/bearbeiten")
    await desk.client.post(action, data=form | {"state": "application_filed", "since": "01.06.2026"})
    notice = form_of(await text_of(desk, one), f"{one}/weiter") | {"state": "notice", "since": "05.10.2026"}
    refused = await desk.client.post(f"{one}/weiter", data=notice)
    assert (refused.status_code, "fehlt das Ergebnis" in refused.text) == (422, True)
    assert "05.10.2026" in refused.text
    assert (await desk.client.post(f"{one}/weiter", data=notice | {"outcome": "partial"})).status_code == 303
    for address in (case, one):
        assert "der nächste Schritt ist die Qualifizierungsberatung" in await text_of(desk, address)
    assert "Qualifizierungsberatung anbieten" in await text_of(desk, "/")
    offer = await text_of(desk, one)
    stage = re.findall(rf'action="({one}/etappen/[^"]+)"', offer)[0]
    assert (await desk.client.post(stage, data=form_of(offer, stage))).status_code == 303
    after = await text_of(desk, one)
    assert "der nächste Schritt ist" not in after
    assert "Geplant: Qualifizierungsberatung" in after
    assert "Anerkennung des Berufsabschlusses: Bescheid erteilt" in await text_of(desk, case)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Gateway) -> None:
    case = await open_case(desk)
    action, form = await begin(desk, case)
    wrong = form | {"state": "application_filed", "since": "31.02.2026", "land": "", "reference_occupation": "Pflege"}
    refused = await desk.client.post(action, data=wrong)
    page = html.unescape(refused.text)
    assert refused.status_code == 422
    assert "kein gültiges Datum" in page
    assert 'value="31.02.2026"' in page
    no_land = await desk.client.post(action, data=wrong | {"since": "01.06.2026", "reference_occupation": "8130"})
    assert (no_land.status_code, "Land angeben" in no_land.text) == (422, True)
    future = await desk.client.post(action, data=form | {"since": "01.01.2099"})
    assert (future.status_code, "liegt in der Zukunft" in future.text) == (422, True)
    bent = await desk.client.post(action.replace("/bearbeiten", "/weiter"), data={"csrf": form["csrf"]})
    assert bent.status_code == 404


async def test_a_stand_is_corrected_a_stage_removed_and_the_whole_withdrawn_and_brought_back(desk: Gateway) -> None:
    case = await open_case(desk)
    action, form = await begin(desk, case)
    one = action.removesuffix("/bearbeiten")
    await desk.client.post(action, data=form | {"state": "notice", "outcome": "none", "since": "05.10.2026"})
    edit = form_of(await text_of(desk, action), action)
    corrected = edit | {"state": "counselled", "outcome": "", "since": "04.05.2026"}
    assert (await desk.client.post(action, data=corrected)).status_code == 303
    stale = await desk.client.post(action, data=edit | {"state": "closed"})
    assert (stale.status_code, "inzwischen geändert" in html.unescape(stale.text)) == (409, True)
    page = await text_of(desk, one)
    assert "beraten 04.05.2026" in re.sub(r"\s+", " ", page)
    stage = re.findall(rf'action="({one}/etappen/[^"]+)"', page)[-1]
    typed = form_of(page, stage) | {"kind": "knowledge_examination", "result": "reached", "on": "01.01.2040"}
    refused = await desk.client.post(stage, data=typed)
    assert (refused.status_code, "als geplant eintragen" in html.unescape(refused.text)) == (422, True)
    assert (await desk.client.post(stage, data=typed | {"on": "01.06.2026"})).status_code == 303
    assert "Kenntnisprüfung" in await text_of(desk, case)
    csrf = csrf_of(await desk.client.get(one))
    assert (await desk.client.post(f"{stage}/zuruecknehmen", data={"csrf": csrf})).status_code == 303
    assert (await desk.client.post(f"{one}/zurueckziehen", data={"csrf": csrf, "reason": "doppelt"})).status_code == 303
    gone = await text_of(desk, f"{one}?gespeichert=2")
    assert "zurückgezogen" in gone
    assert f'href="{one}"' not in await text_of(desk, case)
    back = form_of(gone, f"{one}/zurueckholen")
    assert (await desk.client.post(f"{one}/zurueckholen", data=back)).status_code == 303
    assert f'href="{one}"' in await text_of(desk, case)


async def test_rec_02_the_directory_is_found_by_occupation_and_land(desk: Gateway) -> None:
    whole = await text_of(desk, "/zustaendige-stellen")
    assert "Amt an der Saar" in whole
    assert "Zentralen Servicestelle Berufsanerkennung" in whole  # ORG-06
    assert "beschleunigtes Fachkräfteverfahren" in whole  # REC-08
    found = await text_of(desk, "/zustaendige-stellen?reference_occupation=8130&land=rp")
    assert "seit über einem Jahr nicht geprüft" in found
    assert "Amt an der Saar" not in found
    assert "noch keine Stelle" in await text_of(desk, "/zustaendige-stellen?reference_occupation=8130&land=by")
    unclear = await desk.client.get("/zustaendige-stellen?reference_occupation=Quatschberuf")
    assert (unclear.status_code, "kommt das nicht vor" in html.unescape(unclear.text)) == (422, True)
