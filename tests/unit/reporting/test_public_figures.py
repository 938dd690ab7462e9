"""The figures in print: the same as in the printed tables and in the history, and matched with cells of editions."""

from datetime import date
from typing import Any

import pytest

from deploy.demo.history.counts import targets
from services.reporting.counting import Counts
from services.reporting.disclosure.published import TOTAL, PublishedTable, cells_of
from services.reporting.disclosure.readers import Readers
from services.reporting.edition_tables import Asked, described
from services.reporting.passport import Reach
from services.reporting.printed import load_printed
from services.reporting.printed_values import parameters_of
from services.reporting.public_figures import load_public, printed_cells
from services.reporting.public_tables import beside, public_tables
from services.reporting.question import Question, read_question
from shared.topology import load_topology

TODAY = date(2026, 11, 26)
BY = {figure.figure: figure for figure in load_public()}
RECOGNITION = {"indicator": "first_counsellings", "programme_line": "recognition_counselling"}
OLD = RECOGNITION | {"from": "2015-01", "to": "2018-12", "as_of": "2019-01-15"}


def described_of(total: int, **parameters: str) -> PublishedTable:
    """A table without rows, as the audit sees it."""
    return described(Asked("Tabelle 1", ask(**parameters), Counts((), total), Reach(()), "de"), "exact")


def ask(network: str = "de", **parameters: str) -> Question:
    return read_question(parameters.items(), network, TODAY)


def test_every_printed_count_of_the_printed_tables_is_public() -> None:
    seen = 0
    for table in load_printed().values():
        for cell in table.cells:
            if cell.printed is None or cell.measure != "value":
                continue
            seen += 1
            question = ask(**parameters_of(cell, table.questions[cell.question]))
            assert printed_cells(question, "de") == {TOTAL: cell.printed}, cell.figure
            assert BY[cell.figure].value == cell.printed
    assert seen > 70


def test_the_history_makes_the_same_figures() -> None:
    exact = {
        target["id"]: target["value"]
        for target in targets()
        if target["binding"] == "must" and target.get("measure", "value") == "value"
    }
    assert {name: figure.value for name, figure in BY.items()} == exact
    assert (len(exact), len(load_public())) == (128, 130)  # two can be asked by the round of entry too


def test_rows_and_total_of_a_table_are_found() -> None:
    found = printed_cells(ask(**OLD, by="nationality"), "de")
    assert found[TOTAL] == 194568
    assert (found["SY",], found["IR",]) == (52570, 1984)
    assert len(found) == 6
    assert printed_cells(ask(**OLD, by="refugee_background,nationality"), "de") == {TOTAL: 194568}
    assert printed_cells(ask(**OLD, by="nationality", nationality="SY,TR"), "de") == {("SY",): 52570}
    crossed = ask(
        indicator="fair_integration_occasions", by="session_type,occasion",
        **{"from": "2017-11", "to": "2022-06"}, as_of="2022-07-07",
    )  # fmt: skip
    assert printed_cells(crossed, "de")["first", "pay"] == 7305


@pytest.mark.parametrize("change", [{"as_of": "2019-01-16"}, {"to": "2018-11"}, {"programme_line": "qualification"}])
def test_another_day_period_or_filter_is_another_figure(change: dict[str, Any]) -> None:
    assert printed_cells(ask(**(OLD | change), by="nationality"), "de") == {}


def test_a_network_finds_its_own_figures_and_never_those_of_the_country() -> None:
    new = RECOGNITION | {"from": "2019-01", "to": "2022-09", "as_of": "2022-09-30"}
    assert printed_cells(ask("be", **new), "be") == {TOTAL: 15206}
    assert printed_cells(ask(**new, by="region"), "de") == {("be",): 15206}
    assert printed_cells(ask("be", **OLD), "be") == {}


def test_the_audit_knows_counts_of_people_and_only_what_concerns_its_tables() -> None:
    names = [table.name for table in public_tables()]
    assert len(names) == len(set(names)) > 70
    assert not any("Verstetigung" in name for name in names)


def test_the_audit_takes_what_can_be_compared_with_its_tables() -> None:
    domains = {"region": frozenset(load_topology())}
    whole = [table for table in public_tables() if table.total in (194568, 181175)]
    quarter = described_of(9000, **RECOGNITION, **{"from": "2022-04", "to": "2022-06"}, as_of="2022-10-15")
    near = [table.total for table in beside([quarter], domains)]
    assert 181175 not in near  # far more than three of them are counted in no table
    assert 4068 in near  # for all that is known, nearly all of Brandenburg's may be of this quarter
    old = beside([described_of(194568, **OLD)], domains)
    assert {table.total for table in old} >= {194568, 63487, 52570, 15870, 5559}
    long = described_of(375743, **RECOGNITION, **{"from": "2015-01", "to": "2022-09"}, as_of="2022-10-15")
    both = beside([long], domains)
    assert set(map(id, both)) > set(map(id, whole))


@pytest.mark.parametrize("as_of", sorted({table.population.as_of for table in public_tables()}))
def test_what_is_printed_of_a_day_can_all_be_true_together(as_of: date) -> None:
    tables = [table for table in public_tables() if table.population.as_of == as_of]
    Readers([tuple(cells_of(table)) for table in tables]).program.optimum({})  # raises ContradictionError otherwise
