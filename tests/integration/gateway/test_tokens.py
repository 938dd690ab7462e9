"""Tokens that are not what they say are refused, by services, gateways and the back channel (ASVS v5.0.0-9.1, 9.2)."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey
from pydantic import SecretStr

from services.gateway.app import create_app as create_gateway
from services.gateway.settings import GatewaySettings
from tests.conftest import MakeDatabase
from tests.support.forgeries import Forged, forgeries, signed
from tests.support.provider import CLIENT, LOGOUT, Provider, person
from tests.support.routes import applications

SECRET = "k" * 32
KEY = OctKey.import_key(SECRET)
BEARER = ("iss", "aud", "exp", "iat", "sub", "typ")


def ours(audience: str) -> dict[str, Any]:
    """Claims of an own token for a counsellor of rp."""
    now = int(time.time())
    who = {"sub": "s-1", "role": "counsellor", "region": "rp", "carriers": [str(uuid4())], "office_id": None}
    return who | {"aud": audience, "iat": now, "exp": now + 120}


def of_others(audience: str) -> Iterator[Forged]:
    """Own tokens that are good elsewhere, or say what no token of ours says."""
    claims = ours(audience)
    for other in {"services", "gateway", "browser"} - {audience}:
        yield f"for {other}", signed(claims | {"aud": other}, KEY, alg="HS256")
    for name in ("role", "region", "carriers", "sub"):
        yield f"without {name}", signed({key: value for key, value in claims.items() if key != name}, KEY, alg="HS256")
    for role in ("root", "", None, ["admin"], "COUNSELLOR"):
        yield f"role {role}", signed(claims | {"role": role}, KEY, alg="HS256")
    for region in ("sn", "de", "", None, ["rp"], "RP", 7):
        yield f"region {region}", signed(claims | {"region": region}, KEY, alg="HS256")
    for carriers in ("x", ["x"], None, 7, [None], {"a": 1}):
        yield f"carriers {carriers}", signed(claims | {"carriers": carriers}, KEY, alg="HS256")
    for subject in (None, 7, [], {}, ""):
        yield f"subject {subject}", signed(claims | {"sub": subject}, KEY, alg="HS256")


async def accepted(app: FastAPI, tokens: Iterator[Forged], path: str, refusals: set[int]) -> tuple[list[Any], int]:
    """Tokens that were not refused, and how many were tried."""
    wrong, tried = [], 0
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", trust_env=False) as client:
        for name, token in tokens:
            answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
            tried += 1
            if answer.status_code not in refusals:
                wrong.append((name, answer.status_code, answer.text[:200]))
    return wrong, tried


@pytest.mark.parametrize(
    ("name", "audience", "path"),
    [
        ("rp.counselling", "services", "/api/v1/sessions"),
        ("rp.registration", "services", "/api/v1/persons"),
        ("rp.reporting", "services", "/api/v1/figures"),
        ("rp.gateway", "gateway", "/api/v1/sessions"),
        ("rp.gateway", "gateway", "/beratungen"),
    ],
)
async def test_own_tokens_that_do_not_hold_are_refused(name: str, audience: str, path: str) -> None:
    app = applications()[name]
    wrong, tried = await accepted(app, of_others(audience), path, {401})
    assert not wrong, wrong[:20]
    corpus = forgeries(ours(audience), KEY, "HS256", ("aud", "exp", "sub", "role", "region", "carriers"))
    more_wrong, more = await accepted(app, corpus, path, {401})
    assert not more_wrong, more_wrong[:20]
    assert tried + more > 200


@pytest.fixture
async def app(database: MakeDatabase, provider: Provider) -> AsyncIterator[FastAPI]:
    """The gateway of rp that believes this provider; nothing is started, since nothing may get that far."""
    made = create_gateway(
        GatewaySettings(
            env="test",
            network="rp",
            database_url=database("gateway"),
            signing_key=SecretStr(SECRET),
            reporting_url="http://127.0.0.1:1",
            counselling_url="http://127.0.0.1:1",
            auth_mode="oidc",
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            public_url="http://127.0.0.1:1",
        )
    )
    yield made
    await made.state.upstreams.close()
    await made.state.sessions.kw["bind"].dispose()


def bearer_claims(provider: Provider) -> dict[str, Any]:
    """Claims of a good access token."""
    return provider.times() | person("counsellor") | {"sub": "s-1", "typ": "Bearer"}


async def test_the_good_tokens_that_the_forgeries_are_made_of_are_taken(app: FastAPI, provider: Provider) -> None:
    good = [("good", signed(bearer_claims(provider), provider.key, alg="RS256", kid=provider.key.kid))]
    _, tried = await accepted(app, iter(good), "/api/v1/sessions", {503})
    ((_, status, _),), _ = await accepted(app, iter(good), "/api/v1/sessions", {401, 403})
    assert (tried, status) == (1, 503)  # counselling is away
    own = [("good", signed(ours("services"), KEY, alg="HS256"))]
    taken, _ = await accepted(applications()["rp.counselling"], iter(own), "/api/v1/imports/nothing", {401, 403})
    assert [status for _, status, _ in taken] == [404]


async def test_access_tokens_that_do_not_hold_are_refused(app: FastAPI, provider: Provider) -> None:
    claims = bearer_claims(provider)

    def tokens() -> Iterator[Forged]:
        yield from forgeries(claims, provider.key, "RS256", BEARER)
        for kind in ("ID", "Logout", "Refresh", "bearer", "", 7, ["Bearer"]):
            yield f"typ {kind}", signed(claims | {"typ": kind}, provider.key, alg="RS256", kid=provider.key.kid)
        for kind in ("logout+jwt", "id+jwt", "secevent+jwt", "dpop+jwt", "x"):
            yield f"header {kind}", signed(claims, provider.key, alg="RS256", kid=provider.key.kid, typ=kind)
        yield "a logout token", provider.logout_token(sub="s-1")
        yield "an ID token", provider.sign(provider.times() | person("counsellor") | {"sub": "s-1", "nonce": "x"})
        yield "an own token", signed(ours("gateway"), KEY, alg="HS256")
        yield "a service's token", signed(ours("services"), KEY, alg="HS256")

    wrong, tried = await accepted(app, tokens(), "/api/v1/sessions", {401})
    assert not wrong, wrong[:20]
    assert tried > 200


async def test_logout_tokens_that_do_not_hold_are_refused(app: FastAPI, provider: Provider) -> None:
    claims = provider.times() | {"jti": str(uuid4()), "sub": "s-1", "events": {LOGOUT: {}}}
    key, wrong, tried = provider.key, [], 0

    def tokens() -> Iterator[Forged]:
        yield from forgeries(claims, key, "RS256", ("iss", "aud", "exp", "iat", "jti", "events"), typ="logout+jwt")
        events: tuple[Any, ...] = ([], [LOGOUT], LOGOUT, {}, {"x": {}}, {LOGOUT: None}, {LOGOUT: []}, {LOGOUT: "x"})
        for value in events:
            yield f"events {value}", provider.logout_token(sub="s-1", events=value)
        for value in ("x", "", 7):
            yield f"nonce {value!r}", provider.logout_token(sub="s-1", nonce=value)
        yield "nobody named", provider.logout_token()
        for value in ("", 7, [], ["s-1"], {"a": 1}, "x" * 201):
            yield f"subject {value!r}", provider.logout_token(sub=value)
            yield f"session {value!r}", provider.logout_token(sid=value)
            yield f"jti {value!r}", provider.logout_token(sub="s-1", jti=value)
        yield "for a year", provider.logout_token(sub="s-1", exp=int(time.time()) + 365 * 86_400)
        yield "an access token", provider.access_token()

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", trust_env=False) as client:
        for name, token in tokens():
            answer = await client.post("/abmelden/rueckkanal", data={"logout_token": token})
            tried += 1
            if answer.status_code not in (400, 422):
                wrong.append((name, answer.status_code, answer.text[:200]))
        used = provider.logout_token(sub="s-1")
        again = [await client.post("/abmelden/rueckkanal", data={"logout_token": used}) for _ in range(10)]
    assert not wrong, wrong[:20]
    assert tried > 200
    assert [answer.status_code for answer in again] == [200] + 9 * [400]
