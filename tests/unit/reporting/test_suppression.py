"""`minimum3`: what is hidden beside 1 and 2, typed by hand (contracts §6, ADR 0008)."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.disclosure.audit import audit
from services.reporting.disclosure.published import PublishedTable
from services.reporting.disclosure.suppression import suppress
from tests.support.editions import HIDDEN, JUNE, months, table

DOMAINS = {"region": frozenset({"rp", "sl", "sn"}), "gender": frozenset({"f", "m"})}


def hidden(tables: Sequence[PublishedTable], earlier: Sequence[PublishedTable] = ()) -> list[str]:
    """The cells hidden in tables, by name; nothing may be given away then."""
    found = suppress(earlier, tables, DOMAINS)
    assert found.given_away == ()
    names = []
    for exact, shown in zip(tables, found.tables, strict=True):
        assert shown.rows.keys() == exact.rows.keys()
        assert all(shown.rows[row] in (exact.rows[row], HIDDEN) for row in exact.rows)
        names += [f"{shown.name}: {', '.join(row)}" for row, value in shown.rows.items() if value is HIDDEN]
        names += [f"{shown.name}: Summe"] if shown.total is HIDDEN else []
    return names


def test_nothing_small_nothing_hidden() -> None:
    assert hidden([table("A", {"rp": 3, "sl": 40}, 43, by="region")]) == []


def test_one_small_cell_takes_the_smallest_other_with_it() -> None:
    assert hidden([table("A", {"rp": 1, "sl": 7, "sn": 60}, 68, by="region")]) == ["A: rp", "A: sl"]


def test_two_small_cells_of_together_three_are_enough() -> None:
    assert hidden([table("A", {"rp": 1, "sl": 2, "sn": 60}, 63, by="region")]) == ["A: rp", "A: sl"]


def test_two_cells_of_one_are_not_enough() -> None:
    assert hidden([table("A", {"rp": 1, "sl": 1, "sn": 60}, 62, by="region")]) == ["A: rp", "A: sl", "A: sn"]


def test_a_single_row_hides_the_total_too() -> None:
    assert hidden([table("A", {"rp": 2}, 2, by="region")]) == ["A: rp", "A: Summe"]
    assert hidden([table("A", total=1)]) == ["A: Summe"]


def test_zero_stays_zero() -> None:
    assert hidden([table("A", {"rp": 2, "sl": 0, "sn": 60}, 62, by="region")]) == ["A: rp", "A: sn"]


def test_a_small_cell_inside_two_margins_takes_a_rectangle_with_it() -> None:
    cells = {("rp", "f"): 1, ("rp", "m"): 5, ("sl", "f"): 7, ("sl", "m"): 8}
    tables = [
        table("A", cells, 21, by=("region", "gender")),
        table("B", {"rp": 6, "sl": 15}, 21, by="region"),
        table("C", {"f": 8, "m": 13}, 21, by="gender"),
    ]
    assert hidden(tables) == ["A: rp, f", "A: rp, m", "A: sl, f", "A: sl, m"]


def test_a_month_between_two_ranges_hides_one_of_them() -> None:
    tables = [table("A", total=10, month=months(1, 3)), table("B", total=9, month=months(1, 2))]
    assert hidden(tables) == ["B: Summe"]


def test_the_same_cell_in_two_tables_is_hidden_in_both() -> None:
    tables = [
        table("A", {"rp": 1, "sl": 7, "sn": 60}, 68, by="region"),
        table("B", {"rp": 1, "sl": 7}, 8, by="region", region="rp sl"),
    ]
    names = hidden(tables)
    assert {"A: rp", "B: rp", "A: sl", "B: sl"} <= set(names)


def test_a_late_record_hides_the_new_figure() -> None:
    earlier = [table("A", {"rp": 10, "sl": 20}, 30, by="region", of=JUNE)]
    assert hidden([table("B", {"rp": 11, "sl": 20}, 31, by="region")], earlier) == ["B: rp", "B: Summe"]


def test_a_total_that_is_known_need_not_be_hidden() -> None:
    earlier = [table("A", total=6, region="rp")]
    assert hidden([table("B", {"f": 5, "m": 1}, 6, by="gender", region="rp")], earlier) == ["B: f", "B: m"]


def test_hiding_cannot_mend_what_earlier_editions_and_empty_rows_tell() -> None:
    earlier = [table("A", total=9), table("B", total=6, region="rp")]
    # 9 - 6 = 3 in three cells that are not empty, hidden or not
    counts = {("sl", "f"): 1, ("sn", "f"): 1, ("sn", "m"): 1}
    found = suppress(earlier, [table("C", counts, 3, by=("region", "gender"), region="sl sn")], DOMAINS)
    assert sorted(given.cell.name for given in found.given_away) == ["C: sl, f", "C: sn, f", "C: sn, m"]


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["rp", "sl", "sn"]), st.sampled_from(["f", "m"])), st.integers(1, 9), min_size=1
)


@given(COUNTS)
@settings(max_examples=25, deadline=None)
def test_what_is_hidden_passes_the_audit_and_comes_out_the_same_again(counts: dict[tuple[str, str], int]) -> None:
    total = sum(counts.values())
    regions = {name: sum(count for (own, _), count in counts.items() if own == name) for name, _ in counts}
    tables = [
        table("A", counts, total, by=("region", "gender")),
        table("B", regions, total, by="region"),
        table("C", total=total),
    ]
    found = suppress((), tables, DOMAINS)
    assert found.given_away == ()
    assert audit((), found.tables, DOMAINS) == ()
    assert suppress((), tables, DOMAINS) == found
    small = {row for row, count in counts.items() if count < 3}
    assert all(found.tables[0].rows[row] is HIDDEN for row in small)
