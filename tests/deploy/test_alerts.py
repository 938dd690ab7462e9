"""Alerts: unit-tested by promtool on both sides of their limits, and each with a page that says what to do."""

import re
import shutil
import subprocess
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.paths import ROOT
from deploy.monitoring.rules import FILES, alerting, alerts, recorded
from tests.support.prometheus import program

NAME = re.compile(r"\b(?:iq_[a-z0-9_]+|iq:[a-z0-9_]+:[a-z0-9_]+|ALERTS)\b")
RUNBOOKS = ROOT / "docs" / "runbooks"
HEADINGS = ("Means", "Impact", "Look", "Mend", "Wake")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def unit_test(file: Path) -> Path:
    """The unit tests of a file with rules."""
    return file.parent / "tests" / file.name


@cache
def unit_tests() -> list[dict[str, Any]]:
    """All of them."""
    documents = [yaml.safe_load(unit_test(file).read_text(encoding="utf-8")) for file in FILES]
    return [test for document in documents for test in document["tests"]]


def checks(name: str, severity: str) -> list[bool]:
    """What unit tests expect of an alert, test by test: whether it fires."""
    found = []
    for test in unit_tests():
        asked = [one for one in test.get("promql_expr_test", []) if f'alertname="{name}"' in one["expr"]]
        found += [bool(one["exp_samples"]) for one in asked if speaks_of(one["expr"], severity)]
        whole = [one for one in test.get("alert_rule_test", []) if one["alertname"] == name]
        found += [bool(one.get("exp_alerts")) for one in whole]
    return found


def speaks_of(expression: str, severity: str) -> bool:
    named = re.search(r'[,{ ]severity="(\w+)"', expression)
    return named is None or named[1] == severity


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_promtool_sees_every_alert_fire_when_it_should_and_only_then(file: Path) -> None:
    run = subprocess.run(
        [program("promtool"), "test", "rules", unit_test(file)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_promtool_reads_the_configuration_with_all_rules(tmp_path: Path) -> None:
    folder = FILES[0].parent
    config = yaml.safe_load((folder.parent / "prometheus.yaml").read_text(encoding="utf-8"))
    for job in config["scrape_configs"]:
        del job["kubernetes_sd_configs"]  # Debian's build knows no clusters; the rest it reads
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.copytree(folder, tmp_path / folder.name)
    command = [program("promtool"), "check", "config", tmp_path / "prometheus.yml"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(FILES)} rule files found" in run.stdout


def test_every_alert_has_a_unit_test_on_each_side_of_its_limit() -> None:
    sides = {(rule["alert"], rule["labels"]["severity"]) for rule in alerting()}
    assert {side: set(checks(*side)) for side in sides} == {side: {True, False} for side in sides}


def test_every_alert_says_what_it_means_for_people_whom_it_calls_and_where_to_read_on() -> None:
    for rule in alerting():
        assert rule["annotations"].keys() == {"summary", "impact", "runbook"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == set(alerts())
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert LINK.findall(index) == [*(f"{name}.md" for name in sorted(pages)), *LINK.findall(index)[len(pages) :]]


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_says_what_to_look_at_and_what_to_do_and_its_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        assert target.startswith("https://") or (page.parent / target).exists(), target
    if page.stem != "README":
        assert text.startswith(f"# {page.stem}\n")
        assert re.findall(r"^## (\w+)", text, re.MULTILINE) == list(HEADINGS)
        assert "```" in text


def test_alerts_look_at_recorded_series_only_so_that_each_can_be_seen_while_all_is_well() -> None:
    used = set(chain.from_iterable(NAME.findall(rule["expr"]) for rule in alerting()))
    assert used <= recorded().keys()
