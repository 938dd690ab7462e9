"""Protection of small numbers: rounding by the keys of records, hiding of 1 and 2, and what readers then know.

Contracts §6, Editions. A record's key depends on its id alone, so that the same records show the same value in every
table and edition; nothing is drawn.
"""

import hashlib
from typing import Literal
from uuid import UUID

STEP = 5
SMALL = (1, 2)
SMALLEST_BASE = 25
KEYS = 2**64
Method = Literal["rounded", "minimum3", "exact"]
"""How a cell is shown; `exact` is for figures that are public already, and for what a table says by leaving out."""


def record_key(entity_id: UUID, secret: bytes = b"") -> int:
    """The key of a record: the first 8 bytes of SHA-256 over the secret of the installation, if any, and the id.

    In PostgreSQL the same bytes are `substr(sha256(secret || uuid_send(entity_id)), 1, 8)`.
    """
    return int.from_bytes(hashlib.sha256(secret + entity_id.bytes).digest()[:8], "big")


def rounded(count: int, key_sum: int) -> int:
    """A count as shown under `rounded`: a neighbouring multiple of 5, on average the count itself.

    `key_sum` is the sum of the keys of the records that count; of a sum (of participants) those that add something.
    Modulo 2⁶⁴ it is a uniform number in [0, 1), compared in whole numbers: up with probability (count mod 5) / 5.
    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a count is never negative")
    rest = count % STEP
    up = key_sum % KEYS * STEP < rest * KEYS
    return count - rest + STEP * up


def is_small(count: int) -> bool:
    """Whether `minimum3` hides a count by itself; more may have to be hidden, see `suppression`."""
    return count in SMALL


def has_share(base: int | None) -> bool:
    """Whether shares of a base as shown may be told: not below 25, not of a hidden one."""
    return base is not None and base >= SMALLEST_BASE


def known_range(method: Method, shown: int | None) -> tuple[int, int | None]:
    """What a shown value tells its readers: the least and the most it may be (none: no upper end).

    Rounded: less than 5 away; 0 may be anything up to 4, as whoever rounds to 0 is shown like nobody. Hidden cells are
    never empty, for zero is shown as it is.
    """
    if shown is None:
        return 1, None
    if method == "rounded":
        return max(0, shown - STEP + 1), shown + STEP - 1
    return shown, shown
