"""200 random sets of tables, published by the product and attacked without it; 2,000: `python -m bench.attack`."""

import pytest

from tests.support.attack import by_a_naive_hand, by_the_product
from tests.support.attacker import attack

SEED = 2022
SETS, PER_TEST = 200, 50


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("first", range(0, SETS, PER_TEST))
def test_no_one_and_no_two_is_recovered(first: int) -> None:
    found = attack(SEED, range(first, first + PER_TEST), by_the_product)
    print(f"seed {SEED}: {found}")
    assert found.recovered == []
    # The attack is worth something: most editions were published, and many groups were looked for.
    assert found.tables > 4 * PER_TEST * 3 / 4
    assert found.groups > 100 * PER_TEST
    assert found.refused <= PER_TEST / 10


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_attack_succeeds_where_only_one_and_two_are_hidden() -> None:
    found = attack(SEED, range(5), by_a_naive_hand)
    print(f"seed {SEED}, naive: {found}")
    assert len(found.recovered) > 10
