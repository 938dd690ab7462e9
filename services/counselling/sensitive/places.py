"""Whether sealed records are about one place (DIS-06), without opening any: keyed hashes of its name. Pure.

A record keeps a hash beside its seal, one of nothing where no place is named: that it has one says nothing. An
examination of structures keeps another one, so that no query joins it with the records it was opened from.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from typing import Literal
from uuid import UUID

Use = Literal["record", "examination"]
LEGAL_FORMS = frozenset({"ag", "co", "eg", "ev", "gbr", "ggmbh", "gmbh", "kg", "kgaa", "mbh", "ohg", "se", "ug"})
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
ENOUGH = 2
"""Persons from which on something recurs: one alone is her own case."""


def same_name(name: str) -> str:
    """A name without what people write differently: case, umlauts, accents, signs, order of words, legal form."""
    plain = unicodedata.normalize("NFKC", name).lower().translate(UMLAUTS).replace("e. v.", "ev").replace("e.v.", "ev")
    letters = "".join(one for one in unicodedata.normalize("NFD", plain) if not unicodedata.combining(one))
    words = re.findall(r"[^\W_]+", letters)
    return " ".join(sorted(set(words) - LEGAL_FORMS) or sorted(set(words))) or plain.strip()


def place_hash(network_key: str, carrier: UUID, use: Use, name: str | None) -> str:
    """The hash of a place within a carrier; of no place one of nothing, each time another."""
    if name is None:
        return secrets.token_hex(32)
    text = f"place:{use}:{carrier}:{same_name(name)}"
    return hmac.new(network_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def recurs(persons: int) -> bool:
    """Whether cases of one place are a pattern."""
    return persons >= ENOUGH
