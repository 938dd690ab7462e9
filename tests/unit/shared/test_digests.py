"""Digests of records, checked against a value computed by hand with sha256sum."""

import base64
import hashlib
from uuid import UUID

from shared.contracts.digests import bucket_sums, record_digest

ID = UUID("0a000000-0000-4000-8000-000000000001")


def test_a_digest_is_the_first_eight_bytes_of_sha256_over_id_revision_and_body() -> None:
    expected = hashlib.sha256(b'0a000000-0000-4000-8000-000000000001:3:{"a":1}').digest()[:8]
    assert record_digest(ID, 3, b'{"a":1}').to_bytes(8, "big", signed=True) == expected


def test_bucket_sums_are_unsigned_modulo_two_to_the_64() -> None:
    raw = base64.b64decode(bucket_sums([(10, -1), (10, 3), (255, -5)]))
    sums = [int.from_bytes(raw[start : start + 8], "big") for start in range(0, len(raw), 8)]
    assert len(sums) == 256
    assert (sums[0], sums[10], sums[255]) == (0, 2, 2**64 - 5)
