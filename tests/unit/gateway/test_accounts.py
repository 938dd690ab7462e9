"""Passwords of local accounts are hashed slowly; the tests of the gateway use a quick hash instead."""

from argon2 import Type, extract_parameters

from services.gateway.accounts import HASHER, NOBODY


def test_hashes_are_as_slow_as_owasp_asks_and_alike_for_names_that_do_not_exist() -> None:
    found = extract_parameters(HASHER.hash("x"))
    assert found.type is Type.ID
    assert (found.memory_cost >= 19_456, found.time_cost >= 2, found.parallelism >= 1) == (True, True, True)
    assert extract_parameters(NOBODY) == found
