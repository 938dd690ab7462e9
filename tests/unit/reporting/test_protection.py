"""Rounding by the keys of records (contracts §6, Editions)."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.protection import KEYS, has_share, is_small, known_range, record_key, rounded

ID = UUID("12345678-1234-4234-8234-123456781234")
COUNTS = st.integers(0, 10_000)
RECORDS = st.lists(st.uuids(version=4), unique=True, max_size=30)


def test_the_key_of_a_record_is_the_start_of_sha_256_over_its_id() -> None:
    # printf '\x12\x34…' | sha256sum
    assert record_key(ID) == 0xDF37CAE03015EF49
    assert record_key(ID, b"geheim") == 0xC0BC2F1BB7662D0F


@pytest.mark.parametrize(
    ("count", "key_sum", "shown"),
    [
        (0, 0, 0),
        (0, KEYS - 1, 0),
        (5, 0, 5),
        (5, KEYS - 1, 5),
        (60, 12_345, 60),
        (1, 0, 5),
        (1, KEYS - 1, 0),
        (4, KEYS - 1, 0),
        (14, 0, 15),
        # 2/5 of 2⁶⁴ is 7378697629483820646.4: 7 goes up below it
        (7, 7_378_697_629_483_820_646, 10),
        (7, 7_378_697_629_483_820_647, 5),
        # a sum of keys counts modulo 2⁶⁴
        (7, 3 * KEYS + 7_378_697_629_483_820_646, 10),
        (7, 3 * KEYS + 7_378_697_629_483_820_647, 5),
    ],
)
def test_rounded(count: int, key_sum: int, shown: int) -> None:
    assert rounded(count, key_sum) == shown


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        rounded(-1, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 8, 13, 99])
def test_on_average_a_count_is_itself(count: int) -> None:
    chance = random.Random(f"unbiased/{count}")
    shown = [rounded(count, sum(chance.getrandbits(64) for _ in range(count))) for _ in range(10_000)]
    # one draw deviates by at most 2.5 (standard deviation), the mean of 10,000 by 0.025
    assert abs(sum(shown) / len(shown) - count) < 0.125


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_same_records_show_the_same_value_however_they_are_summed(
    records: list[UUID], chance: random.Random
) -> None:
    expected = rounded(len(records), sum(map(record_key, records)))
    again = records.copy()
    chance.shuffle(again)
    cut = chance.randint(0, len(again))
    parts = [sum(map(record_key, part)) % KEYS for part in (again[:cut], again[cut:])]
    assert rounded(len(again), sum(parts)) == expected


@given(COUNTS, st.integers(0, KEYS - 1))
def test_a_neighbouring_multiple_of_five(count: int, key: int) -> None:
    shown = rounded(count, key)
    assert shown % 5 == 0
    assert abs(shown - count) < 5


@given(COUNTS, st.integers(0, KEYS - 1))
def test_readers_know_a_range_that_holds_the_count(count: int, key: int) -> None:
    low, high = known_range("rounded", rounded(count, key))
    assert high is not None
    assert low <= count <= high


def test_what_readers_know() -> None:
    assert known_range("rounded", 0) == (0, 4)
    assert known_range("rounded", 5) == (1, 9)
    assert known_range("rounded", 100) == (96, 104)
    assert known_range("minimum3", 7) == (7, 7)
    assert known_range("minimum3", 0) == (0, 0)
    assert known_range("minimum3", None) == (1, None)
    assert known_range("exact", 2) == (2, 2)


def test_one_and_two_are_small() -> None:
    assert [count for count in range(6) if is_small(count)] == [1, 2]


def test_shares_need_a_base_of_25() -> None:
    assert [base for base in (None, 0, 20, 24, 25, 30) if has_share(base)] == [25, 30]
