"""Forms: what was typed stays, dates are read tolerantly, refusals stand at their fields."""

from datetime import date
from uuid import uuid4

import pytest
from starlette.datastructures import FormData

from services.gateway.access import local
from services.gateway.forms import Field, Form, read_day, read_month, read_number
from services.gateway.rendering import number
from shared.problems import FieldProblem, Problem

FORM = Form((Field("date", "Datum", "date"), Field("name", "Name")), {"revision": ""})


@pytest.mark.parametrize("text", ["1.9.2026", "01.09.26", " 1. 9. 2026 ", "2026-09-01"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text, "date", "Datum") == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["", "gestern", "31.02.2026", "2026-13-01"])
def test_a_day_that_is_none_names_the_form(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_day(text, "date", "Datum")
    assert "TT.MM.JJJJ" in refused.value.errors[0].remedy


def test_numbers_may_carry_german_dots() -> None:
    assert read_number("1.204", "participants", "Zahl") == 1204
    assert number(1204) == "1.204"


def test_a_refusal_keeps_what_was_typed_and_stands_at_its_field() -> None:
    typed = FORM.filled(FormData([("date", "31.02."), ("name", "<b>"), ("revision", "3")]))
    shown = typed.refused(Problem(422, "x", [FieldProblem("date", "31.02.", "Kein Datum.", "Bitte prüfen.")]))
    assert [(entry.value, entry.error) for entry in shown.fields] == [
        ("31.02.", "Kein Datum. Bitte prüfen."),
        ("<b>", ""),
    ]
    assert shown.hidden == {"revision": "3"}
    assert shown.errors == [("feld-date", "Kein Datum. Bitte prüfen.")]


def test_a_refusal_without_fields_is_shown_on_top() -> None:
    assert FORM.refused(Problem(409, "Inzwischen geändert.")).errors == [("inhalt", "Inzwischen geändert.")]


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_sign_in_never_leads_elsewhere(target: str) -> None:
    assert local(target) == "/"


@pytest.mark.parametrize(
    "bent", [{"key": "x"}, {"key": ""}, {"revision": "eins"}, {"revision": "١"}, {"revision": "-1"}]
)
def test_a_hidden_id_or_revision_that_was_bent_is_refused(bent: dict[str, str]) -> None:
    hidden = {"key": str(uuid4()), "revision": "2", "weiter": "/"}
    form = Form((), hidden)
    assert form.filled(FormData(hidden | {"revision": "", "weiter": "anything"})).hidden["weiter"] == "anything"
    with pytest.raises(Problem) as refused:
        form.filled(FormData(hidden | bent))
    assert refused.value.status == 422


def test_the_summary_names_the_field_unless_its_message_does() -> None:
    wrong = [FieldProblem("date", "", "„Datum“ fehlt.", ""), FieldProblem("name", "", "Das ist zu lang.", "")]
    assert [text for _, text in FORM.refused(Problem(422, "x", wrong)).errors] == [
        "„Datum“ fehlt.",
        "Name: Das ist zu lang.",
    ]


@pytest.mark.parametrize("text", ["9/2026", "09.2026", " 09 / 2026 ", "2026-09"])
def test_a_month_is_read_as_people_type_it(text: str) -> None:
    assert read_month(text, "month", "Monat") == "2026-09"


@pytest.mark.parametrize("text", ["13/2026", "0/2026", "2026-13", "2026", "Mai", "09/26", "09/0000", "٠٩/2026"])
def test_what_is_no_month_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_month(text, "month", "Monat")
    assert [(error.field, error.value, bool(error.remedy)) for error in refused.value.errors] == [("month", text, True)]
