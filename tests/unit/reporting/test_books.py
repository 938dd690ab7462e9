"""Books as data: every table asks what the catalogue can answer; quarters; orders; tables put together."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.reporting.books.contents import SILENT, checked, figures_table, parameters
from services.reporting.books.definitions import Step, Table, load_definitions, steps_of
from services.reporting.books.published import published
from services.reporting.books.quarters import Quarter
from services.reporting.books.rules import provisional, read_order, title_of
from services.reporting.books.writing import titles
from services.reporting.printed_tables import Unanswered
from services.reporting.question import read_question
from services.reporting.tables import EditionRow
from shared.problems import Problem
from shared.topology import CENTRE, load_topology

TODAY = date(2026, 11, 27)
Q3 = Quarter(2026, 3)
PLACES = [
    (network, kind, region)
    for network in (CENTRE, "rp")
    for kind, definition in load_definitions().items()
    for region in definition.regions(network)
]
NO_QUARTERS = ["2026-Q5", "2026-Q0", "2026Q3", "26-Q3", "2026-q3", "1999-Q1", "", "2026-Q3 ", "٢٠٢٦-Q3"]


def asked(step: Step, network: str, quarter: Quarter = Q3) -> list[Any]:
    """Every question of a table, read as reporting reads it."""
    found = []
    for line in range(len(step.table.asked)):
        for column in range(len(step.table.periods)):
            pairs = parameters(step, (line, column), quarter, (TODAY, TODAY), network)
            found.append(read_question(pairs, network, TODAY))
    return found


@pytest.mark.parametrize(("network", "kind", "region"), PLACES)
def test_every_table_asks_what_the_catalogue_answers_there(network: str, kind: str, region: str) -> None:
    steps = steps_of(kind, region)
    assert all(asked(step, network) or step.table.content != "figures" for step in steps)


@pytest.mark.parametrize("kind", ["mirror", "in_figures"])
def test_a_networks_book_asks_for_no_other_network(kind: str) -> None:
    for step in steps_of(kind, "sn"):
        assert {dict(question.filters).get("region") for question in asked(step, CENTRE)} <= {("sn",)}
        assert "region" not in step.table.by


def test_a_networks_own_reporting_asks_without_filters_of_place_and_asks_nobody() -> None:
    for step in steps_of("mirror", "rp"):
        assert not any("region" in dict(question.filters) or question.asked for question in asked(step, "rp"))


def test_where_books_are_made() -> None:
    definitions = load_definitions()
    assert {kind: found.regions("rp") for kind, found in definitions.items()} == {
        "in_figures": ("rp",),
        "mirror": ("rp",),
        "table_volume": (),
    }
    assert definitions["table_volume"].regions(CENTRE) == (CENTRE,)
    assert definitions["mirror"].regions(CENTRE) == tuple(load_topology())
    assert definitions["in_figures"].regions(CENTRE) == (CENTRE, *load_topology())
    assert len(steps_of("in_figures", CENTRE)) == 16 * len(steps_of("in_figures", "rp"))


def test_the_volume_has_every_field_of_action_by_network_and_its_stocks() -> None:
    tables = [step.table for step in steps_of("table_volume", CENTRE)]
    by_network = {table.indicator for table in tables if table.by == ("region",)}
    assert by_network >= {
        "first_counsellings",
        "qualification_entries",
        "intercultural_participants",
        "skilled_worker_participants",
        "fair_integration_individual",
        "completeness",
        "timeliness",
    }
    stocks = [table for table in tables if table.periods == ("stock",)]
    assert {line.indicator for table in stocks for line in table.asked} >= {"transfers", "structure_units"}


def test_periods_of_a_quarter() -> None:
    assert Q3.months("quarter") == ("2026-07", "2026-09")
    assert Q3.months("previous") == ("2025-07", "2025-09")
    assert Q3.months("year") == ("2026-01", "2026-09")
    assert Q3.months("round") == ("2023-01", "2026-09")
    assert Q3.months("series") == ("2024-10", "2026-09")
    assert Q3.months("last_month") == ("2026-09", "2026-09")
    assert Q3.months("stock") == ("", "")
    assert Quarter(2022, 4).months("round") == ("2019-01", "2022-12")
    assert (Quarter(2024, 1).last_day, Quarter(2026, 4).last_day) == (date(2024, 3, 31), date(2026, 12, 31))


def test_a_stock_is_that_of_the_last_day_or_of_an_earlier_stichtag() -> None:
    assert Q3.day("stock", TODAY) == date(2026, 9, 30)
    assert Q3.day("stock", date(2026, 8, 15)) == date(2026, 8, 15)
    assert Q3.day("quarter", TODAY) == TODAY


@pytest.mark.parametrize("text", NO_QUARTERS)
def test_what_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        Quarter.read(text)


def test_quarters_in_order() -> None:
    assert Quarter.read("2025-Q4") < Quarter.read("2026-Q1")
    assert str(Quarter.of(date(2026, 12, 31))) == "2026-Q4"
    assert str(Quarter.of(date(2026, 1, 1))) == "2026-Q1"


def given(**more: Any) -> dict[str, Any]:
    return {"kind": "table_volume", "region": "", "quarter": "2026-Q3", "as_of": None, "known_at": None} | more


def test_an_order_without_days_is_of_yesterday() -> None:
    order = read_order(given(), CENTRE, TODAY)
    assert (order.region, order.as_of, order.known_at) == (CENTRE, TODAY - timedelta(days=1), None)
    assert not provisional(order.quarter, order.as_of)
    assert title_of(order.kind, order.region, order.quarter) == "Tabellenband, 3. Quartal 2026"
    assert title_of("mirror", "sn", Q3) == "Spiegelblatt Sachsen, 3. Quartal 2026"
    assert title_of("in_figures", CENTRE, Q3) == "IQ in Zahlen aller Netzwerke, 3. Quartal 2026"


def test_a_quarter_that_runs_is_provisional() -> None:
    order = read_order(given(quarter="2026-Q4"), CENTRE, TODAY)
    assert provisional(order.quarter, order.as_of)
    assert not provisional(Q3, date(2026, 9, 30))


@pytest.mark.parametrize(
    ("network", "wrong", "field", "words"),
    [
        (CENTRE, {"quarter": "2027-Q1"}, "quarter", "Dieses Quartal hat noch nicht begonnen."),
        (CENTRE, {"quarter": "bald"}, "quarter", "Das ist kein Quartal des Programms."),
        (CENTRE, {"kind": "roman"}, "kind", "Dieses Buch gibt es hier nicht."),
        (CENTRE, {"region": "rp"}, "region", "Für dieses Netzwerk gibt es dieses Buch hier nicht."),
        (CENTRE, {"kind": "mirror"}, "region", "Das Netzwerk fehlt."),
        (CENTRE, {"kind": "mirror", "region": "xx"}, "region", "Für dieses Netzwerk gibt es dieses Buch hier nicht."),
        (CENTRE, {"kind": "mirror", "region": CENTRE}, "region", "Für dieses Netzwerk gibt es dieses Buch hier nicht."),
        ("rp", {}, "kind", "Dieses Buch gibt es hier nicht."),
        ("rp", {"kind": "mirror", "region": "sn"}, "region", "Für dieses Netzwerk gibt es dieses Buch hier nicht."),
        (CENTRE, {"as_of": date(2026, 11, 28)}, "as_of", "Dieser Tag liegt in der Zukunft."),
        (CENTRE, {"known_at": date(2027, 1, 1)}, "known_at", "Dieser Tag liegt in der Zukunft."),
        (CENTRE, {"as_of": date(2026, 6, 30)}, "as_of", "Der Stichtag liegt vor dem Quartal"),
    ],
)
def test_what_cannot_be_ordered(network: str, wrong: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Problem) as refused:
        read_order(given(**wrong), network, TODAY)
    (error,) = refused.value.errors
    assert (refused.value.status, error.field) == (422, field)
    assert error.problem.startswith(words)
    assert error.remedy


def table(**more: Any) -> Table:
    named = {"id": "t", "title": "T", "indicator": "first_counsellings", "periods": ["quarter", "year"]}
    return Table.model_validate(named | more)


def answer(total: int, by: str = "", **rows: int) -> dict[str, Any]:
    found = [{by: code, "value": value, "share": round(value / total, 4)} for code, value in rows.items()]
    coverage = {"networks": 2, "answered": 2, "records": 1, "expected": 1}
    return {"total": total, "rows": found, "passport": {"coverage": coverage, "link": "x"}}


def built(entry: Table, *answers: Any) -> dict[str, Any]:
    step = Step("C", CENTRE, entry)
    return figures_table(step, (Q3, TODAY), titles(), {(0, at): found for at, found in enumerate(answers)})


def test_a_ranking_shows_the_same_rows_in_every_column_and_adds_up() -> None:
    first = answer(10, "nationality", SY=5, TR=2, not_stated=1, _rest=2)
    other = answer(100, "nationality", SY=10, UA=60, AF=20, not_stated=10)
    found = built(table(by=["nationality"], top=2), first, other)
    assert [(row["codes"], row["values"]) for row in found["rows"]] == [
        (["SY"], [5, 10]),
        (["TR"], [2, 0]),
        (["not_stated"], [1, 10]),
        (["_rest"], [2, 80]),
    ]
    assert found["totals"] == [10, 100]
    assert all(sum(row["values"][at] for row in found["rows"]) == found["totals"][at] for at in (0, 1))


def test_what_one_column_lacks_is_zero_and_what_was_not_answered_is_not() -> None:
    found = built(table(by=["region"]), answer(3, "region", rp=3), answer(4, "region", rp=3, sn=1))
    assert [(row["codes"], row["values"]) for row in found["rows"]] == [(["rp"], [3, 3]), (["sn"], [0, 1])]
    half = built(table(by=["region"]), answer(3, "region", rp=3), Unanswered("Nein."))
    assert (half["rows"][0]["values"], half["totals"], half["problem"]) == ([3, None], [3, None], "")
    assert [entry["problem"] for entry in half["problems"]] == ["Nein."]
    none = built(table(by=["region"]), Unanswered("Nein."), Unanswered("Nein."))
    assert (none["rows"], none["problem"]) == ([], "Nein.")


def test_a_true_zero_is_no_failure() -> None:
    assert built(table(by=["region"]), answer(0), answer(0))["problem"] == ""


def test_silence_of_all_networks_is_no_zero() -> None:
    silent = answer(0)
    silent["passport"]["coverage"] = {"networks": 2, "answered": 0, "records": 1, "expected": 1}
    assert checked(silent) == Unanswered(SILENT)
    assert checked(answer(0)) != Unanswered(SILENT)


@pytest.mark.parametrize(
    "wrong",
    [{"indicator": ""}, {"lines": [{"indicator": "referrals"}]}, {"periods": []}, {"chart": "pie"}, {"colour": "red"}],
)
def test_a_table_that_does_not_hold_together_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        table(**wrong)


def edition(region: str, shown: list[dict[str, Any]], **more: Any) -> EditionRow:
    days = {"as_of": date(2026, 9, 30), "known_at": date(2026, 10, 1), "created_on": date(2026, 10, 1)}
    values = {"edition_id": f"00000000-0000-4000-8000-{len(region):012d}", "title": f"E {region}", "method": "rounded"}
    rest = {"hash": "", "asked": [], "described": [], "domains": {}, "created_by": "x", "state": "published"}
    whose = {"region": region, "shown": shown, "published_on": date(2026, 10, 2)}
    return EditionRow(**(days | values | rest | whose | more))


def shown(by: list[str], rows: list[dict[str, Any]], **filters: list[str]) -> dict[str, Any]:
    period = {"from": "2026-07", "to": "2026-09"}
    passport = {"indicator": "first_counsellings", "period": period, "as_of": "2026-09-30", "filters": filters}
    return {"by": by, "rows": rows, "total": 500, "passport": passport}


def test_only_published_values_of_the_country_and_the_network_itself_stand_beside_own_figures() -> None:
    rows = [{"region": "rp", "value": 40}, {"region": "sn", "value": 45}, {"region": "be", "value": None}]
    found = published([edition(CENTRE, [shown(["region"], rows)])], "sn", TODAY)
    own = [(entry.of, entry.value) for entry in found if entry.source == "E de"]
    assert own == [(CENTRE, 500), ("sn", 45)]
    assert {entry.of for entry in found} == {CENTRE, "sn"}
    assert all("region" not in dict(entry.filters) for entry in found)


def test_drafts_and_what_appeared_later_are_not_compared_with() -> None:
    later = edition(CENTRE, [shown([], [])], published_on=TODAY)
    draft = edition(CENTRE, [shown([], [])], state="draft", published_on=None)

    def values(row: EditionRow, known_at: date) -> list[int | None]:
        return [entry.value for entry in published([row], "sn", known_at) if entry.source == "E de"]

    assert values(draft, TODAY) == values(later, TODAY - timedelta(days=1)) == []
    assert values(later, TODAY) == [500]


def test_editions_of_others_and_tables_of_others_are_left_out() -> None:
    others = [edition("rp", [shown([], [])]), edition(CENTRE, [shown([], [], region=["rp"])])]
    assert not [entry for entry in published(others, "sn", TODAY) if entry.source.startswith("E ")]


def test_printed_figures_of_single_nationalities_are_left_out() -> None:
    printed = published([], "be", TODAY)
    assert {entry.of for entry in printed} == {CENTRE, "be"}
    assert not any("nationality" in dict(entry.filters) for entry in printed)
    assert (194568, "2018-12") in {(entry.value, entry.last) for entry in printed}
