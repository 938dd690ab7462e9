"""Rules of the Good Practice board: criteria and scale, who may rate, what a decision needs, what ratings say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.board.criteria import SCALE, criteria
from services.reporting.board.rules import (
    CONTACT,
    LEAST_REASONS,
    NO_SEAT,
    OWN_NETWORK,
    OWN_UNIT,
    TEXTS,
    Rated,
    assess,
    barred,
    check_marks,
    check_reasons,
    missing_texts,
    sections,
    state_of,
    undecidable,
    unknown_criteria,
)
from shared.vocabulary.board import BoardGroup

G = BoardGroup
GOOD = "Das Vorgehen ist beschrieben, die Wirkung belegt, und Regeleinrichtungen haben es schon übernommen."


def marks(**more: Any) -> dict[str, dict[str, Any]]:
    """A whole rating, with what is said otherwise."""
    found: dict[str, dict[str, Any]] = {code: {"mark": 3, "reason": "Gut begründet."} for code in criteria()}
    return found | more


def test_gp_01_four_criteria_are_rated_and_each_step_has_its_words() -> None:
    found = criteria()
    assert list(found) == ["transferable", "innovative", "sustainable", "efficient_creation", "efficient_use"]
    assert SCALE == (1, 2, 3, 4)
    assert all(len(set(one.anchors)) == 4 and all(one.anchors) for one in found.values())


@pytest.mark.parametrize(
    ("rule", "code", "asked", "best"),
    [
        (
            "GP-02",
            "transferable",
            ("Modell", "anpassen", "Besonderheit der Region", "Mehraufwand"),
            "Regeleinrichtungen",
        ),
        ("GP-03", "innovative", ("aktuelle Herausforderung", "neue, kreative Idee"), "kreative Idee"),
        ("GP-04", "sustainable", ("Strukturen langfristig", "Wirkungen"), "stetig"),
        ("GP-05", "efficient_creation", ("Kosten der Entwicklung", "Verhältnis zum Erfolg"), "großer Erfolg"),
        ("GP-05", "efficient_use", ("im Einsatz Zeit oder Kosten",), "Zeit und Kosten"),
    ],
)
def test_gp_02_to_gp_05_what_each_criterion_asks(rule: str, code: str, asked: tuple[str, ...], best: str) -> None:
    one = criteria()[code]
    assert one.rule == rule
    assert [words for words in asked if words not in one.question] == []
    assert best in one.anchors[-1]


def test_gp_05_efficiency_is_rated_twice() -> None:
    assert [code for code, one in criteria().items() if one.rule == "GP-05"] == ["efficient_creation", "efficient_use"]
    half = marks()
    del half["efficient_use"]
    assert {one.field for one in check_marks(half, confirmed=False)} == {
        "marks.efficient_use.mark",
        "marks.efficient_use.reason",
    }


def test_gp_01_a_rating_needs_a_mark_and_a_reason_for_each_criterion() -> None:
    assert check_marks(marks(), confirmed=False) == []
    for wrong, field in (
        ({"mark": None, "reason": "Gut begründet."}, "mark"),
        ({"mark": 5, "reason": "Gut begründet."}, "mark"),
        ({"mark": 0, "reason": "Gut begründet."}, "mark"),
        ({"mark": 3, "reason": "Ja.       "}, "reason"),
        ({"mark": 3, "reason": None}, "reason"),
    ):
        (found,) = check_marks(marks(innovative=wrong), confirmed=True)
        assert found.field == f"marks.innovative.{field}"
        assert "„Innovativ“" in found.problem
        assert found.remedy
    (unknown,) = unknown_criteria(marks(beautiful={"mark": 3, "reason": "Gut begründet."}))
    assert "„beautiful“ gibt es nicht" in unknown.problem


def test_what_looks_like_a_person_in_a_reason_is_asked_about_once() -> None:
    told = marks(innovative={"mark": 3, "reason": "Frau Beispiel und Herr Muster haben die Idee gehabt."})
    (found,) = check_marks(told, confirmed=False)
    assert (found.field, "Frau Beispiel" in found.problem, "Herr Muster" in found.problem) == (
        "marks.innovative.reason",
        True,
        True,
    )
    assert check_marks(told, confirmed=True) == []


@pytest.mark.parametrize(
    ("group", "represents", "organisation", "why"),
    [
        ("networks", "rp", "Träger", OWN_NETWORK),
        ("networks", "sn", "Träger", None),
        ("networks", None, "Träger", NO_SEAT),
        ("specialist_units", "Fachstelle  Beispiel", "Träger", None),
        ("specialist_units", " fachstelle beispiel", "Fachstelle Beispiel ", OWN_UNIT),
        ("specialist_units", None, None, None),
        ("specialist_units", "", "", None),
        ("bmas", "rp", "Träger", None),
        ("mut_iq", None, None, None),
    ],
)
def test_gp_06_nobody_rates_the_own(
    group: str, represents: str | None, organisation: str | None, why: str | None
) -> None:
    assert barred(group, represents, "rp", organisation) == why


def test_gp_07_reasons_are_required_and_say_something() -> None:
    assert check_reasons(GOOD, confirmed=False) == []
    for short in ("", "gut", " " * LEAST_REASONS, "x" * (LEAST_REASONS - 1)):
        (found,) = check_reasons(short, confirmed=True)
        assert (found.field, "mindestens 80" in found.problem) == ("reasons", True)
    (person,) = check_reasons(f"{GOOD} Rückfragen bitte an anna.muster@haus.example.", confirmed=False)
    assert "anna.muster@haus.example" in person.problem


def rated(group: BoardGroup, *steps: int) -> Rated:
    """What a member of a group says: these steps, in the order of the criteria."""
    return Rated(group, {code: {"mark": step, "reason": "."} for code, step in zip(criteria(), steps, strict=False)})


@given(st.sets(st.sampled_from(G)))
def test_gp_08_without_one_of_the_four_groups_nothing_is_decided(present: set[BoardGroup]) -> None:
    found = assess([rated(group, 3) for group in sorted(present)])
    assert set(found.missing) == set(G) - present
    assert found.decidable == (len(present) == 4)


def test_gp_08_the_missing_groups_are_named() -> None:
    one = assess([rated(group, 3) for group in (G.BMAS, G.MUT_IQ, G.NETWORKS)])
    assert "Es fehlt die Bewertung dieser Gruppe: Fachstellen." in undecidable(one.missing)
    two = assess([rated(G.BMAS, 3), rated(G.MUT_IQ, 3), rated(G.MUT_IQ, 1)])
    assert "Landesnetzwerke, Fachstellen." in undecidable(two.missing)


def test_gp_06_ratings_are_told_by_median_and_range_of_all_and_of_each_group() -> None:
    found = assess([rated(G.BMAS, 4, 1), rated(G.NETWORKS, 3, 1), rated(G.NETWORKS, 2, 4)])
    first, second = found.overall["transferable"], found.overall["innovative"]
    assert (first.count, first.median, first.lowest, first.highest, first.divided) == (3, 3, 2, 4, True)
    assert (second.median, second.divided) == (1, True)
    assert found.by_group["networks"]["transferable"].median == 2.5
    assert not found.by_group["networks"]["transferable"].divided
    assert set(found.by_group) == {"bmas", "networks"}
    assert "sustainable" not in found.overall  # nobody said anything of it


@pytest.mark.parametrize(
    ("told", "decision", "up", "state"),
    [
        ("proposed", None, False, "proposed"),
        ("proposed", None, True, "in_review"),
        ("proposed", ("decided", "selected"), False, "selected"),
        ("proposed", ("decided", "not_selected"), True, "not_selected"),
        ("selected", ("reopened", "selected"), False, "proposed"),
        ("selected", ("reopened", "selected"), True, "in_review"),
        ("selected", None, False, "selected"),  # of an old list
        ("published", ("reopened", "selected"), True, "published"),
    ],
)
def test_what_state_a_proposal_has_at_the_centre(
    told: str, decision: tuple[str, str] | None, up: bool, state: str
) -> None:
    assert state_of(told, decision, up=up) == state


def test_which_texts_of_a_sheet_a_proposal_lacks() -> None:
    assert missing_texts({}) == [*TEXTS.values(), CONTACT]
    whole = dict.fromkeys(TEXTS, "Text") | {"url": "https://traeger.example"}
    assert missing_texts(whole) == []
    assert missing_texts(whole | {"conclusion": "", "url": None}) == ["Fazit", CONTACT]
    assert sections({"summary": "Kurz", "title": "Titel", "offer": "Schulung"}) == [
        ("Kurzbeschreibung", "Kurz"),
        ("Was angeboten wird", "Schulung"),
    ]
