"""What a network tells as its tables is published as told: nothing may stand in it that answers no question."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.reporting.answer import Cell
from services.reporting.counting import Counts
from services.reporting.edition_questions import read_table
from services.reporting.edition_tables import Asked, described, shown
from services.reporting.passport import Reach
from services.reporting.told_tables import check_told

DAY = date(2022, 7, 20)
TABLE = {"indicator": "counselling_sessions", "by": ["nationality"], "from": "2022-04", "to": "2022-06"}


def counted(network: str, **more: Any) -> Asked:
    """The table as counted in a network, or at the centre."""
    counts = Counts([Cell(("SY",), 40), Cell(("TR",), 2)], 42)
    return Asked("Tabelle 1", read_table(TABLE | more, 1, DAY, network, DAY), counts, Reach(()), network)


def told() -> dict[str, Any]:
    """The table as rp tells it."""
    asked = counted("rp")
    hidden = described(asked, "minimum3")
    return shown(asked, hidden, synthetic=True)


def test_what_the_product_tells_is_a_table_in_every_network_and_at_the_centre() -> None:
    check_told([counted("de", region="rp")], [told()])


def change(path: tuple[Any, ...], value: Any) -> Callable[[dict[str, Any]], None]:
    def changed(table: dict[str, Any]) -> None:
        for step in path[:-1]:
            table = table[step]
        table[path[-1]] = value

    return changed


@pytest.mark.parametrize(
    "wrong",
    [
        change(("by",), ["region"]),  # Syria would stand there as a network
        change(("by",), "nationality"),
        change(("indicator",), "referrals"),
        change(("passport", "indicator"), "referrals"),
        change(("passport", "period", "to"), "2022-12"),
        change(("passport", "filters"), {"nationality": ["AF"]}),
        change(("passport", "as_of"), "2022-06-30"),
        change(("passport", "status"), "working"),
        change(("passport", "coverage"), {}),
        change(("passport", "note"), "x"),
        change(("rows", 0, "value"), "40"),
        change(("rows", 0, "value"), -1),
        change(("rows", 0, "nationality"), 7),
        change(("rows", 0), {"value": 40}),
        change(("rows",), {}),
        change(("total",), True),
        change(("note",), "x"),
    ],
)
def test_what_is_another_table_or_none_is_refused(wrong: Callable[[dict[str, Any]], None]) -> None:
    table = copy.deepcopy(told())
    wrong(table)
    with pytest.raises(ValueError, match=r"."):
        check_told([counted("de", region="rp")], [table])


def test_one_table_too_few_or_too_many_is_refused() -> None:
    for tables in ([], [told(), told()]):
        with pytest.raises(ValueError, match="zip"):
            check_told([counted("de", region="rp")], tables)
