"""The audit page names accounts that a provider knows by number; names stay in the gateway's database."""

import contextlib
import html
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest

from services.counselling.app import create_app as create_counselling
from services.registration.app import create_app as create_registration
from shared.logs import DiscreetFormatter
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, served, settings
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.provider import CLIENT, Provider, person
from tests.support.recording import rows
from tests.support.servers import free_port

NAME = "kanarienvogel-a"
CARRIER = str(uuid4())


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider of its own process."""
    found = Provider(tmp_path_factory.mktemp("provider"))
    found.start()
    yield found
    found.stop()


@pytest.fixture
async def site(
    federation: Federation, database: MakeDatabase, tmp_path: Path, provider: Provider
) -> AsyncIterator[Gateway]:
    """The gateway of rp with its recording services, that signs in at the provider."""
    async with contextlib.AsyncExitStack() as stack:
        port, behind = free_port(), dict[str, FastAPI]()
        more: dict[str, Any] = {"auth_mode": "oidc", "accounts_file": None, "oidc_issuer": provider.issuer}
        more |= {"oidc_client_id": CLIENT, "oidc_client_secret": "s", "public_url": f"http://127.0.0.1:{port}"}
        for name, create in (("registration", create_registration), ("counselling", create_counselling)):
            app = behind[name] = create(federation.settings("rp", database(name)))
            told = app.state.settings
            await stack.enter_async_context(serving(app, told.port))
            more |= {f"{name}_url": f"http://127.0.0.1:{told.port}", "signing_key": told.signing_key}
        asked = settings("rp", database("gateway"), tmp_path, port=port, **more)
        found = await stack.enter_async_context(served(asked))
        found.behind = behind
        yield found


async def sign_in(site: Gateway, provider: Provider, subject: str, role: str, name: str) -> None:
    """Sign in at the provider as someone of the carrier."""
    await provider.person(subject, **(person(role) | {"preferred_username": name, "carrier_id": CARRIER}))
    asked = await site.client.get("/anmelden/start", params={"weiter": "/impressum"})
    back = await provider.consent(asked.headers["location"], subject)
    answer = await site.client.get(back)
    assert answer.headers["location"] == "/impressum", answer.text


async def recorded(site: Gateway) -> None:
    """A person saved on the page by whoever is signed in."""
    page = await site.client.get("/personen/neu")
    fields = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text.split("<main")[1]))
    saved = await site.client.post("/personen/neu", data=fields | {"family_name": "Beispiel"})
    assert saved.status_code == 303, saved.text


async def protocol(site: Gateway, query: str = "") -> str:
    page = await site.client.get(f"/protokoll{query}")
    assert page.status_code == 200
    return html.unescape(page.text.split("<main")[1])


async def test_the_audit_page_says_names_and_is_searched_by_them(site: Gateway, provider: Provider) -> None:
    subject, admin = str(uuid4()), str(uuid4())
    await sign_in(site, provider, subject, "counsellor", NAME)
    await recorded(site)
    await sign_in(site, provider, admin, "admin", "verwaltung-a")
    shown = await protocol(site)
    assert f'<td>{NAME} <span class="muted hash">{subject}</span></td>' in shown
    for typed in (NAME.upper(), subject):
        found = await protocol(site, f"?konto={typed}&was=changed")
        assert "Person gespeichert" in found
    assert "Dazu steht nichts im Protokoll." in await protocol(site, "?konto=verwaltung-b")
    await sign_in(site, provider, subject, "counsellor", "neuer-name")  # the newest name counts
    await sign_in(site, provider, admin, "admin", "verwaltung-a")
    assert "neuer-name" in await protocol(site)


async def test_names_of_staff_are_in_the_gateways_database_alone(
    site: Gateway, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        await sign_in(site, provider, str(uuid4()), "counsellor", NAME)
        await recorded(site)
        await site.client.get("/personen")
    (kept,) = await rows(site.app, "SELECT name FROM account_name")
    assert tuple(kept) == (NAME,)
    for app in site.behind.values():
        for table in ("outbox", "audit", "draft" if "counselling" in app.title else "person"):
            found = await rows(app, f"SELECT {table}::text FROM {table}")
            told = [text for (text,) in found]
            if table == "outbox":
                told += [text for (text,) in await rows(app, "SELECT convert_from(body, 'utf8') FROM outbox")]
            assert NAME not in " ".join(told)
    lines = [DiscreetFormatter().format(record) for record in caplog.records if record.name.startswith("services")]
    assert NAME not in " ".join(lines)
    assert NAME not in generate_latest().decode()
