"""The link with which a person sees and changes what she asked for, without an account.

It holds a token that nobody can guess: made of the record's id with the network's key, so that a later e-mail can
carry it again. The database has its hash only: who reads the tables cannot cancel anything.
"""

import base64
import hashlib
import hmac
from uuid import UUID


def token_of(kind: str, record_id: UUID, key: str) -> str:
    """The token of a record of a kind: 256 bits, 43 characters of an address."""
    made = hmac.new(key.encode(), f"{kind}.ticket:".encode() + record_id.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
