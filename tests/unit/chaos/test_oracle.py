"""The oracle against cases worked out by hand: it must not share a mistake with the product."""

import random
from dataclasses import replace

from chaos.load import make_sessions
from chaos.oracle import Oracle, Session


def session(key: str, date: str, person: str | None = None, line: str = "recognition_counselling") -> Session:
    return Session("rp", key, date, line, "SY", "yes", "female", "phone", person)


def told(oracle: Oracle) -> dict[str, tuple[str, str, int]]:
    return {key: (found.kind, found.seen, found.revision) for key, found in oracle.expected("rp").items()}


def test_one_person_over_two_rounds_and_two_lines() -> None:
    oracle = Oracle()
    for entry in (
        session("b", "2022-06-02", "p"), session("a", "2022-06-01", "p"), session("c", "2023-01-01", "p"),
        session("d", "2023-01-01", "p", "fair_integration"), session("e", "2022-06-01"),
    ):  # fmt: skip
        oracle.accept(entry)
    assert told(oracle) == {
        "a": ("first", "no", 1),
        "b": ("follow_up", "this_round", 1),
        "c": ("first", "earlier_round", 1),
        "d": ("first", "no", 1),
        "e": ("first", "not_known", 1),
    }


def test_a_withdrawn_session_counts_no_more_and_its_follower_moves_up() -> None:
    oracle = Oracle()
    oracle.accept(session("a", "2024-01-01", "p"))
    oracle.accept(session("b", "2024-02-01", "p"))
    oracle.withdraw("rp", "a")
    oracle.correct("rp", "b", "TR", "written")
    assert told(oracle)["b"] == ("first", "no", 2)
    assert oracle.expected("rp")["a"].withdrawn
    assert oracle.events == 4
    assert oracle.figure(["rp"], "month,nationality") == {("2024-02", "TR"): 1}
    assert oracle.figure(["rp"], "channel", nationality="SY") == {}


def test_the_load_is_the_same_for_a_seed_and_no_person_has_two_sessions_on_a_day() -> None:
    made = make_sessions("rp", 500, random.Random(7), imported=False)
    assert made == make_sessions("rp", 500, random.Random(7), imported=False)
    days = [(entry.person, entry.date) for entry in made if entry.person]
    assert len(days) == len(set(days)) > 100
    assert len({entry.key for entry in made}) == 500
    assert replace(made[0], key="x").round in {1, 2}
