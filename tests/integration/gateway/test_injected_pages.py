"""Texts that are commands somewhere stay text on every page that shows them, and fail in no form."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from services.counselling.app import create_app as create_counselling
from services.registration.app import create_app as create_registration
from services.reporting.app import create_app as create_reporting
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import ROLES, Gateway, served, settings
from tests.support.apps import serving
from tests.support.federation import Federation
from tests.support.matrix import SESSION
from tests.support.page_forms import PageForm, forms_of
from tests.support.payloads import HEADERS, HTML, MARK, PAYLOADS, TEMPLATES, alive
from tests.support.routes import declared

TRIED = 3
"""Payloads per field; the fields take turns."""
CREATORS = {"registration": create_registration, "counselling": create_counselling, "reporting": create_reporting}
SHOWN = [*HTML, *TEMPLATES]

pytestmark = pytest.mark.usefixtures("short_streams")


@pytest.fixture
async def site(federation: Federation, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """The gateway of rp with all its services."""
    async with contextlib.AsyncExitStack() as stack:
        urls: dict[str, Any] = {}
        for name, create in CREATORS.items():
            app = create(federation.settings("rp", database(name)))
            behind = app.state.settings
            await stack.enter_async_context(serving(app, behind.port))
            urls |= {f"{name}_url": f"http://127.0.0.1:{behind.port}", "signing_key": behind.signing_key}
        yield await stack.enter_async_context(served(settings("rp", database("gateway"), tmp_path, **urls)))


async def pages(site: Gateway) -> list[str]:
    """Addresses of all pages without parameters."""
    return [route.path for route in declared(site.app) if route.method == "GET" and "{" not in route.path]


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_what_was_recorded_stays_text_on_every_page(site: Gateway) -> None:
    who = await site.as_role("counsellor")
    kept = 0
    for text in SHOWN:
        person, session = uuid4(), uuid4()
        named = await site.client.put(f"/api/v1/persons/{person}", headers=who, json={"name": text})
        assert named.status_code in (200, 422), text
        if named.status_code == 200:
            body = SESSION | {"person_id": str(person)}
            kept += (await site.client.put(f"/api/v1/sessions/{session}", headers=who, json=body)).status_code == 200
        asked = {"name": text[:100], "path": "/anfrage?indicator=counselling_sessions", "shared": True}
        await site.client.put(f"/api/v1/views/{uuid4()}", headers=who, json=asked)
    assert kept > 50
    shown = 0
    for role in ROLES:
        site.client.cookies.clear()
        await site.sign_in(role)
        for path in await pages(site):
            answer = await site.client.get(path)
            assert answer.status_code < 500, (role, path)
            if "html" in answer.headers.get("content-type", ""):
                assert alive(answer.text) == [], (role, path)
                shown += answer.text.count(f"&lt;{MARK}")
    assert shown > 20


async def sent(site: Gateway, page: str, form: PageForm, name: str, payload: str) -> list[Any]:
    """What is wrong after a form was sent with a payload in one field."""
    place: dict[str, Any] = {"params" if form.method == "GET" else "data": form.values | {name: payload}}
    answer = await site.client.request(form.method, form.action or page, **place)
    shown = alive(answer.text) if "html" in answer.headers.get("content-type", "") else []
    bad = answer.status_code >= 500 or shown
    return [(form.action or page, name, payload[:60], answer.status_code, shown)] if bad else []


async def forms(site: Gateway) -> list[tuple[str, PageForm]]:
    """Every form of every page, but for those that end the session."""
    found = []
    for path in await pages(site):
        page = await site.client.get(path)
        if "html" in page.headers.get("content-type", ""):
            found += [(path, form) for form in forms_of(page.text)]
    return [(path, form) for path, form in found if not form.action.startswith(("/abmelden", "/sitzungen"))]


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_no_field_of_a_page_fails_or_comes_to_life(site: Gateway) -> None:
    wrong: list[Any] = []
    seen: set[tuple[str, str]] = set()
    for role in ROLES:
        site.client.cookies.clear()
        await site.sign_in(role)
        fields = [(path, form, name) for path, form in await forms(site) for name in form.texts]
        for path, form, name in fields:
            if (form.action or path, name) in seen:
                continue
            seen.add((form.action or path, name))
            for payload in (PAYLOADS[(len(seen) * TRIED + step) % len(PAYLOADS)] for step in range(TRIED)):
                wrong += await sent(site, path, form, name, payload)
    assert not wrong, wrong[:20]
    assert len(seen) > 30


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_no_address_or_header_of_a_request_comes_to_life(gateway: Gateway) -> None:
    await gateway.sign_in("counsellor")
    paths = ("/anmelden?weiter=", "/gibt-es-nicht/", "/beratungen?month=", "/anfrage?indicator=")
    for number, payload in enumerate(PAYLOADS):
        path = paths[number % len(paths)]
        answer = await gateway.client.get(path + quote(payload, safe=""))
        assert answer.status_code < 500 or answer.status_code == 503, (path, payload)
        assert alive(answer.text) == [], (path, payload)
        assert MARK not in answer.headers.get("set-cookie", "")
        assert not answer.headers.get("location", "/").startswith(("//", "http", "javascript:"))
    names = ("Referer", "User-Agent", "Accept-Language", "X-Forwarded-Host", "X-Forwarded-For", "HX-Request")
    for number, payload in enumerate([*HTML, *HEADERS]):
        plain = "".join(character for character in payload if 32 <= ord(character) < 127).strip()
        answer = await gateway.client.get("/impressum", headers={names[number % len(names)]: plain})
        assert answer.status_code == 200
        assert alive(answer.text) == []
