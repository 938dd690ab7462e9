"""Sessions: rotated, revocable, ended by time and by changed rights; their cookies (ASVS v5.0.0-7.2.4, 7.3, 7.4)."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.gateway.sessions import ABSOLUTE, IDLE
from shared import clock
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import PASSWORD, Gateway, csrf_of, served, settings
from tests.support.clock import clock_at
from tests.support.recording import rows


async def works(gateway: Gateway, cookie: str) -> bool:
    """Whether a cookie still signs somebody in, tried in a browser of its own."""
    async with httpx2.AsyncClient(base_url=gateway.client.base_url, trust_env=False) as browser:
        headers = {"Cookie": f"{gateway.app.state.settings.cookie}={cookie}"}
        return (await browser.get("/sitzungen", headers=headers)).status_code == 200


async def entered(gateway: Gateway, role: str = "counsellor") -> str:
    """The cookie after signing in with this browser."""
    answer = await gateway.sign_in(role)
    return str(answer.cookies[gateway.app.state.settings.cookie])


async def another(gateway: Gateway, role: str = "counsellor") -> str:
    """The cookie after signing in with another browser."""
    async with httpx2.AsyncClient(base_url=gateway.client.base_url, trust_env=False) as browser:
        answer = await browser.post("/anmelden", data={"username": role, "password": PASSWORD})
        return str(answer.cookies[gateway.app.state.settings.cookie])


async def test_an_old_cookie_never_survives_a_sign_in(gateway: Gateway) -> None:
    first = await entered(gateway)
    second = await entered(gateway)
    assert first != second
    assert [await works(gateway, first), await works(gateway, second)] == [False, True]
    gateway.client.cookies.set("iq_rp", "chosen by somebody else")
    assert await entered(gateway) != "chosen by somebody else"


async def test_a_session_that_may_do_more_gets_another_cookie(centre: Gateway) -> None:
    before = await entered(centre, "coordination")
    page = await centre.client.get("/zweck")
    form = {"csrf": csrf_of(page), "purpose": "Quartalsbericht"}
    after = (await centre.client.post("/zweck", data=form)).cookies["iq_de"]
    assert [await works(centre, before), await works(centre, after)] == [False, True]
    assert (await centre.client.post("/zweck", data=form)).status_code == 403  # the form's token is a new one too


async def test_a_session_ends_after_half_an_hour_idle_and_after_ten_hours(gateway: Gateway) -> None:
    idle, busy = await another(gateway), await another(gateway)
    start, now = clock.now(), timedelta()
    while now <= ABSOLUTE:
        with clock_at(start + now):
            assert await works(gateway, busy)
        now += timedelta(minutes=29)
    with clock_at(start + IDLE + timedelta(minutes=1)):
        assert not await works(gateway, idle)
    with clock_at(start + ABSOLUTE + timedelta(minutes=1)):
        assert not await works(gateway, busy)


async def test_a_stolen_cookie_is_worth_nothing_after_sign_out(gateway: Gateway) -> None:
    stolen = await entered(gateway)
    page = await gateway.client.get("/sitzungen")
    assert await works(gateway, stolen)
    left = await gateway.client.post("/abmelden", data={"csrf": csrf_of(page)})
    assert 'iq_rp=""' in left.headers["set-cookie"]
    assert not await works(gateway, stolen)


async def test_own_sessions_are_listed_and_ended(gateway: Gateway) -> None:
    mine, one, two = await entered(gateway), await another(gateway), await another(gateway)
    page = await gateway.client.get("/sitzungen")
    assert page.text.count("/beenden") == 4  # three sessions, and all others
    assert (page.text.count(">dieser<"), page.text.count(">ein anderer<")) == (1, 2)
    assert not any(cookie in page.text for cookie in (mine, one, two))
    csrf = {"csrf": csrf_of(page)}
    newest = page.text.split('action="/sitzungen/')[1].split("/")[0]
    assert (await gateway.client.post(f"/sitzungen/{newest}/beenden", data=csrf)).status_code == 303
    assert [await works(gateway, cookie) for cookie in (mine, one, two)] == [True, True, False]
    await gateway.client.post("/sitzungen/andere/beenden", data=csrf)
    assert [await works(gateway, cookie) for cookie in (mine, one, two)] == [True, False, False]


async def test_nobody_ends_the_session_of_somebody_else(gateway: Gateway) -> None:
    theirs = await another(gateway, "trainer")
    (row,) = await rows(gateway.app, "SELECT session_id FROM sign_in")
    await entered(gateway)
    page = await gateway.client.get("/sitzungen")
    assert str(row.session_id) not in page.text
    await gateway.client.post(f"/sitzungen/{row.session_id}/beenden", data={"csrf": csrf_of(page)})
    await gateway.client.post("/sitzungen/andere/beenden", data={"csrf": csrf_of(page)})
    assert await works(gateway, theirs)


@pytest.mark.parametrize("change", [{"role": "trainer"}, {"carrier_id": None}, {"password": "another one"}, None])
async def test_changed_rights_end_the_sessions_that_had_the_old_ones(
    database: MakeDatabase, tmp_path: Path, change: dict[str, Any] | None
) -> None:
    asked = settings("rp", database("gateway"), tmp_path)
    assert asked.accounts_file is not None
    async with served(asked) as gateway:
        changed, kept = await another(gateway, "counsellor"), await another(gateway, "admin")
    entries = json.loads(asked.accounts_file.read_text())
    told = [entry | (change or {}) if entry["role"] == "counsellor" else entry for entry in entries]
    asked.accounts_file.write_text(json.dumps(told[0 if change else 1 :]))
    async with served(asked) as gateway:
        assert [await works(gateway, changed), await works(gateway, kept)] == [False, True]
        if change is None:
            form = {"username": "counsellor", "password": PASSWORD}
            assert (await gateway.client.post("/api/v1/token", data=form)).status_code == 401


@pytest.fixture
async def secure(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway whose browsers come by TLS."""
    async with served(settings("rp", database("gateway"), tmp_path, public_url="https://rp.example")) as found:
        yield found


async def test_behind_tls_the_cookie_is_bound_to_host_and_encryption(secure: Gateway) -> None:
    cookie = (await secure.sign_in("counsellor")).headers["set-cookie"]
    name, _, attributes = cookie.partition("=")
    assert name == "__Host-iq_rp"
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(attributes.split("; "))
    assert "Domain" not in attributes
