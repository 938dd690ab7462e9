"""Keys of the sheets: the network's own to sign with, those of all networks to check by (RFC 8037, RFC 7517).

A key's id is the beginning of the hash of its public half, so that nobody has to give one out.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cwt import COSEKey
from cwt.cose_key_interface import COSEKeyInterface

from services.gateway.settings import GatewaySettings
from shared.problems import Problem

NO_KEY = (
    "In diesem Netzwerk ist noch kein Schlüssel für Blätter eingerichtet. Bitte wenden Sie sich an die Verwaltung "
    "Ihres Netzwerks; alles andere geht weiter."
)
UNREADABLE = (
    "Die Schlüssel der Netzwerke sind gerade nicht zu lesen. Bitte versuchen Sie es später noch einmal oder fragen Sie "
    "die Angaben ab."
)
ED25519: Mapping[str, Any] = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA"}
KEY_BYTES, ID_BYTES = 32, 8


@dataclass(frozen=True)
class KnownKey:
    """The public key of a network; `until`: the last day on which it signed, None while it is in use."""

    network: str
    key: COSEKeyInterface
    until: date | None = None


@dataclass(frozen=True)
class Keyring:
    """The keys of all networks by id, and the network's own private one, if it has one."""

    known: Mapping[bytes, KnownKey] = field(default_factory=dict)
    own: COSEKeyInterface | None = None


def public_entry(network: str, seed: str) -> dict[str, str]:
    """The entry of a key in the file of all networks; `seed` is its private half. Raises ValueError for none."""
    public = Ed25519PrivateKey.from_private_bytes(_bytes(seed)).public_key().public_bytes_raw()
    return {**ED25519, "use": "sig", "kid": _text(key_id(public)), "x": _text(public), "iss": network}


def key_id(public: bytes) -> bytes:
    """The id of a key."""
    return hashlib.sha256(public).digest()[:ID_BYTES]


def load_keyring(settings: GatewaySettings) -> Keyring:
    """The keys this gateway was told. Raises ValueError for a key or file that is none, OSError for a missing file."""
    known: dict[bytes, KnownKey] = {}
    if settings.folder_trust_list is not None:
        content = json.loads(settings.folder_trust_list.read_text(encoding="utf-8"))
        known = dict(_entry(entry) for entry in content["keys"])
    seed = settings.folder_key.get_secret_value() if settings.folder_key is not None else ""
    return Keyring(known, _private(_bytes(seed)) if seed else None)


def keyring_of(settings: GatewaySettings) -> Keyring:
    """The keys as they are now: the file may have got new ones. Raises Problem 503 while it cannot be read."""
    try:
        return load_keyring(settings)
    except (OSError, ValueError, KeyError, TypeError):
        raise Problem(503, UNREADABLE) from None


def _entry(entry: Mapping[str, Any]) -> tuple[bytes, KnownKey]:
    public = _bytes(entry["x"])
    key = COSEKey.from_jwk(dict(ED25519) | {"x": _text(public), "kid": key_id(public)})
    until = date.fromisoformat(entry["until"]) if entry.get("until") else None
    return key_id(public), KnownKey(str(entry["iss"]), key, until)


def _private(seed: bytes) -> COSEKeyInterface:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    parts = {"x": _text(public), "d": _text(seed), "kid": key_id(public)}
    return COSEKey.from_jwk(dict(ED25519) | parts)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ValueError(f"an Ed25519 key has {KEY_BYTES} bytes")
    return raw
