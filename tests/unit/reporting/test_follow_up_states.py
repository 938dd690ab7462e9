"""The life of a follow-up, and that both sides end with the same whatever came when, or was lost with a database."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.quality import states
from services.reporting.quality.findings import Finding, Subject, link, sentence
from services.reporting.quality.rules import Hit
from shared.contracts.follow_ups import FollowUp, FollowUpAnswer
from shared.vocabulary.quality import FindingRule, FollowUpChoice, FollowUpState, ReopenReason

KEY = "k" * 32
DAY = date(2026, 11, 27)
SUBJECT = Subject(
    FindingRule.OUTLIER, "rp", "counselling_sessions", (("programme_line", "recognition_counselling"),), "2026-10"
)
FOUND = Finding(SUBJECT, Hit("2026-10", 260.0, 70.0, 130.0, 3.0))


def asked() -> FollowUp:
    values = {"follow_up_id": UUID(int=7), "asked_on": DAY, "due_on": DAY + timedelta(days=14)}
    return FollowUp(question=states.first_question(values, FOUND, KEY), answer=None)


def answered(follow_up: FollowUp, choice: str = "right", **more: Any) -> FollowUp:
    values = {"asked": follow_up.question.asked, "cause": None, "until": None, "month": None, "answered_on": DAY}
    answer = FollowUpAnswer.model_validate(values | {"choice": choice} | more)
    return FollowUp(question=follow_up.question, answer=answer)


def reopened(follow_up: FollowUp) -> FollowUp:
    question = states.reopened(follow_up.question, ReopenReason.UNCHANGED, DAY + timedelta(days=3), KEY)
    return FollowUp(question=question, answer=follow_up.answer)


def closed(follow_up: FollowUp) -> FollowUp:
    return FollowUp(question=states.closed(follow_up.question, KEY), answer=follow_up.answer)


def test_open_answered_open_again_closed() -> None:
    one = asked()
    assert states.state(one) is FollowUpState.OPEN
    one = answered(one)
    assert states.state(one) is FollowUpState.ANSWERED
    one = reopened(one)
    assert (states.state(one), one.question.asked, one.question.reason) == (FollowUpState.OPEN, 2, "unchanged")
    one = closed(answered(one, "corrected"))
    assert (states.state(one), one.question.revision) == (FollowUpState.CLOSED, 3)


def test_what_is_overdue() -> None:
    one, due = asked(), DAY + timedelta(days=14)
    assert not states.overdue(one, due)
    assert states.overdue(one, due + timedelta(days=1))
    promised = answered(one, FollowUpChoice.BEING_CORRECTED, until=DAY + timedelta(days=2))
    assert not states.overdue(promised, DAY + timedelta(days=2))
    assert states.overdue(promised, DAY + timedelta(days=3))
    assert not states.overdue(answered(one), due + timedelta(days=99))
    assert not states.overdue(closed(one), due + timedelta(days=99))


def test_a_question_is_the_centres_own_or_it_is_not() -> None:
    one = asked().question
    assert states.genuine(one, KEY)
    assert not states.genuine(one, "another key" * 4)
    assert not states.genuine(one.model_copy(update={"closed": True}), KEY)


class Sides:
    """Centre and network, each with what it knows of one follow-up; of the two never both without."""

    def __init__(self) -> None:
        self.centre: FollowUp | None = asked()
        self.network: FollowUp | None = None

    def answer(self) -> None:
        if self.network and states.state(self.network) is FollowUpState.OPEN:
            self.network = answered(self.network, "corrected")

    def reopen(self) -> None:
        if self.centre and states.state(self.centre) is not FollowUpState.OPEN:
            self.centre = reopened(self.centre)

    def close(self) -> None:
        if self.centre and not self.centre.question.closed:
            self.centre = closed(self.centre)

    def tell(self) -> None:
        if self.centre:
            self.network = states.merged(self.centre, self.network or self.centre)

    def note(self) -> None:
        if self.network:
            self.centre = states.merged(self.centre or self.network, self.network)

    def lose_centre(self) -> None:
        self.centre = None if self.network else self.centre

    def lose_network(self) -> None:
        self.network = None if self.centre else self.network


ACTS = ("answer", "reopen", "close", "tell", "note", "lose_centre", "lose_network")


@given(st.lists(st.sampled_from(ACTS), max_size=20))
def test_both_sides_end_with_the_same(acts: list[str]) -> None:
    """They act, hear each other or not, and lose all they have; then they exchange twice."""
    sides = Sides()
    for act in [*acts, "note", "tell", "note", "tell"]:
        getattr(sides, act)()
    assert sides.centre == sides.network
    assert sides.centre is not None
    assert sides.centre.answer is None or sides.centre.answer.asked <= sides.centre.question.asked


def test_the_latest_answer_counts_and_of_two_of_the_same_time_the_centres() -> None:
    one = asked()
    first, other = answered(one, "right"), answered(one, "corrected")
    assert states.merged(first, other).answer == first.answer
    again = answered(reopened(first), "elsewhere")
    assert states.merged(first, again) == again


def test_a_finding_is_found_again_by_its_question_and_leads_to_its_figure() -> None:
    assert states.subject_of("rp", asked().question).key == SUBJECT.key
    assert Subject(**{**vars(SUBJECT), "network": "sn"}).key != SUBJECT.key
    query = link(SUBJECT, DAY, DAY)
    assert query.startswith("indicator=counselling_sessions&by=month&from=2024-10&to=2026-10&programme_line=recog")
    assert query.endswith("region=rp&as_of=2026-11-27&known_at=2026-11-27")


@pytest.mark.parametrize(
    ("rule", "numbers", "words"),
    [
        (FindingRule.OUTLIER, (12_345.0, 70.0, 130.0), "Gezählt wurden 12.345; nach"),
        (FindingRule.RANK_JUMP, (0.0556, 0.0034, 0.0306), "Der Anteil beträgt 5,6\u00a0%; nach"),
        (FindingRule.SILENT_NETWORK, (None, None, 1.0), "Von diesem Netzwerk ist noch nie"),
    ],
)
def test_sentences(rule: FindingRule, numbers: tuple[float | None, ...], words: str) -> None:
    assert sentence(rule, *numbers).startswith(words)
