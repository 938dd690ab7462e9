"""What the audit stands on: parts, families and whole numbers."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.disclosure.atoms import bits, classes, partition
from services.reporting.disclosure.families import Family, tree_of
from services.reporting.disclosure.levels import Levels
from services.reporting.disclosure.program import BRANCHING, ContradictionError, Program
from services.reporting.disclosure.published import TooMuchToCheckError, cells_of
from tests.support.editions import months, table

FEATURES = st.frozensets(st.tuples(st.sampled_from("abcdef"), st.just(0)), max_size=4)


def test_parts_of_two_ranges_and_a_filter() -> None:
    boxes = [{"month": months(1, 3)}, {"month": months(2, 4)}, {"month": months(2, 2), "region": frozenset({"rp"})}]
    found = {tuple(bits(signature)) for signature in partition(boxes, 100)}
    # January, February outside and inside rp, March, April
    assert found == {(0,), (0, 1), (0, 1, 2), (1,)}


def test_an_example_names_a_value_of_the_part() -> None:
    boxes = [{"region": frozenset({"rp", "sl"})}, {"region": frozenset({"rp"})}]
    assert partition(boxes, 10) == {0b11: {"region": "rp"}, 0b01: {"region": "sl"}}


def test_too_many_parts() -> None:
    boxes = [{"n": frozenset({str(number)})} for number in range(5)]
    assert len(partition(boxes, 5)) == 5
    with pytest.raises(TooMuchToCheckError):
        partition(boxes, 4)


def test_classes_of_values() -> None:
    universe = frozenset("abcd")
    assert classes([frozenset("ab"), frozenset("bc")], universe) == [{"a"}, {"b"}, {"c"}, {"d"}]
    assert classes([frozenset("ab")], universe) == [{"a", "b"}, {"c", "d"}]


def test_a_table_knows_its_own_level_of_detail_and_the_coarser_ones() -> None:
    by_month = {f"2022-{month:02}": 5 for month in range(1, 4)}
    tables = [table("A", total=9, month=months(1, 3)), table("B", by_month, 15, by="month"), table("C", total=9)]
    levels = Levels([[box for cell in cells_of(each) for box in (*cell.boxes, *cell.without)] for each in tables])
    assert levels.features == [{("month", 0)}, {("month", 0), ("month", 1)}, set()]
    assert [len(levels.parts["month", level]) for level in (0, 1)] == [2, 4]


def test_tables_along_a_chain_stay_apart() -> None:
    region, month, gender = ("region", 0), ("month", 0), ("gender", 0)
    found = tree_of([frozenset({region, month}), frozenset({month, gender}), frozenset({month})])
    assert {family.features for family in found} == {frozenset({region, month}), frozenset({month, gender})}
    assert [family.shared for family in found if family.parent is not None] == [frozenset({month})]


def test_a_cycle_gets_a_family_that_holds_it() -> None:
    pairs = [frozenset({(one, 0), (other, 0)}) for one, other in combinations("abc", 2)]
    assert frozenset({("a", 0), ("b", 0), ("c", 0)}) in {family.features for family in tree_of(pairs)}


@settings(deadline=None)
@given(st.lists(FEATURES, min_size=1, max_size=8))
def test_families_hold_every_table_and_form_a_tree_for_every_feature(wanted: list[frozenset[tuple[str, int]]]) -> None:
    found = tree_of(wanted)
    assert all(any(one <= family.features for family in found) for one in wanted)
    assert [family.parent for family in found].count(None) == 1
    for number, family in enumerate(found):
        if family.parent is not None:
            assert family.parent > number
            assert family.shared == family.features & found[family.parent].features
    for feature in {feature for family in found for feature in family.features}:
        assert tops(found, feature) == 1


def tops(families: list[Family], feature: tuple[str, int]) -> int:
    """How many families have a feature that their parent lacks: one, if they hang together."""
    return sum(
        feature in family.features and (family.parent is None or feature not in families[family.parent].features)
        for family in families
    )


def test_a_witness_is_checked_in_whole_numbers() -> None:
    program = Program(lambda _: ())
    one, other = program.add_column(), program.add_column(most=4)
    program.add_row({one: 1, other: 1}, (5, 7))
    assert program.optimum({one: 1}).value == 7
    assert program.witness([3.0, 2.0]) == [3, 2]
    assert program.witness([3.0, 1.0]) is None
    assert program.witness([2.5, 2.5]) is None
    assert program.witness([-1.0, 6.0]) is None


def test_a_search_finds_whole_numbers_where_the_best_are_none() -> None:
    program = Program(lambda _: ())
    columns = [program.add_column() for _ in range(3)]
    for pair in combinations(columns, 2):
        program.add_row(dict.fromkeys(pair, 1), (0, 1))
    assert program.optimum(dict.fromkeys(columns, 1)).value == 1.5
    found = program.search(dict.fromkeys(columns, 1))
    assert found is not None
    assert sum(found) == 1
    program.add_row(dict.fromkeys(columns, 1), (2, None))
    assert program.prove({}) is None


def test_further_conditions_become_rows_when_they_are_violated() -> None:
    program = Program(lambda point: [({0: 1}, (1, None))] if point[0] == 0 else [])
    one, other = program.add_column(), program.add_column()
    program.add_row({one: 1, other: 1}, (3, 3))
    assert program.witness([0.0, 3.0]) is None
    assert program.optimum({other: 1}).value == 2


def test_no_numbers_at_all() -> None:
    program = Program(lambda _: ())
    column = program.add_column(most=3)
    program.add_row({column: 1}, (4, None))
    with pytest.raises(ContradictionError):
        program.optimum({column: 1})


def test_effort_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(lambda _: ())
    column = program.add_column(most=3)
    program.add_row({column: 1}, (0, 2))
    monkeypatch.setattr("services.reporting.disclosure.program.EFFORT", 2 * BRANCHING - 1)
    assert program.search({column: 1}) == [2]
    with pytest.raises(TooMuchToCheckError):
        program.search({column: 1})
