"""Certificates on real services: issued and printed by trainers, checked by everyone, who learns one word."""

from typing import Any
from uuid import UUID

import pytest

from services.gateway.open_forms import Sendings
from services.gateway.pages.certificate_check import TOO_MANY
from tests.integration.gateway.conftest import Gateway
from tests.support.page_forms import forms_of
from tests.support.papers import code_on
from tests.support.recording import rows
from tests.support.training import Training

NAME = "Teilnehmerin Ọlá"


@pytest.fixture
async def run(network: Gateway) -> Training:
    """A run of the accounts' carrier; a trainer has signed in."""
    found = await rows(network.app, "SELECT carrier_id FROM account WHERE role = 'trainer'")
    made = Training(UUID(str(found[0][0])))
    house = made.registration("Haus am Park")
    made.participant(house, NAME, 4)
    made.participant(house, "Nie da")
    await made.save(network.behind["registration"])
    await network.sign_in("trainer")
    return made


def here(run: Training) -> str:
    """The page of a run."""
    return f"/durchgaenge/{run.run_id}/bescheinigungen"


async def send(network: Gateway, run: Training, action: str, **typed: str) -> Any:
    """Send the first form of the page that goes to an address, as a browser without JavaScript does."""
    page = await network.client.get(here(run))
    assert page.status_code == 200, page.text
    form = next(form for form in forms_of(page.text) if form.action.endswith(action))
    blank = dict.fromkeys(form.texts, "") if action.endswith("bescheinigungen") else {}
    kept = {name: form.values[name] for name in ("csrf", "certificate_id", "kind") if name in form.values}
    return await network.client.post(form.action, data=blank | kept | typed)


async def said_of(network: Gateway, code: str, query: str = "") -> tuple[int, str]:
    """What the public page says of a code: status, and the page without what was asked."""
    network.client.cookies.clear()
    answer = await network.client.get(f"/nachweis/{code}{query}")
    return answer.status_code, answer.text.replace(code, "…")


@pytest.mark.timeout(60)
async def test_iko_27_a_certificate_is_issued_printed_checked_and_withdrawn(network: Gateway, run: Training) -> None:
    page = (await network.client.get(here(run))).text
    for words in (NAME, "Nie da", "Haus am Park", "4 von 4", "0 von 4", "Es ist keine Anwesenheit erfasst."):
        assert words in page, words
    done = await send(network, run, "/alle")
    assert done.headers["location"] == f"{here(run)}?getan=ausgestellt&neu=1&schon=0&ohne=1"
    assert "Eine Bescheinigung ist ausgestellt" in (await network.client.get(done.headers["location"])).text
    assert "Teilnahmebescheinigung: ausgestellt" in (await network.client.get(here(run))).text
    pdf = await send(network, run, "/drucken")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    address = code_on(pdf.content)
    base, _, code = address.rpartition("/nachweis/")
    assert base == network.app.state.settings.base_url
    status, valid = await said_of(network, code)
    assert (status, "<h2>gültig</h2>" in valid) == (200, True)
    for secret in (NAME, "Interkulturelle", "Haus", "2026", "Teilnahme"):
        assert secret not in valid, secret
    _, unknown = await said_of(network, "0000-0000-0000-0000")
    assert "<h2>unbekannt</h2>" in unknown
    await network.sign_in("trainer")
    refused = await send(network, run, "/zurueckziehen", reason="x")
    assert (refused.status_code, 'value="x"' in refused.text, "box--error" in refused.text) == (422, True, True)
    gone = await send(network, run, "/zurueckziehen", reason="Name falsch")
    assert gone.status_code == 303
    assert "Name falsch" in (await network.client.get(here(run))).text
    status, withdrawn = await said_of(network, code)
    assert (status, "<h2>zurückgezogen</h2>" in withdrawn) == (200, True)
    words = ("gültig", "zurückgezogen", "unbekannt")
    assert [[f"<h2>{word}</h2>" in text for word in words] for text in (valid, withdrawn, unknown)] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    _, english = await said_of(network, code, "?sprache=en")
    assert ("<h2>withdrawn</h2>" in english, "Check a certificate" in english) == (True, True)


@pytest.mark.timeout(60)
async def test_what_is_refused_keeps_what_was_typed_and_needs_a_reason(network: Gateway, run: Training) -> None:
    empty = await send(network, run, "/bescheinigungen", kind="")
    assert (empty.status_code, "„Für wen“ fehlt" in empty.text, "„Art“ fehlt" in empty.text) == (422, True, True)
    late = next(row for row in run.rows if getattr(row, "name", "") == "Nie da")
    typed = {"holder": f"teilnahme:{late.participant_id}", "kind": "attendance", "name": "Nie  <b>da"}  # type: ignore[attr-defined]  # a participant
    refused = await send(network, run, "/bescheinigungen", **typed)
    assert refused.status_code == 422
    for words in ("Nie  &lt;b&gt;da", "keine Anwesenheit erfasst", "bitte begründen", "<title>Fehler:"):
        assert words in refused.text, words
    issued = await send(network, run, "/bescheinigungen", **typed | {"exception": "Liste verloren", "name": "Nie 例"})
    assert issued.status_code == 303
    unprinted = await send(network, run, "/drucken")
    assert (unprinted.status_code, "lateinischer Schrift wie im Ausweis" in unprinted.text) == (409, True)
    forged = await network.client.post(f"{here(run)}/alle", data={"kind": "attendance"})
    assert forged.status_code == 403
    await network.sign_in("admin")
    page = await network.client.get(here(run))
    assert (page.status_code, "Drucken (PDF)" in page.text, "Ausstellen" in page.text) == (200, True, False)
    await network.sign_in("counsellor")
    assert (await network.client.get(here(run))).status_code == 403


@pytest.mark.timeout(60)
async def test_codes_are_guessed_sixty_times_an_hour_and_no_more(network: Gateway) -> None:
    assert network.app.state.checks.most == 60
    network.app.state.checks = Sendings(most=4, said=TOO_MANY)
    tried = ("?code=", "?code=0000", "/%20", "/%00%ED%A0%80%F0%9F%A6%86", f"/{'x' * 3000}", "/0000", "?code=0001")
    answers = [await network.client.get(f"/nachweis{one}") for one in tried]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert "in einer Stunde noch einmal" in answers[-1].text
    assert (await network.client.get("/nachweis")).status_code == 200
    who = await network.as_role("trainer")
    for method, path in (("POST", "/api/v1/certificates/check"), ("GET", "/api/v1/certificates")):
        assert (await network.client.request(method, path, headers=who)).status_code == 404
