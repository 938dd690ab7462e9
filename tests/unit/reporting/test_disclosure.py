"""The audit of editions: tables as readers would see them, and whether they give 1 or 2 away, typed by hand."""

from collections.abc import Sequence

import pytest

from services.reporting.disclosure import numbers, space
from services.reporting.disclosure.audit import audit
from services.reporting.disclosure.program import ContradictionError
from services.reporting.disclosure.published import Axis, PublishedTable, TooMuchToCheckError
from tests.support.editions import HIDDEN, JUNE, SEPTEMBER, months, table

REGIONS = {"region": frozenset({"rp", "sl", "sn"})}
QUARTERS = Axis("month", {"2022-Q1": months(1, 3), "2022-Q2": months(4, 6)})


def named(new: Sequence[PublishedTable], earlier: Sequence[PublishedTable] = ()) -> list[str]:
    """The cells that the audit names."""
    return [found.cell.name for found in audit(earlier, new, REGIONS)]


def test_a_lone_hidden_cell_is_the_total_without_the_others() -> None:
    # 6 - 5 = 1
    assert named([table("A", {"rp": HIDDEN, "sl": 5}, 6, by="region")]) == ["A: rp"]
    assert named([table("A", {"rp": HIDDEN, "sl": 5}, HIDDEN, by="region")]) == []


def test_two_hidden_cells_protect_each_other_unless_both_are_one() -> None:
    # 13 - 9 = 4 in two cells that are not empty: 1 + 3, 2 + 2 or 3 + 1
    assert named([table("A", {"rp": HIDDEN, "sl": HIDDEN, "sn": 9}, 13, by="region")]) == []
    # 11 - 9 = 2: both are 1, and together they are 2
    assert named([table("A", {"rp": HIDDEN, "sl": HIDDEN, "sn": 9}, 11, by="region")]) != []


def test_which_of_two_is_one_and_which_is_two_stays_open() -> None:
    # 12 - 9 = 3: 1 + 2 or 2 + 1
    assert named([table("A", {"rp": HIDDEN, "sl": HIDDEN, "sn": 9}, 12, by="region")]) == []


def test_a_hidden_cell_of_two_dimensions_from_its_row_and_its_column() -> None:
    cells = {("rp", "f"): HIDDEN, ("rp", "m"): HIDDEN, ("sl", "f"): 7, ("sl", "m"): 8}
    inside = table("A", cells, 21, by=("region", "gender"))
    # 21 - 7 - 8 = 6 in two cells: open. With all women known to be 8: 8 - 7 = 1
    assert named([inside]) == []
    assert named([inside, table("B", {"f": 8, "m": 13}, 21, by="gender")]) != []


def test_four_hidden_cells_withstand_all_margins() -> None:
    cells = {(region, gender): HIDDEN for region in ("rp", "sl") for gender in ("f", "m")}
    inside = table("A", cells, 21, by=("region", "gender"))
    margins = [table("B", {"f": 8, "m": 13}, 21, by="gender"), table("C", {"rp": 6, "sl": 15}, 21, by="region")]
    # 1 + 5 / 7 + 8 as well as 2 + 4 / 6 + 9 and so on up to 5 + 1 / 3 + 12
    assert named([inside, *margins]) == []


def test_ranges_of_months_that_differ_by_one() -> None:
    to_march, to_february = table("A", total=10, month=months(1, 3)), table("B", total=9, month=months(1, 2))
    assert named([to_march, to_february]) == ["B: Summe"]
    assert named([to_march, table("B", total=7, month=months(1, 2))]) == []
    assert named([to_march, table("B", total=10, month=months(1, 2))]) == []  # nobody: zero is no secret


def test_padding_with_other_values() -> None:
    everyone = table("A", total=21, nationality="AF SY TR")
    assert named([everyone, table("B", total=20, nationality="AF TR")]) == ["B: Summe"]
    assert named([everyone, table("B", total=18, nationality="AF TR")]) == []


def test_a_total_without_its_parts() -> None:
    parts = [table("B", total=8, region="rp"), table("C", total=4, region="sl")]
    assert named([table("A", total=14), *parts]) != []  # sn: 14 - 8 - 4 = 2
    assert named([table("A", total=15), *parts]) == []


def test_a_small_group_that_other_tables_cut_into_pieces() -> None:
    # Outside rp there is 1 = 30 - 29, in some month: of each month it is open, of all of them it is not.
    by_month = table("A", {"2022-01": 12, "2022-02": 18}, 30, by="month")
    assert named([by_month, table("B", total=29, region="rp")]) == ["B: Summe"]


def test_quarters_and_months() -> None:
    quarters = table("A", {("2022-Q1",): 10, ("2022-Q2",): 20}, 30, axes=(QUARTERS,), month=months(1, 6))
    assert named([quarters, table("B", {"2022-01": 4, "2022-02": 5}, 9, by="month", month=months(1, 2))]) != []
    assert named([quarters, table("B", {"2022-01": 4, "2022-02": 3}, 7, by="month", month=months(1, 2))]) == []


def test_what_a_table_leaves_out_is_zero() -> None:
    by_region = table("A", {("rp", "f"): HIDDEN, ("sl", "m"): HIDDEN, ("sn", "m"): 9}, 14, by=("region", "gender"))
    assert named([by_region]) == []
    # All women are those of rp, as the others have none: 4 known, and 14 - 9 - 4 = 1 man in sl
    assert named([by_region, table("B", {"f": 4, "m": 10}, 14, by="gender")]) != []


def test_only_the_regions_there_are() -> None:
    tables = [table("A", total=30), table("B", total=20, region="rp sl"), table("C", total=12, region="sl sn")]
    # If there are no others, sn is 30 - 20 = 10 and sl 12 - 10 = 2.
    assert named(tables) != []
    assert audit((), tables, {}) == ()


def test_tables_that_share_only_the_total_do_not_hurt_each_other() -> None:
    tables = [
        table("A", {"rp": 3, "sl": 40, "sn": 57}, 100, by="region"),
        table("B", {"AF": 3, "SY": 90, "TR": 7}, 100, by="nationality"),
        table("C", {"2022-01": 4, "2022-02": 96}, 100, by="month"),
        table("D", {"yes": 50, "no": 50}, 100, by="refugee_background"),
    ]
    assert named(tables) == []


def test_every_two_of_three_dimensions() -> None:
    # A cycle of tables: 2 × 2 × 2 with all pairs known leaves one number open, and here it cannot move.
    pairs = {
        "A": (("region", "gender"), {("rp", "f"): 3, ("rp", "m"): 9, ("sl", "f"): 9, ("sl", "m"): 9}),
        "B": (("region", "refugee"), {("rp", "yes"): 4, ("rp", "no"): 8, ("sl", "yes"): 9, ("sl", "no"): 9}),
        "C": (("gender", "refugee"), {("f", "yes"): 9, ("f", "no"): 3, ("m", "yes"): 4, ("m", "no"): 14}),
    }
    tables = [table(name, rows, 30, by=by) for name, (by, rows) in pairs.items()]
    # rp, f, yes = t in 0 … 3; sl, f, yes = 9 - t; sl, m, yes = t; rp, m, yes = 4 - t: all stay open
    assert named(tables) == []
    # Without refugees among the women of sl, t is 3 + 9 - 3 … : f, no = 3 are all of rp, so t = 0 and rp, m, no = 5
    assert named([*tables, table("D", total=1, region="rp", gender="m", refugee="yes", method="exact")]) != []


def test_earlier_editions_count() -> None:
    earlier = [table("Erste Veröffentlichung, Tabelle 1", total=9, month=months(1, 2))]
    new = [table("Tabelle 1", total=10, month=months(1, 3))]
    (found,) = audit(earlier, new, REGIONS)
    assert found.cell.name == "Tabelle 1: Summe"
    assert [cell.name for cell in found.others] == ["Erste Veröffentlichung, Tabelle 1: Summe"]
    assert found.problem == (
        "„Tabelle 1: Summe“ würde zusammen mit „Erste Veröffentlichung, Tabelle 1: Summe“ eine Gruppe von nur einem "
        "oder zwei Fällen verraten, etwa: 2022-03."
    )
    assert "rounded" in found.remedy


def test_an_edition_that_speaks_of_something_else_is_not_asked() -> None:
    earlier = [table("A", total=9, month=months(1, 2), kind="session")]
    assert named([table("B", total=10, month=months(1, 3), kind="meeting")], earlier) == []


def test_a_late_record_shows_between_two_days() -> None:
    earlier = [table("A", total=10, month=months(1, 3), of=JUNE)]
    assert named([table("B", total=11, month=months(1, 3))], earlier) == ["B: Summe"]
    assert named([table("B", total=13, month=months(1, 3))], earlier) == []
    assert named([table("B", total=10, month=months(1, 3))], earlier) == []


def test_a_withdrawn_record_shows_between_two_days() -> None:
    earlier = [table("A", total=10, month=months(1, 3), of=JUNE)]
    assert named([table("B", total=9, month=months(1, 3))], earlier) == ["B: Summe"]
    assert named([table("B", total=7, month=months(1, 3))], earlier) == []


def test_a_later_day_and_a_longer_period() -> None:
    earlier = [table("A", total=10, month=months(1, 6), of=JUNE)]
    assert named([table("B", total=11, month=months(1, 9))], earlier) != []  # one late or one in July … September
    assert named([table("B", total=14, month=months(1, 9))], earlier) == []


def test_nobody_is_counted_after_the_day() -> None:
    tables = [
        table("A", total=30, of=JUNE),
        table("B", total=20, month=months(1, 3), of=JUNE),
        table("C", total=12, month=months(3, 6), of=JUNE),
    ]
    # April to June are 30 - 20 = 10, as nothing is counted after June, and March is 12 - 10 = 2.
    assert audit((), tables, {"month": months(1, 9)}) != ()
    assert audit((), tables, {}) == ()


def test_rounded_tables_leave_a_wide_range() -> None:
    tables = [
        table("A", {"rp": 5, "sl": 20}, 25, by="region", method="rounded"),
        table("B", total=25, month=months(1, 3), method="rounded"),
        table("C", total=20, month=months(1, 2), method="rounded"),
    ]
    assert named(tables) == []


def test_five_places_that_hold_all_that_a_rounded_total_can_be() -> None:
    # Nine rows of at least 1 each, and a total of at most 9: each is exactly 1.
    rows: dict[str, int | None] = {f"office {number}": 5 for number in range(9)}
    assert named([table("A", rows, 5, by="office", method="rounded")]) != []
    assert named([table("A", rows, 10, by="office", method="rounded")]) == []


def test_the_same_records_would_show_the_same() -> None:
    # January to each month: every step adds somebody, as the value changes, and all of it is at most 9.
    values = (5, 0, 5, 0, 5, 10, 5, 10, 5)
    steps = [
        table(f"to {month}", total=value, month=months(1, month), method="rounded")
        for month, value in enumerate(values, 1)
    ]
    assert named(steps) != []
    assert (
        named([table(f"to {month}", total=5, month=months(1, month), method="rounded") for month in range(1, 10)]) == []
    )


def test_rounded_and_exact_tables_of_one_population() -> None:
    earlier = [table("A", {"rp": 5, "sl": 5, "sn": 5}, 5, by="region", method="rounded")]
    assert named([table("B", total=3)], earlier) != []  # three places that are not empty: each is 1
    assert named([table("B", total=9)], earlier) == []


def test_what_was_known_before_is_no_fault_of_a_new_edition() -> None:
    printed = [table("gedruckt", {"rp": 1, "sl": 60}, 70, by="region", method="exact", complete=False)]
    assert named([table("B", {"rp": HIDDEN, "sl": 60, "sn": 9}, 70, by="region")], printed) == []
    assert named([table("C", total=8, region="sn", gender="f")], printed) == ["C: Summe"]  # sn is 70 - 60 - 1


def test_an_incomplete_table_says_nothing_of_the_rest() -> None:
    five = {"AF": 20, "SY": 50}
    assert named([table("A", five, 71, by="nationality", complete=False, method="exact")]) != []
    assert named([table("A", five, 80, by="nationality", complete=False, method="exact")]) == []


def test_an_indicator_of_two_conditions_is_the_union_of_two_boxes() -> None:
    referrals = PublishedTable(
        "A",
        SEPTEMBER,
        "minimum3",
        ({"type": frozenset({"referral"})}, {"target": frozenset({"lawyer"})}),
        (),
        {},
        10,
    )
    assert named([referrals, table("B", total=9, type="referral")]) != []
    assert named([referrals, table("B", total=6, type="referral")]) == []


def test_tables_that_cannot_all_be_true_are_a_mistake() -> None:
    with pytest.raises(ContradictionError):
        audit((), [table("A", total=10, month=months(1, 2)), table("B", total=9, month=months(1, 3))], {})


def test_a_row_outside_its_table_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="outside"):
        audit((), [table("A", {"rp": 4}, 4, by="region", region="sl")], {})


def test_too_many_parts_or_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    crossed = table("A", {(f"r{one}", f"n{other}"): 9 for one in range(9) for other in range(9)}, 729, by=("r", "n"))
    monkeypatch.setattr(numbers, "MOST", 80)
    with pytest.raises(TooMuchToCheckError):
        audit((), [crossed], {})
    monkeypatch.setattr(numbers, "MOST", 81)
    assert audit((), [crossed], {}) == ()
    monkeypatch.setattr(space, "PARTS", 80)
    with pytest.raises(TooMuchToCheckError):
        audit((), [crossed], {})
