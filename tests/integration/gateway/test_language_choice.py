"""The centre speaks the language its address or a cookie names; a network's staff are spoken to in German."""

import html
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, served, settings

ENGLISH, GERMAN = '<html lang="en">', '<html lang="de">'


@pytest.fixture
async def centre(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of the centre; its reporting is away."""
    async with served(settings("de", database("gateway"), tmp_path, reporting_url="http://127.0.0.1:9")) as found:
        yield found


async def test_the_choice_is_kept_in_a_cookie_that_names_a_language_and_nothing_else(centre: Gateway) -> None:
    assert GERMAN in (await centre.client.get("/anmelden")).text
    chosen = await centre.client.get("/anmelden?sprache=en")
    assert ENGLISH in chosen.text
    assert chosen.headers["set-cookie"] == "iq_sprache=en; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
    again = await centre.client.get("/anmelden?weiter=/bund%3Fjahr%3D2022")
    assert ENGLISH in again.text
    assert "set-cookie" not in again.headers
    assert "Skip to content" in again.text
    assert 'href="/anmelden?weiter=%2Fbund%3Fjahr%3D2022&amp;sprache=de" lang="de" hreflang="de">Deutsch' in again.text
    assert GERMAN in (await centre.client.get("/anmelden?sprache=de")).text
    assert GERMAN in (await centre.client.get("/anmelden")).text
    assert "set-cookie" not in (await centre.client.get("/anmelden?sprache=fr")).headers


async def test_what_is_refused_is_said_in_the_language_too_but_never_in_the_api(centre: Gateway) -> None:
    centre.client.cookies.set("iq_sprache", "en")
    form = {"username": "nobody", "password": "wrong", "weiter": "/"}
    refused = await centre.client.post("/anmelden", data=form)
    assert refused.status_code == 401
    assert "User name or password is wrong." in refused.text
    assert 'href="/?sprache=de"' in refused.text  # a form that was sent cannot be asked for again
    await centre.sign_in("coordination")
    asked = await centre.client.get("/zweck")
    assert "What do you need the exact figures for?" in asked.text
    assert "(Coordination)" in " ".join(asked.text.split())
    gone = await centre.client.get("/gibt-es-nicht")
    assert ENGLISH in gone.text
    assert "Not found. Please check the address." in gone.text
    assert "This service cannot be reached" in (await centre.client.get("/methoden")).text
    assert "Bitte prüfen" in (await centre.client.get("/api/v1/gibt-es-nicht")).json()["detail"]
    assert GERMAN in (await centre.client.get("/leichte-sprache")).text


async def test_pages_of_networks_stay_german_but_those_for_everyone(gateway: Gateway) -> None:
    asked = await gateway.client.get("/anmelden?sprache=en")
    assert GERMAN in asked.text
    assert "set-cookie" not in asked.headers
    gateway.client.cookies.set("iq_sprache", "en")
    assert GERMAN in (await gateway.client.get("/impressum")).text
    shown = html.unescape((await gateway.client.get("/impressum?sprache=en")).text)
    assert ENGLISH in shown
    assert 'href="/barrierefreiheit?sprache=en"' in shown
    assert 'href="/impressum?sprache=de" lang="de" hreflang="de">Deutsch' in shown
