"""The seal of what somebody is typing (decision 0012): JWE, A256GCM, a key of the account's own from the network's."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHMS = ["dir", "A256GCM"]
HEADER = {"alg": "dir", "enc": "A256GCM"}


def _key(network_key: str, subject: str) -> OctKey:
    return OctKey.import_key(hmac.new(network_key.encode(), f"draft:{subject}".encode(), hashlib.sha256).digest())


def sealed(content: Any, keys: Sequence[str], subject: str) -> str:
    """Something sealed for an account by the first of the keys."""
    plain = json.dumps(content, ensure_ascii=False)
    return jwe.encrypt_compact(HEADER, plain, _key(keys[0], subject), ALGORITHMS)


def unsealed(text: str, keys: Sequence[str], subject: str) -> Any:
    """What was sealed for the account, or None if no key opens it (a lost one, or tampered with)."""
    for key in keys:
        try:
            return json.loads(jwe.decrypt_compact(text, _key(key, subject), ALGORITHMS).plaintext or b"null")
        except (JoseError, ValueError):
            continue
    return None


def resealed(text: str, keys: Sequence[str], subject: str) -> str | None:
    """The same under the first key; None where that opens it already. Raises ValueError if no key does."""
    if unsealed(text, keys[:1], subject) is not None:
        return None
    content = unsealed(text, keys[1:], subject)
    if content is None:
        raise ValueError(subject)
    return sealed(content, keys, subject)
