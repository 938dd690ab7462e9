"""Pages of items: written, shown as public, handed in, released; nothing typed is lost (VST, GP, PDB)."""

from typing import Any

import pytest

from tests.integration.gateway.conftest import Gateway
from tests.support.pages import form_of

PROJECT = {
    "title": "Willkommensmappe",
    "programme": "iko",
    "organisation": "Jobcenter Musterstadt",
    "house_type": "job_centre",
    "topic": "recognition",
    "idea": "Idee von Frau Beispiel",
    "done": "Mappe\r\nin vier Sprachen",
    "result": "",
    "mailbox": "anna.muster@haus.example",
}


async def send(network: Gateway, page: str, action: str, **values: Any) -> Any:
    """Open a page and send the form that goes to `action`, as a browser without JavaScript does."""
    shown = await network.client.get(page)
    assert shown.status_code == 200, shown.text
    return await network.client.post(action, data=form_of(shown.text, action) | values)


@pytest.mark.timeout(60)
async def test_a_project_goes_from_the_desk_to_the_public_as_it_was_shown(network: Gateway) -> None:
    await network.sign_in("trainer")
    assert "Neuer Vorgang" in (await network.client.get("/vorgaenge")).text
    new = "/vorgaenge/neu?art=project"
    refused = await send(network, new, new, **PROJECT)
    assert (refused.status_code, "Adresse einer Person" in refused.text) == (422, True)
    for kept in ("anna.muster@haus.example", "Idee von Frau Beispiel", "in vier Sprachen"):
        assert kept in refused.text
    saved = await send(network, new, new, **PROJECT | {"mailbox": "kontakt@haus.example"})
    assert saved.status_code == 303, saved.text
    item = saved.headers["location"].partition("?")[0]
    preview = await network.client.get(f"{item}/vorschau")
    for words in ("Was getan wurde: Mappe<br>in vier Sprachen", "kontakt@haus.example", "Angaben zu Personen?"):
        assert words in preview.text
    gaps = await send(network, f"{item}/vorschau", f"{item}/vorlegen", confirmed="1")
    assert (gaps.status_code, "„Was dabei herauskam“ fehlt" in gaps.text) == (422, True)
    whole = PROJECT | {"mailbox": "kontakt@haus.example", "result": "Gut"}
    assert (await send(network, f"{item}/bearbeiten", f"{item}/bearbeiten", **whole)).status_code == 303
    doubted = await send(network, f"{item}/vorschau", f"{item}/vorlegen")
    assert (doubted.status_code, "Frau Beispiel" in doubted.text) == (422, True)
    assert (await send(network, f"{item}/vorschau", f"{item}/vorlegen", confirmed="1")).status_code == 303
    await released(network, item)


async def released(network: Gateway, item: str) -> None:
    """Somebody who coordinates the network releases an item, and takes it from the public again."""
    await network.sign_in("coordinator")
    waiting = await network.client.get("/vorgaenge?freigabe=submitted")
    assert ("Willkommensmappe" in waiting.text, "Neuer Vorgang" in waiting.text) == (True, False)
    unseen = await send(network, f"{item}/vorschau", f"{item}/freigeben", confirmed="1")
    assert (unseen.status_code, "die öffentliche Fassung gesehen" in unseen.text) == (422, True)
    both = {"seen_as_public": "1", "confirmed": "1"}
    assert (await send(network, f"{item}/vorschau", f"{item}/freigeben", **both)).status_code == 303
    shown = await network.client.get(item)
    assert "veröffentlicht" in shown.text
    assert f'action="{item}/stand"' not in shown.text  # who releases does not write
    gone = await send(network, f"{item}/vorschau", f"{item}/nicht-oeffentlich", reason="Das Haus wünscht es")
    assert gone.status_code == 303
    assert "zurückgezogen" in (await network.client.get(item)).text


async def test_a_transfer_goes_its_steps_and_is_withdrawn(network: Gateway) -> None:
    await network.sign_in("trainer")
    new = "/vorgaenge/neu?art=transfer"
    assert "nicht angegeben" not in (await network.client.get(new)).text
    typed = {"title": "APQ Pflege", "delivery": "blended", "azav": "none", "route": "state"}
    saved = await send(network, new, new, **typed)
    assert saved.status_code == 303, saved.text
    item = saved.headers["location"].partition("?")[0]
    assert "Dieser Weg trägt oft nicht auf Dauer." in (await network.client.get(item)).text
    assert (await send(network, item, f"{item}/stand", state="started")).status_code == 303
    refused = await send(network, item, f"{item}/stand", state="completed")
    assert (refused.status_code, "genau ein Berufsbereich" in refused.text) == (422, True)
    assert (await send(network, item, f"{item}/stand", state="abandoned")).status_code == 422
    stopped = await send(network, item, f"{item}/stand", state="abandoned", reason="Träger schließt")
    assert stopped.status_code == 303
    gone = await send(network, f"{item}/bearbeiten", f"{item}/zurueckziehen", reason="doppelt")
    assert gone.status_code == 303
    assert "APQ Pflege" not in (await network.client.get("/vorgaenge")).text
    assert (await network.client.get("/vorgaenge/neu?art=wetter")).status_code == 200  # asks which kind


async def test_who_may_not_is_told_so(network: Gateway) -> None:
    await network.sign_in("admin")
    assert (await network.client.get("/vorgaenge")).status_code == 200
    assert (await network.client.get("/vorgaenge/neu")).status_code == 403
    await network.sign_in("counsellor")
    assert (await network.client.get("/vorgaenge")).status_code == 403
    coordinator, trainer = await network.as_role("coordinator"), await network.as_role("trainer")
    act = "/api/v1/items/7f1f3a52-6d6f-4a4e-9a39-0d1c6f1c2b11/release"
    body = {"revision": 1, "seen_as_public": True}
    assert (await network.client.post(act, headers=trainer, json=body)).status_code == 403
    assert (await network.client.post(act, headers=coordinator, json=body)).status_code == 404
