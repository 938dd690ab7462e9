"""Signing in at a real OpenID provider, and out again (design 17; OpenID Connect Back-Channel Logout 1.0)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest

from services.gateway import provider as oidc
from services.gateway.pages.oidc import ATTEMPT
from shared import clock
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import Gateway, csrf_of, served, settings
from tests.support.clock import clock_at
from tests.support.provider import CLIENT, Provider, person, with_query
from tests.support.recording import rows
from tests.support.servers import free_port


@pytest.fixture
async def gateway(database: MakeDatabase, tmp_path: Path, provider: Provider) -> AsyncIterator[Gateway]:
    """The gateway of rp that signs in there."""
    port = free_port()
    more: dict[str, Any] = {"auth_mode": "oidc", "accounts_file": None, "oidc_issuer": provider.issuer, "port": port}
    more |= {"oidc_client_id": CLIENT, "oidc_client_secret": "s", "public_url": f"http://127.0.0.1:{port}"}
    async with served(settings("rp", database("gateway"), tmp_path, **more)) as found:
        yield found


async def arrive(gateway: Gateway, provider: Provider, subject: str, target: str = "/impressum") -> str:
    """Go to the provider and sign in there; the address it sends the browser back to."""
    asked = await gateway.client.get("/anmelden/start", params={"weiter": target})
    assert asked.status_code == 302, asked.text
    return await provider.consent(asked.headers["location"], subject)


async def sign_in(gateway: Gateway, provider: Provider, subject: str = "", **claims: Any) -> httpx2.Response:
    """Sign in as a counsellor of rp, unless the claims say otherwise."""
    subject = subject or str(uuid4())
    await provider.person(subject, **(person("counsellor") | {"preferred_username": "beratung-a"} | claims))
    return await gateway.client.get(await arrive(gateway, provider, subject))


async def test_signing_in_at_the_provider_leads_to_the_page_asked_for(gateway: Gateway, provider: Provider) -> None:
    page = await gateway.client.get("/anmelden?weiter=/impressum")
    assert 'href="/anmelden/start?weiter=/impressum"' in page.text
    assert "<form" not in page.text
    answer = await sign_in(gateway, provider, "sub-1", sid="session-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/impressum")
    assert "beratung-a" in (await gateway.client.get("/impressum")).text
    (row,) = await rows(gateway.app, "SELECT username, role, carriers->>0, sid FROM sign_in")
    assert tuple(row) == ("sub-1", "counsellor", person("counsellor")["carrier_id"], "session-1")
    assert await rows(gateway.app, "SELECT * FROM account") == []


async def test_the_way_there_carries_pkce_state_and_nonce(gateway: Gateway) -> None:
    asked = await gateway.client.get("/anmelden/start")
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= set(query)
    assert (query["client_id"], query["response_type"]) == ([CLIENT], ["code"])
    cookie = asked.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert query["state"][0] not in cookie


async def test_an_address_of_another_site_is_never_the_target(gateway: Gateway, provider: Provider) -> None:
    await provider.person("sub-2", **person("counsellor"))
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = await gateway.client.get(await arrive(gateway, provider, "sub-2", target))
        assert answer.headers["location"] == "/"


async def test_a_way_back_that_is_not_in_order_is_a_page_and_no_session(gateway: Gateway, provider: Provider) -> None:
    await provider.person("sub-3", **person("counsellor"))
    changes: list[dict[str, str]] = [
        {"state": "x"},
        {"code": "x"},
        {"code": ""},
        {"error": "access_denied"},
        {"iss": "https://evil.example"},
        {"code": "\x00"},
    ]
    for change in changes:
        back = await arrive(gateway, provider, "sub-3")
        answer = await gateway.client.get(with_query(back, **change))
        assert answer.status_code == 400, change
        assert "melden Sie sich neu an" in answer.text
    assert (await gateway.client.get("/anmelden/rueckkehr")).status_code == 400
    assert await rows(gateway.app, "SELECT * FROM sign_in") == []


async def test_a_code_serves_once_and_only_in_the_browser_that_asked(gateway: Gateway, provider: Provider) -> None:
    await provider.person("sub-4", **person("counsellor"))
    back = await arrive(gateway, provider, "sub-4")
    async with httpx2.AsyncClient(base_url=gateway.client.base_url, trust_env=False) as stranger:
        assert (await stranger.get(back)).status_code == 400
    cookies = dict(gateway.client.cookies)
    assert (await gateway.client.get(back)).status_code == 303
    gateway.client.cookies.clear()
    gateway.client.cookies.update(cookies)
    assert (await gateway.client.get(back)).status_code == 400


async def test_a_verifier_that_does_not_fit_is_refused_by_the_provider(gateway: Gateway, provider: Provider) -> None:
    await provider.person("sub-5", **person("counsellor"))
    back = await arrive(gateway, provider, "sub-5")
    async with gateway.app.state.sessions() as session, session.begin():
        connection = await session.connection()
        bent = """replace(data::text, '"code_verifier": "', '"code_verifier": "x')::jsonb"""
        await connection.exec_driver_sql(f"UPDATE sign_in_attempt SET data = {bent}")
    assert (await gateway.client.get(back)).status_code == 400


async def test_a_sign_in_that_takes_too_long_is_over(gateway: Gateway, provider: Provider) -> None:
    await provider.person("sub-6", **person("counsellor"))
    back = await arrive(gateway, provider, "sub-6")
    with clock_at(clock.now() + ATTEMPT + timedelta(seconds=1)):
        assert (await gateway.client.get(back)).status_code == 400


@pytest.mark.parametrize(
    "claims", [{"region": "sn"}, {"realm_access": {"roles": []}}, {"carrier_id": "x"}, person("coordination", "rp")]
)
async def test_somebody_without_rights_here_gets_a_german_page(
    gateway: Gateway, provider: Provider, claims: dict[str, Any]
) -> None:
    answer = await sign_in(gateway, provider, **claims)
    assert answer.status_code == 403
    assert "wenden Sie sich an die Verwaltung" in answer.text
    assert (await gateway.client.get("/")).status_code == 303


async def test_the_provider_may_be_away_and_the_rest_works(gateway: Gateway, provider: Provider) -> None:
    await sign_in(gateway, provider)
    csrf = csrf_of(await gateway.client.get("/impressum"))
    gateway.app.state.provider = oidc.Provider(gateway.app.state.settings)  # it has not been spoken to yet
    provider.stop()
    try:
        answer = await gateway.client.get("/anmelden/start")
        assert answer.status_code == 503
        assert "gerade nicht erreichbar" in answer.text
        bearer = {"Authorization": f"Bearer {provider.access_token()}"}
        assert (await gateway.client.get("/api/v1/sessions", headers=bearer)).status_code == 503
        assert (await gateway.client.get("/sitzungen")).status_code == 200
        left = await gateway.client.post("/abmelden", data={"csrf": csrf})
        assert left.headers["location"] == "/anmelden"
        assert (await gateway.client.get("/sitzungen")).status_code == 303
    finally:
        provider.start()


async def test_signing_out_leads_to_the_provider_and_names_nobody(gateway: Gateway, provider: Provider) -> None:
    await sign_in(gateway, provider, "sub-7")
    page = await gateway.client.get("/impressum")
    left = await gateway.client.post("/abmelden", data={"csrf": csrf_of(page)})
    target = urlsplit(left.headers["location"])
    query = parse_qs(target.query)
    assert f"{target.scheme}://{target.netloc}" == provider.issuer
    assert query["post_logout_redirect_uri"] == [f"{gateway.app.state.settings.base_url}/anmelden"]
    assert set(query) == {"post_logout_redirect_uri", "client_id", "state"}
    assert f"form-action 'self' {provider.issuer};" in page.headers["content-security-policy"]
    assert (await gateway.client.get("/sitzungen")).status_code == 303


async def test_the_provider_ends_a_session_or_all_of_somebody(gateway: Gateway, provider: Provider) -> None:
    async def out(**claims: Any) -> int:
        token = provider.logout_token(**claims)
        return (await gateway.client.post("/abmelden/rueckkanal", data={"logout_token": token})).status_code

    async def inside() -> bool:
        return (await gateway.client.get("/sitzungen")).status_code == 200

    await sign_in(gateway, provider, "sub-8", sid="one")
    assert [await out(sid="another"), await inside()] == [200, True]
    assert [await out(sid="one", sub="somebody else"), await inside()] == [200, True]
    assert [await out(sid="one"), await inside()] == [200, False]
    await sign_in(gateway, provider, "sub-8", sid="two")
    assert [await out(sub="sub-8"), await inside()] == [200, False]


async def test_a_logout_token_serves_once(gateway: Gateway, provider: Provider) -> None:
    token = {"logout_token": provider.logout_token(sub="sub-9")}
    first = await gateway.client.post("/abmelden/rueckkanal", data=token)
    await sign_in(gateway, provider, "sub-9")
    again = await gateway.client.post("/abmelden/rueckkanal", data=token)
    assert (first.status_code, again.status_code) == (200, 400)
    assert again.headers["cache-control"] == "no-store"
    assert (await gateway.client.get("/sitzungen")).status_code == 200


async def test_the_providers_access_tokens_open_the_api(gateway: Gateway, provider: Provider) -> None:
    async def ask(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return (await gateway.client.get("/api/v1/sessions", headers=headers)).status_code

    assert await ask(provider.access_token()) == 503  # counselling is away: the token was believed
    assert await ask(provider.access_token({"typ": "at+jwt"}, typ=None)) == 503
    assert await ask(provider.access_token(**person("trainer"))) == 403
    assert await ask(provider.access_token(region="sn")) == 403
    form = {"username": "x", "password": "y"}
    assert (await gateway.client.post("/api/v1/token", data=form)).status_code == 404
    assert (await gateway.client.post("/anmelden", data=form)).status_code == 404


async def test_a_new_key_is_learnt_and_an_old_one_forgotten(
    gateway: Gateway, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return (await gateway.client.get("/api/v1/sessions", headers=headers)).status_code

    old = provider.access_token()
    assert await ask(old) == 503
    monkeypatch.setattr(oidc, "PAUSE_SECONDS", 0.0)
    provider.new_key()
    assert await ask(provider.access_token()) == 503
    assert await ask(old) == 401
