"""References to companies: known again by a keyed hash, never kept (contracts §5)."""

import hashlib
import hmac
from uuid import UUID


def company_key(carrier: UUID, company_ref: str | None, key: str) -> str | None:
    """Keyed hash of a `company_ref` within its carrier; never that of a person of the same reference."""
    if not company_ref:
        return None
    text = f"company:{carrier}:{company_ref.strip()}".encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
