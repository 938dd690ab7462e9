"""A real OpenID provider for tests, as a process: people with claims, and tokens signed with its own key."""

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.local.ports import HOST
from tests.support.servers import Server, free_port, listening

CLIENT = "iq-gateway-rp"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
SCRIPT = Path(__file__).with_name("provider_process.py")


@dataclass
class Provider:
    """The provider: `start`, `stop`, `new_key` (a rotation; it starts again), and what it would sign."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": str(uuid4()), "use": "sig"})
        file = self.folder / "provider-key.json"
        command = [sys.executable, str(SCRIPT), str(self.port), str(file)]
        self.server = Server(command, self.folder / "provider.log", lambda: listening(self.port))
        self.file = file

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it with its present key."""
        self.file.write_text(json.dumps(self.key.as_dict(private=True)), encoding="utf-8")
        self.server.start()

    def stop(self) -> None:
        """Stop it; it is away."""
        self.server.kill()

    def new_key(self) -> None:
        """Rotate its key."""
        self.stop()
        self.key = RSAKey.generate_key(2048, {"kid": str(uuid4()), "use": "sig"})
        self.start()

    async def person(self, subject: str, **claims: Any) -> None:
        """Make a person known with her claims."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            (await client.put(f"{self.issuer}/users/{subject}", json=claims)).raise_for_status()

    async def consent(self, address: str, subject: str) -> str:
        """Be that person at the provider's page; the address it sends the browser back to."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            answer = await client.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["location"]

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        """A token with its key; `None` leaves a claim out."""
        kept = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": "RS256", "kid": str(self.key.kid)} | header
        return jwt.encode(head, kept, self.key, default_type=None)

    def access_token(self, header: dict[str, str] | None = None, **more: Any) -> str:
        """An access token for a counsellor of rp as Keycloak signs it."""
        return self.sign(self.times() | person("counsellor") | {"sub": "s-1", "typ": "Bearer"} | more, **(header or {}))

    def logout_token(self, header: dict[str, str] | None = None, **more: Any) -> str:
        """A logout token."""
        claims = self.times() | {"jti": str(uuid4()), "events": {LOGOUT: {}}} | more
        return self.sign(claims, **({"typ": "logout+jwt"} | (header or {})))

    def times(self) -> dict[str, Any]:
        """Issuer, audience and the times of a token that holds now."""
        now = int(time.time())
        return {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120}


def person(role: str, region: str = "rp", carrier: str | None = "00000000-0000-4000-8000-000000000001") -> Any:
    """Claims of a person as our realm sends them."""
    return {"realm_access": {"roles": [role, "offline_access"]}, "region": region, "carrier_id": carrier}


def with_query(address: str, **more: str) -> str:
    """An address with other values in its query."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | more
    return parts._replace(query=urlencode(query)).geturl()
