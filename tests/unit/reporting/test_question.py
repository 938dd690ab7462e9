"""Questions: what is read, and what is refused with what is allowed."""

from datetime import date
from urllib.parse import parse_qsl

import pytest

from services.reporting.question import Question, link, read_form, read_question
from shared.problems import FieldProblem, Problem

TODAY = date(2026, 11, 24)


def read(text: str, network: str = "de") -> Question:
    return read_question(parse_qsl(text, keep_blank_values=True), network, TODAY)


def refused(text: str, network: str = "de") -> tuple[int, list[FieldProblem]]:
    with pytest.raises(Problem) as caught:
        read(text, network)
    assert caught.value.detail
    return caught.value.status, caught.value.errors


def test_defaults() -> None:
    question = read("indicator=counselling_sessions")
    assert (question.by, question.first, question.last, question.filters, question.top) == ((), None, None, (), None)
    assert (question.as_of, question.known_at) == (TODAY, TODAY)


def test_everything_at_once() -> None:
    question = read(
        "indicator=counselling_sessions&by=nationality&from=2019-01&to=2022-09&as_of=2022-10-15&known_at=2022-11-30"
        "&region=sn,rp&session_type=first&session_type=short&top=5&file=csv&dialect=plain"
    )
    assert question.by == ("nationality",)
    assert (question.first, question.last) == ("2019-01", "2022-09")
    assert (question.as_of, question.known_at) == (date(2022, 10, 15), date(2022, 11, 30))
    assert question.filters == (("region", ("rp", "sn")), ("session_type", ("first", "short")))
    assert question.top == 5


def test_the_order_of_filters_does_not_make_another_question() -> None:
    one = read("indicator=counselling_sessions&region=sn,rp&session_type=first")
    other = read("indicator=counselling_sessions&session_type=first&region=rp,sn,rp")
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    ("text", "field", "allowed"),
    [
        ("indicator=counselling_sessions&by=region,month,year,round", "by", ""),
        ("indicator=counselling_sessions&by=region,region", "by", ""),
        ("indicator=counselling_sessions&by=colour", "by", "nationality"),
        ("indicator=counselling_sessions&colour=red", "colour", "nationality"),
        ("indicator=counselling_sessions&session_type=frist", "session_type", "first"),
        ("indicator=counselling_sessions&region=xx", "region", "rp"),
        ("indicator=counselling_sessions&region=", "region", ""),
        ("indicator=counselling_sessions&programme_line=migration_service", "programme_line", "qualification"),
        ("indicator=counselling_sessions&from=2022-13", "from", ""),
        ("indicator=counselling_sessions&from=2022-02-01", "from", ""),
        ("indicator=counselling_sessions&to=x", "to", ""),
        ("indicator=counselling_sessions&from=2022-02&to=2022-01", "from", ""),
        ("indicator=counselling_sessions&as_of=2026-11-25", "as_of", ""),
        ("indicator=counselling_sessions&known_at=2026-11-25", "known_at", ""),
        ("indicator=counselling_sessions&as_of=2026-02-30", "as_of", ""),
        ("indicator=counselling_sessions&as_of=15.10.2022", "as_of", ""),
        ("indicator=counselling_sessions&as_of=20221015", "as_of", ""),
        ("indicator=counselling_sessions&by=month&top=0", "top", ""),
        ("indicator=counselling_sessions&by=month&top=1001", "top", ""),
        ("indicator=counselling_sessions&by=month&top=five", "top", ""),
        ("indicator=counselling_sessions&by=month&top=²", "top", ""),
        ("indicator=counselling_sessions&top=5", "top", ""),
        ("indicator=counselling_sessions&by=month,region&top=5", "top", ""),
        ("indicator=counselling_sessions&as_of=2022-01-01&as_of=2022-01-02", "as_of", ""),
        ("indicator=structure_units&by=month", "by", "kind"),
        ("indicator=first_counsellings&session_type=first", "session_type", "region"),
        ("by=month", "indicator", "counselling_sessions"),
    ],
)
def test_refused_with_what_is_allowed(text: str, field: str, allowed: str) -> None:
    status, errors = refused(text)
    assert status == 422
    assert [error.field for error in errors] == [field]
    assert errors[0].problem.endswith(".")
    if allowed:
        assert allowed in errors[0].allowed
        assert errors[0].value not in errors[0].allowed


def test_all_that_is_wrong_is_told_at_once() -> None:
    _, errors = refused("indicator=counselling_sessions&by=colour&from=x&as_of=2030-01-01&region=zz")
    assert {error.field for error in errors} == {"by", "from", "as_of", "region"}


def test_unknown_indicator() -> None:
    status, errors = refused("indicator=sessions")
    assert status == 404
    assert "counselling_sessions" in errors[0].allowed


@pytest.mark.parametrize(
    "text",
    [
        "indicator=counselling_sessions&by=gender",
        "indicator=counselling_sessions&by=region&office=rp-mz-1",
        "indicator=fair_integration_occasions&by=occasion",
        "indicator=referrals",
    ],
)
def test_details_are_asked_of_the_networks_and_known_in_a_network(text: str) -> None:
    assert read(text).asked
    assert not read(text, "rp").asked


def test_what_lean_events_tell_is_not_asked_of_networks() -> None:
    assert not read("indicator=counselling_sessions&by=nationality&refugee_background=yes").asked


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("indicator=counselling_sessions&year=2019&from=2020-01", "from", "schließen einander aus"),
        ("indicator=counselling_sessions&year=2019&quarter=2020-Q1", "from", "schließen einander aus"),
        ("indicator=counselling_sessions&session_type=process", "session_type", "zählt bei diesem Indikator nie"),
        ("indicator=transfers&from=2020-01", "from", "keinen Zeitraum"),
        ("indicator=good_practice_sheets&to=2020-01", "to", "keinen Zeitraum"),
        ("indicator=contact_persons&by=region", "by", "nicht über Monate addiert"),
        ("indicator=counselling_sessions&version=99", "version", "gilt nicht mehr"),
    ],
)
def test_contradictions_are_refused(text: str, field: str, words: str) -> None:
    status, errors = refused(text)
    assert status == 422
    assert (errors[0].field, words in errors[0].problem) == (field, True)


def test_a_level_may_be_asked_by_month_or_for_one_month() -> None:
    assert read("indicator=contact_persons&by=month").by == ("month",)
    assert read("indicator=contact_persons&from=2022-03&to=2022-03").first == "2022-03"


def test_a_link_asks_the_same_again() -> None:
    text = "indicator=first_counsellings&by=nationality&from=2019-01&to=2022-09&region=rp,sn&as_of=2022-10-15&top=5"
    question = read(text)
    assert read(link(question)) == question
    assert "known_at=" in link(question)


def test_a_long_value_is_cut_in_the_answer() -> None:
    _, errors = refused(f"indicator=counselling_sessions&region={'x' * 5000}")
    assert len(str(errors[0].value)) == 80


def test_forms() -> None:
    assert read_form({}) == ("json", False)
    assert read_form({"file": "csv", "dialect": "plain"}) == ("csv", True)
    with pytest.raises(Problem) as caught:
        read_form({"file": "docx"})
    assert caught.value.status == 422
    assert caught.value.errors[0].allowed == ("json", "csv", "xlsx", "parquet")
