"""Comparing: figures that a reader of IQ konkret 3/2022 is tempted to compare or add, and what must be said.

The passports are typed as those figures would have them; the verdicts follow from the rules named beside them.
"""

from itertools import combinations

import pytest

from tests.support.findings import FINDINGS
from tests.support.passports import Case, figure, verdict
from tests.support.traps import TRAPS

CASES = FINDINGS | TRAPS
# The units that IQ konkret prints (MON-08), with their names in a sentence; some exist in print only.
UNITS = {
    "persons": "Personen",
    "first_counsellings": "Erstberatungen",
    "sessions": "Beratungen",
    "contacts": "contacts",
    "requests": "requests",
    "appointments": "appointments",
    "participants": "Teilnehmende",
    "participations": "Teilnahmen",
    "companies": "Unternehmen",
}


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_what_is_said_of_two_figures(case: Case) -> None:
    a, b, comparable, words = case
    found = verdict(a, b)
    assert found.comparable is comparable, found.sentence
    for word in words:
        assert word in found.sentence


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_the_order_of_two_figures_changes_nothing(case: Case) -> None:
    a, b, comparable, _ = case
    assert verdict(b, a).comparable is comparable


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_one_sentence_that_begins_with_the_verdict(case: Case) -> None:
    a, b, comparable, _ = case
    sentence = verdict(a, b).sentence
    assert sentence.startswith("Nicht vergleichbar: ") is not comparable
    assert sentence.endswith(".")
    assert ". " not in sentence


@pytest.mark.parametrize("case", [*CASES.values()], ids=[*CASES])
def test_every_complete_figure_is_comparable_with_itself(case: Case) -> None:
    for passport in case[:2]:
        coverage = passport["coverage"]
        complete = coverage["answered"] == coverage["networks"] and coverage["records"] == coverage["expected"]
        assert verdict(passport, passport).comparable is complete


@pytest.mark.parametrize(("one", "other"), [*combinations(UNITS, 2)])
def test_units_are_never_converted(one: str, other: str) -> None:
    found = verdict(figure(f"a_{one}", unit=one), figure(f"b_{other}", unit=other))
    assert not found.comparable
    assert f"zählt {UNITS[one]}, die andere {UNITS[other]};" in found.sentence
    assert "nie umgerechnet" in found.sentence
