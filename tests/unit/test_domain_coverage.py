"""The page of covered domain rules is whole, and every test that it names for an enforced rule exists."""

import re

import pytest

from deploy.local.paths import ROOT

PAGE = (ROOT / "docs" / "domain-coverage.md").read_text(encoding="utf-8")
SECTIONS = {
    "ACT": 4,
    "ORG": 8,
    "CNS": 26,
    "TOP": 2,
    "REF": 4,
    "CON": 7,
    "DIS": 8,
    "ASY": 6,
    "FI": 6,
    "MOE": 4,
    "REC": 10,
    "STR": 7,
    "HSP": 4,
    "IKKE": 31,
    "IKBO": 12,
    "IKO": 29,
    "TRN": 8,
    "QUA": 13,
    "SPZ": 6,
    "VST": 13,
    "GP": 11,
    "PDB": 4,
}
"""Sections of the domain and how many rules each has, numbered from 1."""
CLASSES = {"enforce", "data", "text", "out"}
RULES = re.findall(r"^\| ([A-Z]+-\d\d) \| (.*?) \| (.*) \|$", PAGE, re.MULTILINE)
ENFORCED = [(rule, where) for rule, kind, where in RULES if kind == "enforce"]
NAMED = re.compile(r"`(tests/[^`:]+)(?:::(\w+))?`")


def test_every_rule_stands_here_once_with_its_class_and_where_it_is_kept() -> None:
    expected = [f"{section}-{number:02}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
    assert [rule for rule, _, _ in RULES] == expected
    assert {kind for _, kind, _ in RULES} <= CLASSES
    assert not [rule for rule, _, where in RULES if len(where) < 10]


@pytest.mark.parametrize(("rule", "where"), ENFORCED, ids=[rule for rule, _ in ENFORCED])
def test_an_enforced_rule_names_tests_that_carry_its_id(rule: str, where: str) -> None:
    named = NAMED.findall(where)
    assert named or "open: " in where
    for path, function in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not function or f"def {function}(" in text, function
        assert rule.lower().replace("-", "_") in function or rule in text, f"{path} says nothing of {rule}"
