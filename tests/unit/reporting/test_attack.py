"""200 random sets of tables, published by the product and attacked without it; 2,000: `python -m bench.attack`."""

from dataclasses import replace

import pytest

from services.reporting.disclosure.published import PublishedTable
from tests.support.attack import by_a_naive_hand, by_the_product
from tests.support.attacker import attack

SEED = 2022
SETS, PER_TEST, WITH_PRINT = 80, 40, 12
"""Thousands are attacked by `python -m bench.attack`."""


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
def test_printed_figures_and_editions_together_give_no_one_and_no_two_away() -> None:
    found = attack(SEED, range(WITH_PRINT), by_the_product, printed=True)
    print(f"seed {SEED}, with printed figures: {found}")
    assert found.recovered == []
    assert found.hidden_printed == 0  # what is printed is never hidden
    assert found.printed > WITH_PRINT / 2
    assert found.tables > 4 * WITH_PRINT * 3 / 4
    assert found.refused <= WITH_PRINT / 10


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_attack_with_printed_figures_succeeds_where_the_audit_does_not_know_them() -> None:
    def unaware(earlier: list[PublishedTable], tables: list[PublishedTable]) -> list[PublishedTable] | None:
        editions = [table for table in earlier if not table.name.startswith("gedruckt")]
        return by_the_product(editions, [replace(table, printed={}) for table in tables])

    found = attack(SEED, range(10, 20), unaware, printed=True)
    print(f"seed {SEED}, printed figures unknown to the audit: {found}")
    assert found.recovered


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_attack_succeeds_where_only_one_and_two_are_hidden() -> None:
    found = attack(SEED, range(5), by_a_naive_hand)
    print(f"seed {SEED}, naive: {found}")
    assert len(found.recovered) > 10
