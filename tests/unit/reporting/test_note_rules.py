"""Views, comments and news without a database: addresses, questions without days, what moved, who is silent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.reporting.notes.comment_models import CommentIn
from services.reporting.notes.rules import Step, about, as_known, local_page, silences, tallies

LINES = st.sampled_from(["qualification", "fair_integration", None])
STEPS = st.builds(
    Step,
    st.sampled_from(["rp", "sn"]),
    st.just("session_recorded"),
    LINES,
    LINES,
    st.sampled_from(["new", "late", "corrected", "withdrawn", "restored"]),
    st.integers(1, 9),
    st.just(0),
)


@pytest.mark.parametrize("path", ["/bund", "/bund/linie/qualification?jahr=2026", "/anfrage?by=region,month", "/a/.b"])
def test_pages_of_our_site(path: str) -> None:
    assert local_page(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "bund",
        "//evil.example/x",
        "/\\evil.example",
        "https://evil.example",
        "/bund/../../x",
        "/a#b",
        "/a\n",
        "/a?b c",
    ],
)
def test_what_is_no_page_of_our_site(path: str) -> None:
    assert not local_page(path)


def test_a_figure_is_the_same_whenever_it_is_looked_at() -> None:
    one = "indicator=referrals&version=1&by=region&nationality=UA,SY&as_of=2026-01-01&known_at=2026-02-01"
    other = "by=region&nationality=SY,UA&indicator=referrals"
    assert about(one) == about(other) == "by=region&indicator=referrals&nationality=SY,UA"
    assert about("indicator=referrals&by=region,month") != about("indicator=referrals&by=month,region")
    assert as_known(one, date(2026, 3, 1)).endswith("as_of=2026-03-01")
    assert "known_at" not in as_known(one, date(2026, 3, 1))


def test_what_became_of_records_stands_where_it_belongs() -> None:
    kind, line, other = "session_recorded", "qualification", "fair_integration"
    steps = [
        Step("rp", kind, None, line, "new", 3, 1),
        Step("rp", kind, line, line, "withdrawn", 2, 0),
        Step("rp", kind, line, other, "corrected", 1, 0),
    ]
    found = tallies(steps)[kind]
    assert (found["rp", line].new, found["rp", line].delayed, found["rp", line].withdrawn) == (3, 1, 2)
    assert (found["rp", line].moved, found["rp", line].change) == (-1, 0)
    assert (found["rp", other].corrected, found["rp", other].moved, found["rp", other].change) == (1, 1, 1)


@given(st.lists(STEPS))
def test_moving_between_lines_changes_no_total(steps: list[Step]) -> None:
    change = sum(tally.change for lines in tallies(steps).values() for tally in lines.values())
    signs = {"new": 1, "late": 1, "restored": 1, "withdrawn": -1, "corrected": 0}
    assert change == sum(signs[step.step] * step.records for step in steps)


def test_a_network_goes_silent_and_comes_back() -> None:
    now, today = datetime(2026, 11, 27, 12, tzinfo=UTC), date(2026, 11, 27)
    last = {"rp": now - timedelta(hours=3), "sn": now, "be": now, "hh": now}
    days = {
        "sn": {
            date(2026, 11, 20),
            date(2026, 11, 24),
        },  # without a word from 21 to 23 November, and on the 25th and 26th
        "be": {date(2026, 11, 20 + one) for one in range(8)},
        "hh": {date(2026, 11, 10), *(date(2026, 11, 20 + one) for one in range(8))},  # came back on the mark's own day
    }
    found = silences(last, days, date(2026, 11, 20), now, today)
    assert [(one.region, one.back, one.days) for one in found] == [("hh", True, 9), ("rp", False, 0), ("sn", True, 3)]
    assert found[1].since == last["rp"]


def test_a_network_that_never_spoke_before_is_not_back() -> None:
    now, today = datetime(2026, 11, 27, 12, tzinfo=UTC), date(2026, 11, 27)
    assert silences({"rp": now}, {}, date(2026, 11, 20), now, today) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b", "a\x1b[31m", "a\x85b", "tab\there"])
def test_a_text_that_is_none_or_too_long_or_has_control_characters_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        CommentIn(text=text)


def test_lines_of_a_text_stay() -> None:
    assert CommentIn(text=" eins\r\nzwei ").text == "eins\nzwei"
