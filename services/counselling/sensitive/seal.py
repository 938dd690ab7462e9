"""The seal of confidential data at rest: who reads the database or a backup of it without the key reads nothing.

As drafts (decision 0012): JWE, A256GCM. The key is the case's own, made of the network's; so content that is moved to
another case does not open. Whoever changes the network's key seals these records anew first (`reseal`).
"""

import hashlib
import hmac
from uuid import UUID

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.counselling.sensitive.commands import Content
from shared.problems import Problem

ALGORITHMS = ["dir", "A256GCM"]
HEADER = {"alg": "dir", "enc": "A256GCM"}
BROKEN = (
    "Diese vertraulichen Angaben lassen sich nicht öffnen: Der Schlüssel des Netzwerks wurde geändert. Nichts ist "
    "gelöscht. Bitte wenden Sie sich an den Betrieb."
)


def _key(network_key: str, case_id: UUID) -> OctKey:
    return OctKey.import_key(hmac.new(network_key.encode(), f"sensitive:{case_id}".encode(), hashlib.sha256).digest())


def sealed(content: Content, network_key: str, case_id: UUID) -> str:
    """The content, sealed for its case."""
    return jwe.encrypt_compact(HEADER, content.model_dump_json(), _key(network_key, case_id), ALGORITHMS)


def unsealed(text: str, network_key: str, case_id: UUID) -> Content:
    """What was sealed. Raises Problem 409 if it does not open with this key; it is never overwritten then."""
    try:
        plain = jwe.decrypt_compact(text, _key(network_key, case_id), ALGORITHMS).plaintext
    except (JoseError, ValueError):
        raise Problem(409, BROKEN) from None
    return Content.model_validate_json(plain or b"{}")


def reseal(text: str, old_key: str, new_key: str, case_id: UUID) -> str:
    """The same content under the network's next key."""
    return sealed(unsealed(text, old_key, case_id), new_key, case_id)
