"""References of importers to persons and companies: known again by a keyed hash, never kept (contracts §5)."""

import hashlib
import hmac
from uuid import UUID


def person_key(carrier: UUID, person_ref: str, key: str) -> str:
    """Keyed hash of a `person_ref` within its carrier, under the network's `key`."""
    return "r:" + _hashed(f"{carrier}:{person_ref.strip()}", key)


def company_key(carrier: UUID, company_ref: str | None, key: str) -> str | None:
    """Keyed hash of a `company_ref` within its carrier; never that of a person of the same reference."""
    return _hashed(f"company:{carrier}:{company_ref.strip()}", key) if company_ref else None


def _hashed(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
