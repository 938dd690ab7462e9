"""Every metric that anybody reads exists in the code, and every metric of the code is read by somebody."""

import re
from functools import cache

from deploy.local.paths import ROOT
from deploy.monitoring.catalogue import PAGE, metrics, modules, table, written
from deploy.monitoring.rules import recorded, rules
from tests.support.boards import known, shown
from tests.support.promql import selectors

BEGINNING = re.compile(r"\^(iq_[a-z_]+)")  # what a command looks for
NAME = re.compile(r"(?<!\^)\biq[_:][a-z0-9_:]*[a-z0-9]\b(?:\{([^}`]*)\})?")
OTHER_NAMES = {"iq_owner", "iq_service", "iq_watch"}  # roles of the databases


@cache
def read() -> set[str]:
    """Names that rules and panels read."""
    asked = [expression for one in shown() for expression, _ in one.asked()] + [rule["expr"] for rule in rules()]
    return {selector.name or "" for expression in asked for selector in selectors(expression)}


def test_the_catalogue_holds_every_metric_that_the_source_writes() -> None:
    assert {name for names in modules().values() for name in names} == metrics().keys()


def test_every_metric_in_documents_exists_with_its_labels() -> None:
    there = known() | {name: frozenset(one.labels) for name, one in metrics().items()}
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/*/README.md"), ROOT / "README.md"]:
        text = page.read_text(encoding="utf-8")
        for beginning in BEGINNING.findall(text):
            assert any(name.startswith(beginning) for name in there), f"{page.name}: {beginning}"
        for found in NAME.finditer(text):
            name = found[0].partition("{")[0]
            if name not in OTHER_NAMES:
                assert name in there, f"{page.name}: {name}"
                assert set(re.findall(r"\b([a-z_]+)(?:[=,]|$)", found[1] or "")) <= there[name], found[0]


def test_every_metric_of_the_code_is_read_by_a_rule_or_a_board() -> None:
    assert [name for name, one in metrics().items() if not one.series().keys() & read()] == []


def test_every_recorded_series_is_read() -> None:
    assert recorded().keys() - read() == set()


def test_the_page_tells_every_metric_as_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "bitte `make manifests` ausführen"
    assert all(f"| `{name}` | {one.kind} |" in table() for name, one in metrics().items())
