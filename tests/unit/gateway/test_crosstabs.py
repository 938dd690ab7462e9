"""Answers as tables of two sides, the reporting rates and timeliness that follow from them, the path as stages."""

from datetime import date
from typing import Any

import pytest

from services.gateway.crosstabs import Cell, cells, of_base, values_of, whole_percent
from services.gateway.pathway import stages
from services.gateway.rates import ended, expected, reporting_rates, share_of, timeliness

DAYS = "as_of=2022-10-15&known_at=2026-11-24"


def answer(indicator: str, by: str, rows: list[tuple[Any, ...]], bases: tuple[int, ...] = ()) -> dict[str, Any]:
    """An answer with rows of (values of `by`…, number)."""
    names = by.split(",")
    found = [dict(zip([*names, "value"], row, strict=True)) for row in rows]
    for row, base in zip(found, bases, strict=False):
        row["base"] = base
    passport = {"link": f"indicator={indicator}&version=1&by={by}&from=2022-01&to=2022-12&{DAYS}"}
    return {"indicator": indicator, "passport": passport, "by": names, "rows": found, "total": 0}


SESSIONS = answer(
    "counselling_sessions",
    "region,month",
    [("rp", "2022-01", 5), ("rp", "2022-03", 7), ("sn", "2022-01", 1)],
)


def test_each_number_of_a_table_leads_to_its_own_question() -> None:
    found = cells(SESSIONS, "region", "month")
    assert {key: cell.value for key, cell in found.items()} == {
        ("rp", "2022-01"): 5,
        ("rp", "2022-03"): 7,
        ("sn", "2022-01"): 1,
    }
    link = "/anfrage?indicator=counselling_sessions&version=1&from=2022-03&to=2022-03&region=rp"
    assert found["rp", "2022-03"].link == f"{link}&{DAYS}"


def test_rows_are_added_up_over_what_a_table_leaves_out_and_its_link_asks_the_same() -> None:
    found = cells(SESSIONS, "region")
    assert found["rp",].value == 12
    assert found["rp",].link == (
        f"/anfrage?indicator=counselling_sessions&version=1&from=2022-01&to=2022-12&region=rp&{DAYS}"
    )
    kept = cells(SESSIONS, "month", where={"region": "rp"})
    assert {key: cell.value for key, cell in kept.items()} == {("2022-01",): 5, ("2022-03",): 7}
    assert "region=rp" in kept["2022-01",].link


def test_shares_refer_to_the_base_that_the_answer_or_the_stage_gives() -> None:
    timely = answer("timeliness", "region,month", [("rp", "2022-01", 3), ("sn", "2022-01", 0)], (4, 6))
    assert cells(timely, "region")["rp",].share == 0.75
    assert cells(timely, "month")["2022-01",].share == 0.3
    assert Cell(3, "").share is None
    assert of_base(Cell(1, "x"), Cell(4, "y")) == Cell(1, "x", 4)
    assert of_base(None, Cell(4, "y")) is None


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [(54, 97, "56\u00a0%"), (16, 97, "16\u00a0%"), (27, 97, "28\u00a0%"), (1, 8, "13\u00a0%"), (0, 0, "–")],
)
def test_vst_03_transfers_are_shares_in_whole_per_cent_halves_up(value: int, base: int, text: str) -> None:
    assert whole_percent(value, base) == text


def test_values_stand_in_their_order_and_unknown_ones_last() -> None:
    assert values_of([SESSIONS], "region", ["sn", "hb", "rp"]) == ["sn", "rp"]
    assert values_of([SESSIONS], "region", ["sn"]) == ["sn", "rp"]


def test_a_month_is_expected_when_it_is_over_and_the_network_was_there() -> None:
    assert ended(2022, date(2022, 3, 30)) == ["2022-01", "2022-02"]
    assert ended(2022, date(2022, 3, 31)) == ["2022-01", "2022-02", "2022-03"]
    assert len(ended(2021, date(2022, 3, 31))) == 12
    assert expected("rp", "2022-01")
    assert not expected("rp", "1990-01")
    assert expected("xx", "1990-01")  # told by a newer topology: not called missing before it is known


def test_reporting_rates_name_the_months_that_are_missing_and_count_the_networks_of_each_month() -> None:
    rates = reporting_rates(cells(SESSIONS, "region", "month"), ["rp", "sn"], ["2022-01", "2022-02", "2022-03"])
    assert [(told.reported, told.expected) for told in rates.networks] == [(2, 3), (1, 3)]
    missing = [(told.region, month) for told in rates.networks for month, due, cell in told.months if due and not cell]
    assert missing == [("rp", "2022-02"), ("sn", "2022-02"), ("sn", "2022-03")]
    assert rates.by_month == [("2022-01", 2, 2), ("2022-02", 0, 2), ("2022-03", 1, 2)]
    early = reporting_rates({}, ["rp"], ["1990-01"]).networks[0]
    assert (early.expected, early.months) == (0, (("1990-01", False, None),))


def test_timeliness_adds_records_and_compares_the_same_months_of_two_years() -> None:
    rows = [("rp", "2021-01", 1), ("rp", "2021-02", 9), ("rp", "2022-01", 3), ("sn", "2022-01", 1)]
    told = cells(answer("timeliness", "region,month", rows, (2, 9, 4, 16)), "region", "month")
    rp, sn = timeliness(told, ["rp", "sn"], ["2022-01"], ["2021-01"])
    assert (rp.year, rp.before, rp.change) == (0.75, 0.5, 25.0)
    assert (sn.year, sn.before, sn.change) == (0.0625, None, None)
    assert share_of(told, ["2022-01"]) == 0.2  # 4 of 20, not the mean of the shares
    assert share_of(told, ["2020-01"]) is None


def path() -> dict[str, Any]:
    """The answers of a small path: rp and sn, two rounds."""
    old, new = "2015-2018", "2019-2022"
    by = "region,round"
    entered = [("rp", new, "yes", 3), ("rp", new, "no", 1), ("sn", new, "yes", 1)]
    return {
        "counselled": answer("first_counsellings", by, [("rp", old, 8), ("rp", new, 20), ("sn", new, 5)]),
        "referred": None,
        "entered": answer("qualification_entries", f"{by},came_from_counselling", entered),
        "ended": answer(
            "qualification_entries", f"{by},result", [("rp", new, "finished", 2), ("rp", new, "running", 2)]
        ),
        "succeeded": answer("qualification_entries", f"{by},success", [("rp", new, "full_equivalence", 1)]),
        "proceeded": answer(
            "recognition_procedures", f"{by},state", [("rp", new, "notice", 3), ("sn", new, "closed", 1)]
        ),
        "decided": answer(
            "recognition_procedures", f"{by},outcome", [("rp", new, "full", 1), ("rp", new, "partial", 2)]
        ),
    }


def test_stages_of_the_path_have_shares_within_and_none_between_them() -> None:
    counselled, referred, entered, ended_, proceeded = stages(path(), "round", ["2015-2018", "2019-2022"])
    assert [cell and (cell.value, cell.share) for cell in counselled.lines[0].cells] == [(8, None), (25, None)]
    assert not referred.asked
    assert [cell and cell.share for cell in entered.lines[0].cells] == [None, None]
    came = entered.lines[1].cells[1]
    assert came
    assert (came.value, came.share) == (4, 0.8)
    assert [(line.title, cell.value, cell.share) for line in ended_.lines if (cell := line.cells[1])] == [
        ("beendet", 2, 0.4),
        ("noch nicht beendet", 2, 0.4),
        ("volle Gleichwertigkeit", 1, 0.2),
    ]
    shown = {line.title: (cell.value, cell.share) for line in proceeded.lines if (cell := line.cells[1])}
    assert shown == {
        "Anerkennungsverfahren": (4, None),
        "Bescheid erteilt": (3, 0.75),
        "abgeschlossen": (1, 0.25),
        "Bescheid: volle Gleichwertigkeit": (1, 1 / 3),
        "Bescheid: teilweise Gleichwertigkeit": (2, 2 / 3),
    }


def test_the_path_of_one_network_and_of_all_networks_come_from_the_same_answers() -> None:
    counselled, *_ = stages(path(), "round", ["2019-2022"], {"region": "sn"})
    cell = counselled.lines[0].cells[0]
    assert cell
    assert (cell.value, "region=sn" in cell.link, "round=2019-2022" in cell.link) == (5, True, True)
    entered = stages(path(), "region", ["rp", "sn"], {"round": "2019-2022"})[2]
    assert [cell and cell.value for cell in entered.lines[0].cells] == [4, 1]
    assert [cell and cell.share for cell in entered.lines[1].cells] == [0.75, 1.0]
