"""The code on a certificate, with which everyone can check that it was issued and stands.

It is made of the certificate's id with the network's key, so that the paper can be printed again; the database has its
hash only, so that who reads the tables has no code.
"""

import hashlib
import hmac
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter looks like a digit or like another one."""
LENGTH, GROUP, BITS = 16, 4, 5
"""80 bits: at 60 guesses an hour nobody finds one, and a person can type it."""
LOOKS_LIKE = str.maketrans("OIL", "011")


def code_of(certificate_id: UUID, key: str) -> str:
    """The code of a certificate, without its groups."""
    made = hmac.new(key.encode(), b"certificate.code:" + certificate_id.bytes, hashlib.sha256).digest()
    number = int.from_bytes(made) >> (len(made) * 8 - LENGTH * BITS)
    return "".join(ALPHABET[number >> shift & 31] for shift in reversed(range(0, LENGTH * BITS, BITS)))


def grouped(code: str) -> str:
    """The code as it is printed: `4F7K-…`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normal(typed: str) -> str:
    """A code as somebody types it, in one spelling: small letters, blanks and dashes, O for 0, I and L for 1."""
    return "".join(sign for sign in typed if sign.isascii() and sign.isalnum()).upper().translate(LOOKS_LIKE)


def hash_of(typed: str) -> str:
    """What is stored of a code, in whatever spelling."""
    return hashlib.sha256(normal(typed).encode()).hexdigest()
