"""Tokens that must be refused: forged, expired, for others, of other kinds, cut off; each with its name (RFC 8725)."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

Claims = dict[str, Any]
Forged = tuple[str, str]
HOUR = 3600
REGISTRY = jws.JWSRegistry(
    algorithms=["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256"],
    strict_check_header=False,
)
WRONG_TYPES: tuple[Any, ...] = ("", 0, -1, True, [], {}, ["x"], {"x": 1}, 1.5, "x")
KIDS: tuple[Any, ...] = ("", "x", "../../../dev/null", "' OR '1'='1", "x" * 300, "http://evil.example/key", "%00", "0")


def part(value: Any) -> str:
    """A segment: JSON or bytes in base64url."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: Claims, key: Any, **header: Any) -> str:
    """A token signed with a key, whatever its header says."""
    return jwt.encode(header, claims, key, registry=REGISTRY, default_type=None)


def shared_secret(claims: Claims, secret: bytes, alg: str, kid: str) -> str:
    """A token whose signature is an HMAC with any bytes; a library would warn of some of them."""
    text = f"{part({'alg': alg, 'typ': 'JWT', 'kid': kid})}.{part(claims)}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), f'sha{alg[2:]}'))}"


def wrong_claims(claims: Claims, essential: tuple[str, ...]) -> Iterator[tuple[str, Claims]]:
    """Claims that say the wrong thing: one missing, of another type, for others, over, or not yet."""
    for name in essential:
        yield f"without {name}", {key: value for key, value in claims.items() if key != name}
        yield f"{name} null", claims | {name: None}
    for name in sorted(set(essential) & {"iss", "aud", "exp"}):
        yield from ((f"{name} {value!r}", claims | {name: value}) for value in WRONG_TYPES)
    issuer, audience = str(claims.get("iss")), claims["aud"]
    if "iss" in claims:
        others = (f"{issuer}/", issuer.upper(), f"{issuer}.evil.example", "https://evil.example", [issuer])
        yield from ((f"issuer {value}", claims | {"iss": value}) for value in others)
    for value in ("account", "iq-gateway-sn", "gateways", "service", f"{audience} ", ["a", "b"], [[audience]]):
        yield f"audience {value}", claims | {"aud": value}
    yield from wrong_times(claims)


def wrong_times(claims: Claims) -> Iterator[tuple[str, Claims]]:
    """Claims that are over or do not hold yet, by more than a minute."""
    now = int(time.time())
    for ago in (61, HOUR, now):
        yield f"expired {ago} s ago", claims | {"exp": now - ago}
    yield "expiry as text", claims | {"exp": str(now + HOUR)}
    for name in ("nbf", "iat"):
        yield f"{name} as text", claims | {name: "now"}
        for ahead in (70, HOUR, 10 * 365 * 24 * HOUR):
            yield f"{name} in {ahead} s", claims | {name: now + ahead}


def wrong_headers(claims: Claims, key: Any, alg: str) -> Iterator[Forged]:
    """No signature, other algorithms, other keys under the right name, keys brought along, unknown extensions."""
    kid, own, curve = getattr(key, "kid", None) or "x", RSAKey.generate_key(2048), ECKey.generate_key("P-256")
    body = part(claims)
    good = signed(claims, key, alg=alg, kid=kid)
    for name in ("none", "None", "NONE", "nOnE", "", None, 0, "HS256 ", "rs256", "RS256\x00", ["RS256"], "dir"):
        head = part({"alg": name, "typ": "JWT", "kid": kid})
        yield f"alg {name!r}, unsigned", f"{head}.{body}."
        yield f"alg {name!r}, signature kept", f"{head}.{body}.{good.split('.')[2]}"
    yield "no alg", f"{part({'typ': 'JWT', 'kid': kid})}.{body}.{good.split('.')[2]}"
    for value in KIDS:
        yield f"own key, kid {value[:20]!r}", signed(claims, own, alg="RS256", kid=value)
    for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        yield f"own key, {name}", signed(claims, own, alg=name, kid=kid)
    yield "own curve", signed(claims, curve, alg="ES256", kid=kid)
    public = own.as_dict(private=False)
    yield "key brought along", signed(claims, own, alg="RS256", kid=kid, jwk=public)
    for name in ("jku", "x5u"):
        yield f"{name} brought along", signed(claims, own, alg="RS256", kid=kid, **{name: "http://127.0.0.1:1/keys"})
    yield "certificate brought along", signed(claims, own, alg="RS256", kid=kid, x5c=["MIIB"])
    yield "unknown extension", f"{part({'alg': alg, 'kid': kid, 'crit': ['x'], 'x': 1})}.{body}.{good.split('.')[2]}"


def other_algorithms(claims: Claims, key: Any, alg: str) -> Iterator[Forged]:
    """The right key with algorithms outside the list, and its public half as a shared secret (key confusion)."""
    kid = key.kid or "x"
    if isinstance(key, RSAKey):
        for name in ("RS384", "RS512", "PS256", "PS384", "PS512"):
            yield f"right key, {name}", signed(claims, key, alg=name, kid=kid)
        public = key.as_dict(private=False)
        secrets = {
            "pem": key.as_pem(private=False),
            "der": key.as_der(private=False),
            "jwk": json.dumps(public).encode(),
        }
        secrets |= {"modulus": str(public["n"]).encode(), "kid": str(kid).encode()}
    else:
        for name in {"HS384", "HS512", "HS256"} - {alg}:
            yield f"right key, {name}", signed(claims, key, alg=name, kid=kid)
        secrets = {"audience": str(claims["aud"]).encode(), "guess": b"secret", "other": b"k" * 31}
    for what, secret in secrets.items():
        for name in ("HS256", "HS384", "HS512"):
            yield f"{name} with {what}", shared_secret(claims, secret, name, kid)


def broken(token: str) -> Iterator[Forged]:
    """A good token cut off, bent or put together wrongly."""
    head, body, signature = token.split(".")
    for length in range(0, len(token) - 1, max(1, len(token) // 40)):
        yield f"first {length} characters", token[:length]
    for place in range(1, len(token) - 8, max(1, len(token) // 40)):
        bent = "A" if token[place] != "A" else "B"
        yield f"character {place} changed", f"{token[:place]}{bent}{token[place + 1 :]}"
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{token}.{signature}"
    yield "five parts", f"{head}.{body}.{signature}.{signature}.{signature}"
    yield "parts changed over", f"{body}.{head}.{signature}"
    yield "twice", f"{token}{token}"
    yield "a list", f"[{token}]"
    yield "in quotes", f'"{token}"'
    yield "dots", "..."
    yield "deep header", f"{part(b'[' * 300)}.{body}.{signature}"
    yield "long", f"{head}.{'A' * 200_000}.{signature}"
    yield "JSON form", json.dumps({"protected": head, "payload": body, "signature": signature})


def forgeries(claims: Claims, key: Any, alg: str, essential: tuple[str, ...], **header: Any) -> Iterator[Forged]:
    """Everything above for one kind of token."""
    kid = getattr(key, "kid", None) or "x"
    for name, wrong in wrong_claims(claims, essential):
        yield name, signed(wrong, key, alg=alg, kid=kid, **header)
    yield from wrong_headers(claims, key, alg)
    yield from other_algorithms(claims, key, alg)
    yield from broken(signed(claims, key, alg=alg, kid=kid, **header))
