"""The form of a new edition: tables from links and saved requests, refusals in its own words."""

import pytest
from starlette.datastructures import FormData

from services.gateway.edition_form import body_of, edition_form, refused, typed
from services.gateway.forms import Form
from shared.problems import FieldProblem, Problem

SAVED = (("one", "Nach Ländern"),)
QUERIES = {"one": "indicator=referrals&by=region"}


def sent(*pairs: tuple[str, str]) -> Form:
    return typed(FormData(pairs), SAVED, QUERIES)


def test_links_and_saved_requests_become_tables_in_their_order_without_days() -> None:
    link = "http://rp.example/anfrage?indicator=first_counsellings&by=month,gender&from=2022&as_of=2022-07-01&version=2"
    form = sent(("title", "T"), ("as_of", "1.7.22"), ("method", "rounded"), ("tables.2", link), ("saved", "one"))
    assert body_of(form, {"rp.example"}) == {
        "title": "T",
        "as_of": "2022-07-01",
        "method": "rounded",
        "tables": [
            {"indicator": "first_counsellings", "by": "month,gender", "from": "2022-01"},
            {"indicator": "referrals", "by": "region"},
        ],
    }
    assert [entry.value for entry in form.fields if entry.kind == "link"] == [link, QUERIES["one"], ""]


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(Problem) as found:
        body_of(
            sent(("title", "x" * 201), ("as_of", ""), ("tables.1", "http://elsewhere.example/anfrage?a=b")), {"here"}
        )
    assert [error.field for error in found.value.errors] == ["title", "as_of", "tables.1"]


def test_there_is_always_a_free_row_until_forty() -> None:
    counts = [len([f for f in edition_form(["x"] * tables, ()).fields if f.kind == "link"]) for tables in (0, 3, 40)]
    assert counts == [3, 4, 40]


def test_rows_that_were_sent_stay_and_one_can_be_added() -> None:
    empty = [(f"tables.{place}", "") for place in range(1, 6)]
    counts = [len([f for f in sent(*pairs).fields if f.kind == "link"]) for pairs in (empty, [*empty, ("mehr", "1")])]
    assert counts == [5, 6]


def test_refusals_stand_at_the_table_in_the_words_of_the_form() -> None:
    errors = [
        FieldProblem("tables.2.to", "", "Fehlt.", "Bitte ergänzen."),
        FieldProblem("tables.2.gender", "", "Gibt es nicht.", "Bitte ändern."),
        FieldProblem("as_of", "", "Zukunft.", "Bitte ändern."),
    ]
    form = refused(edition_form([], ()), Problem(422, "x", errors))
    shown = {entry.name: entry.error for entry in form.fields if entry.error}
    assert shown == {
        "as_of": "Zukunft. Bitte ändern.",
        "tables.2": "„Bis Monat“: Fehlt. Bitte ergänzen. „Geschlecht“: Gibt es nicht. Bitte ändern.",
    }


def test_every_cell_that_would_give_someone_away_has_its_line() -> None:
    remedy = "Bitte die Methode „rounded“ verwenden."
    errors = [FieldProblem("tables", name, f"„{name}“ verrät zu viel.", remedy) for name in ("A", "B")]
    form = refused(edition_form([], ()), Problem(409, "x", errors))
    after = "Bitte die Methode „gerundet auf Vielfache von 5“ verwenden."
    assert form.general == (f"„A“ verrät zu viel. {after}", f"„B“ verrät zu viel. {after}")
