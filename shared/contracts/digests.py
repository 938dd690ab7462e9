"""Digests of records: completeness is proved by content, not by log position (design 6, contracts §3)."""

import base64
import hashlib
from collections.abc import Iterable
from uuid import UUID

BUCKETS = 256
_MODULUS = 1 << 64


def record_digest(entity_id: UUID, revision: int, body: bytes) -> int:
    """First 8 bytes of SHA-256 over `id:revision:canonical body`, as a signed 64-bit number (a BIGINT)."""
    digest = hashlib.sha256(f"{entity_id}:{revision}:".encode() + body).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def bucket_sums(rows: Iterable[tuple[int, int]]) -> str:
    """Base64 of 256 unsigned 64-bit sums from (bucket, sum of digests) pairs; absent buckets are zero."""
    sums = [0] * BUCKETS
    for bucket, total in rows:
        sums[bucket] = (sums[bucket] + total) % _MODULUS
    return base64.b64encode(b"".join(value.to_bytes(8, "big") for value in sums)).decode()
