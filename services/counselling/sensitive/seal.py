"""The seal of confidential data at rest: who reads the database or a backup of it without the key reads nothing.

As drafts (decision 0012): JWE, A256GCM. The key is the case's own, made of the network's; so content that is moved to
another case does not open. While the network's key changes there are two: `counselling.resealing` seals anew what the
one before still opens.
"""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.counselling.sensitive.commands import Content
from shared.problems import Problem

ALGORITHMS = ["dir", "A256GCM"]
HEADER = {"alg": "dir", "enc": "A256GCM"}
BROKEN = (
    "Diese vertraulichen Angaben lassen sich nicht öffnen: Der Schlüssel des Netzwerks wurde geändert. Nichts ist "
    "gelöscht. Bitte wenden Sie sich an den Betrieb."
)


class SealingSettings(BaseSettings):
    """Keys that seal: `IQ_SEALING_KEY` (none: the signing key), and while it changes the one before."""

    model_config = SettingsConfigDict(env_prefix="IQ_", hide_input_in_errors=True)

    sealing_key: SecretStr | None = None
    sealing_key_before: SecretStr | None = None


def sealing_keys(signing_key: str) -> tuple[str, ...]:
    """The key that seals; behind it the one before, where it still opens something."""
    told = SealingSettings()
    now = told.sealing_key.get_secret_value() if told.sealing_key else signing_key
    return (now, told.sealing_key_before.get_secret_value()) if told.sealing_key_before else (now,)


def _key(network_key: str, case_id: UUID) -> OctKey:
    return OctKey.import_key(hmac.new(network_key.encode(), f"sensitive:{case_id}".encode(), hashlib.sha256).digest())


def sealed(content: Content, keys: Sequence[str], case_id: UUID) -> str:
    """The content, sealed for its case by the first of the keys."""
    return jwe.encrypt_compact(HEADER, content.model_dump_json(), _key(keys[0], case_id), ALGORITHMS)


def unsealed(text: str, keys: Sequence[str], case_id: UUID) -> Content:
    """What was sealed. Raises Problem 409 if no key opens it; it is never overwritten then."""
    for key in keys:
        try:
            plain = jwe.decrypt_compact(text, _key(key, case_id), ALGORITHMS).plaintext
        except (JoseError, ValueError):
            continue
        return Content.model_validate_json(plain or b"{}")
    raise Problem(409, BROKEN)


def resealed(text: str, keys: Sequence[str], case_id: UUID) -> str | None:
    """The same content under the first key; None where that opens it already. Raises Problem 409 if no key does."""
    try:
        unsealed(text, keys[:1], case_id)
    except Problem:
        return sealed(unsealed(text, keys[1:], case_id), keys, case_id)
    return None
