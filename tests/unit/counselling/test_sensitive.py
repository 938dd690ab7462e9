"""Rules of sensitive work: the quarter of an hour, the steps of a case of discrimination, asylum, the seal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.counselling.sensitive.commands import Content
from services.counselling.sensitive.rules import (
    asylum_counselling,
    check_facts,
    check_move,
    check_office,
    open_until,
    waits_for_referral,
)
from services.counselling.sensitive.seal import resealed, sealed, unsealed
from shared.problems import Problem

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TALK = {"first_talk_on": date(2026, 11, 2)}
REFERRED = TALK | {"referred_on": date(2026, 11, 3), "support": "continues"}
ASSESSED = REFERRED | {"assessment": "not_justiciable"}
DECIDED = ASSESSED | {"decision": "legal_action"}
WHOLE: dict[str, dict[str, Any]] = {
    "suspected": {},
    "recognised": {},
    "first_talk": TALK,
    "referred": REFERRED,
    "assessment": ASSESSED,
    "client_decision": DECIDED,
    "closed": DECIDED,
}


def wrong(state: str | None, **facts: Any) -> list[str]:
    """The fields with a problem."""
    return [problem.field for problem in check_facts(Content(discrimination_state=state, **facts), TODAY)]  # type: ignore[arg-type]  # a code is as good as its term


def test_it_stays_open_for_a_quarter_of_an_hour_unless_somebody_closes_it() -> None:
    almost, over = NOW - timedelta(minutes=14, seconds=59), NOW - timedelta(minutes=15)
    assert open_until(almost, None, NOW) == almost + timedelta(minutes=15)
    assert open_until(over, None, NOW) is None
    assert open_until(almost, NOW, NOW) is None


@pytest.mark.parametrize("before", [None, "suspected"])
def test_dis_01_a_case_is_named_at_once_or_after_a_suspicion(before: str | None) -> None:
    assert check_move(before, "recognised") == []
    assert check_move(None, "suspected") == []
    assert check_move(None, "closed") != []


def test_dis_02_the_referral_follows_the_first_talk_and_nothing_is_left_out() -> None:
    states = list(WHOLE)[:-1]
    for place, state in enumerate(states):
        for later in states[place + 2 :]:
            (problem,) = check_move(state, later)
            assert "als Nächstes kommt" in problem.problem
        assert check_move(state, (*states, "closed")[place + 1]) == []
        assert all(check_move(state, earlier) == [] for earlier in states[:place])  # a correction
    assert [state for state in states if waits_for_referral(state)] == ["first_talk"]
    early = {"referred_on": date(2026, 11, 1), "support": "continues"}
    assert wrong("referred", **TALK | early) == ["referred_on"]


def test_dis_03_whether_the_law_is_broken_is_the_offices_word_alone() -> None:
    for state in ("suspected", "recognised", "first_talk", "referred"):
        assert wrong(state, **WHOLE[state] | {"assessment": "justiciable"}) == ["assessment"]
    assert wrong("closed", assessment="justiciable") == ["assessment"]
    assert wrong("assessment", **REFERRED) == ["assessment"]


@pytest.mark.parametrize("assessment", ["justiciable", "not_justiciable"])
@pytest.mark.parametrize("decision", ["legal_action", "other"])
def test_dis_04_the_decision_is_the_persons_whatever_the_office_says(assessment: str, decision: str) -> None:
    said = REFERRED | {"assessment": assessment, "decision": decision}
    assert wrong("client_decision", **said) == wrong("closed", **said) == []
    assert wrong("client_decision", **ASSESSED) == ["decision"]
    assert wrong("assessment", **said) == ["decision"]
    assert wrong("closed", **ASSESSED) == ["decision"]
    assert wrong("closed", **TALK | {"decision": "legal_action"}) == ["decision"]
    assert wrong("closed", **TALK | {"decision": "other"}) == []


def test_dis_05_support_beside_is_said_with_the_referral() -> None:
    assert wrong("referred", **REFERRED | {"support": None}) == ["support"]
    for support in ("continues", "specialised", "therapist"):
        assert wrong("referred", **REFERRED | {"support": support}) == []
    assert wrong("first_talk", **TALK | {"support": "continues"}) == ["support"]


def test_dis_07_elsewhere_an_office_of_the_directory_and_in_rp_the_lads() -> None:
    office = "anti_discrimination_office"
    assert check_office("sn", TODAY, office) == check_office("rp", TODAY, None) == check_office("sn", None, None) == []
    for network, kind in (("sn", None), ("sn", "lawyer"), ("rp", "lawyer")):
        assert [problem.field for problem in check_office(network, TODAY, kind)] == ["body_id"]


@pytest.mark.parametrize("state", WHOLE)
def test_whole_states_are_right_and_days_to_come_are_not(state: str) -> None:
    assert wrong(state, **WHOLE[state]) == []
    if TALK.items() <= WHOLE[state].items():
        assert "first_talk_on" in wrong(state, **WHOLE[state] | {"first_talk_on": date(2026, 11, 27)})


def test_asy_01_in_a_municipality_while_the_procedure_is_not_concluded() -> None:
    open_stages = ("before_application", "applied", "heard", "refused", "remedy")
    assert all(asylum_counselling(stage, in_municipality=True) for stage in open_stages)
    assert not any(asylum_counselling(stage, in_municipality=True) for stage in ("granted", "final_refusal", None))
    assert not asylum_counselling("applied", in_municipality=False)


OLD, NEW = "k" * 32, "n" * 32


def test_the_seal_opens_for_its_case_and_key_only() -> None:
    case, content = uuid4(), Content(residence_note="CANARY", vulnerable=["minor"])  # type: ignore[list-item]  # as above
    text = sealed(content, [OLD], case)
    assert "CANARY" not in text
    assert unsealed(text, [OLD], case) == unsealed(text, [NEW, OLD], case) == content
    for key, other in ((NEW, case), (OLD, uuid4())):
        with pytest.raises(Problem, match="Schlüssel des Netzwerks"):
            unsealed(text, [key], other)
    with pytest.raises(Problem, match="Schlüssel des Netzwerks"):
        unsealed(text[:-4] + "AAAA", [OLD], case)


def test_it_is_sealed_anew_once_and_the_old_key_opens_it_no_more() -> None:
    case, content = uuid4(), Content(residence_note="CANARY")
    text = resealed(sealed(content, [OLD], case), [NEW, OLD], case)
    assert text is not None
    assert resealed(text, [NEW, OLD], case) is None
    assert unsealed(text, [NEW], case) == content
    for keys in ([OLD], ["x" * 32, OLD]):
        with pytest.raises(Problem, match="Schlüssel des Netzwerks"):
            resealed(text, keys, case) if len(keys) > 1 else unsealed(text, keys, case)
