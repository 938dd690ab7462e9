"""The OpenID provider: sign-in by code flow with PKCE (Authlib), checks of the tokens it signs (joserfc).

Every token: signature by a key of the provider's, `alg` from our list, `iss`, `aud`, `exp`, `nbf` and `iat` with a
minute for clocks that differ (RFC 8725, ASVS v5.0.0-9.1.1 to 9.2.4).
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import Request
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from starlette.responses import RedirectResponse

from services.gateway.settings import GatewaySettings
from shared.problems import Problem

ALGORITHMS = ["RS256", "ES256"]
LEEWAY_SECONDS = 60
KEYS_SECONDS = 600.0
"""How long keys are believed; a key the provider has withdrawn is refused after that."""
STALE_SECONDS = 3600.0
PAUSE_SECONDS = 10.0
"""Least time between two fetches, so that tokens with invented key ids cause no storm of them."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS = 3600.0
"""Longest life of a logout token; as long its `jti` is kept."""
AWAY = (
    "Die zentrale Anmeldung ist gerade nicht erreichbar. Wer schon angemeldet ist, arbeitet weiter. "
    "Bitte versuchen Sie es in einigen Minuten noch einmal."
)
REFUSED = "Die Anmeldung ist abgelaufen oder ungültig. Bitte melden Sie sich neu an."
TITLE = "Anmeldung nicht möglich"
BROKEN = (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError)


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """Tell a provider that is away, or answers nonsense, from a person who is refused."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RuntimeError, JoseError) as error:
        raise Problem(503, AWAY, title=TITLE) from error


class Provider:
    """The provider of a gateway; it is first contacted when somebody signs in."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.issuer, self.client_id, self.base_url = settings.oidc_issuer, settings.oidc_client_id, settings.base_url
        secret = settings.oidc_client_secret
        self.client: Any = OAuth().register(
            "iq",
            client_id=self.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "timeout": httpx2.Timeout(5.0, connect=2.0),
                "trust_env": False,
            },
        )
        self._registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        self._known: KeySet | None = None
        self._fetched = self._tried = -STALE_SECONDS
        self._one = asyncio.Lock()

    async def start(self, request: Request) -> tuple[RedirectResponse, dict[str, Any]]:
        """The way to the provider, and what to keep of it (state, nonce, verifier). Raises Problem 503."""
        await self._metadata()
        request.scope["session"] = {}
        with _reached():
            answer = await self.client.authorize_redirect(request, f"{self.base_url}/anmelden/rueckkehr")
        return answer, dict(request.scope["session"])

    async def finish(self, request: Request, kept: dict[str, Any]) -> dict[str, Any]:
        """Claims of who comes back from the provider. Raises Problem 400 for anything out of order, and 503."""
        await self._keys()
        request.scope["session"] = kept
        claims = {name: {"essential": True, "values": [value]} for name, value in self._audience().items()}
        try:
            if request.query_params.get("iss", self.issuer) != self.issuer:  # RFC 9207
                raise ValueError("another issuer")
            token = await self.client.authorize_access_token(request, claims_options=claims, leeway=LEEWAY_SECONDS)
            return dict(token["userinfo"])
        except httpx2.HTTPError as error:
            raise Problem(503, AWAY, title=TITLE) from error
        except BROKEN as error:
            raise Problem(400, REFUSED, title=TITLE) from error

    async def bearer(self, token: str) -> dict[str, Any]:
        """Claims of an access token (RFC 9068, or Keycloak's). Raises Problem 401; 503 while no key is known."""
        decoded = await self._verified(token, "sub")
        header = str(decoded.header.get("typ", "JWT")).lower().removeprefix("application/")
        # An ID or logout token for us has the same audience and is no access token (RFC 8725 3.12).
        if header != "at+jwt" and (header != "jwt" or decoded.claims.get("typ") != "Bearer"):
            raise Problem(401, REFUSED)
        return decoded.claims

    async def logout(self, token: str) -> dict[str, Any]:
        """Claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6). Raises Problem 401, 503."""
        decoded = await self._verified(token)
        claims, events = decoded.claims, decoded.claims.get("events")
        header = str(decoded.header.get("typ", "JWT")).lower()
        named = [claims[name] for name in ("sub", "sid") if name in claims]
        good = (
            header in ("logout+jwt", "jwt")
            and isinstance(events, dict)
            and isinstance(events.get(LOGOUT_EVENT), dict)
            and "nonce" not in claims
            and claims["exp"] < time.time() + LOGOUT_SECONDS
            and named
            and all(isinstance(entry, str) and 0 < len(entry) <= 200 for entry in [*named, claims.get("jti")])
        )
        if not good:
            raise Problem(401, REFUSED)
        return claims

    async def farewell(self) -> str | None:
        """Where the provider ends its own session, or None if it cannot; no person is named in the address."""
        metadata = await self._metadata()
        if "end_session_endpoint" not in metadata:
            return None
        with _reached():
            target = await self.client.create_logout_url(f"{self.base_url}/anmelden", client_id=self.client_id)
        return str(target["url"])

    def _audience(self) -> dict[str, str]:
        return {"iss": self.issuer, "aud": self.client_id}

    async def _verified(self, token: str, *needed: str) -> jwt.Token:
        claims: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in self._audience().items()}
        claims |= {name: {"essential": True} for name in ("exp", "iat", *needed)}
        rules = jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **claims)
        keys = await self._keys()
        try:
            try:
                decoded = jwt.decode(token, keys, registry=self._registry)
            except InvalidKeyIdError:  # a key may be new
                decoded = jwt.decode(token, await self._keys(PAUSE_SECONDS), registry=self._registry)
            rules.validate(decoded.claims)
        except BROKEN as error:
            raise Problem(401, REFUSED) from error
        return decoded

    async def _metadata(self) -> dict[str, Any]:
        """The provider's own description; only algorithms of our list are ever taken from it. Raises Problem 503."""
        with _reached():
            found: dict[str, Any] = await self.client.load_server_metadata()
            if found.get("issuer") != self.issuer:  # OpenID Connect Discovery 1.0, 4.3
                found.pop("_loaded_at", None)
                raise ValueError("the provider says it is another issuer")
        found["id_token_signing_alg_values_supported"] = ALGORITHMS
        return found

    async def _keys(self, age: float = KEYS_SECONDS) -> KeySet:
        """The provider's keys, fetched again when older than `age`; while it is away the known ones serve an hour.

        Raises Problem 503.
        """
        async with self._one:
            now = time.monotonic()
            if self._known is None or (now - self._fetched > age and now - self._tried > PAUSE_SECONDS):
                self._tried = now
                try:
                    await self._metadata()
                    with _reached():
                        self._known = KeySet.import_key_set(await self.client.fetch_jwk_set(force=True))
                    self._fetched = now
                except Problem:
                    if self._known is None or now - self._fetched > STALE_SECONDS:
                        raise
            return self._known
