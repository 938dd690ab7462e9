"""Alerts and dashboards: unit-tested by promtool, and every expression run against a real federation."""

import contextlib
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import yaml

from deploy.local.paths import ROOT
from deploy.monitoring.catalogue import metrics
from tests.support.boards import shown
from tests.support.bodies import MEETING
from tests.support.local_run import LocalRun, start_local_run
from tests.support.prometheus import RULES, Prometheus, program, shortened, watching
from tests.support.promql import TARGET, selectors
from tests.support.waiting import wait_for

DOCUMENT = yaml.safe_load(RULES.read_text(encoding="utf-8"))
ALL = [rule for group in DOCUMENT["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in ALL if "alert" in rule]
RECORDED = {rule["record"]: rule["expr"] for rule in ALL if "record" in rule}
NAME = re.compile(r"\b(?:iq_[a-z0-9_]+|iq:[a-z0-9_]+:[a-z0-9_]+|ALERTS)\b")
SESSION = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
EXPOSED_SECONDS = 60.0
# What a federation in which all is well does not tell; expressions that read it are empty, and rightly.
NOT_HAPPENED = {
    "iq_link_refused_total": "no link was refused",
    "iq_refused_total": "nobody named another network than its own",
    "iq_parked_messages_total": "every message was handled",
    "iq_backup_timestamp_seconds": "a run on a desk has no folder of backups",
    "iq_database_wal_archived_timestamp_seconds": "nor an archive",
    "iq_database_wal_failures_total": "nor an archive",
}


def test_promtool_finds_nothing_wrong_and_every_alert_fires_in_its_unit_test(tmp_path: Path) -> None:
    config = yaml.safe_load(RULES.with_name("prometheus.yaml").read_text(encoding="utf-8"))
    for job in config["scrape_configs"]:
        del job["kubernetes_sd_configs"]  # Debian's build knows no clusters; the rest it reads
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    shutil.copy(RULES, tmp_path)
    unit_tests = RULES.with_name("rules.test.yaml")
    for arguments in (["check", "config", tmp_path / "prometheus.yml"], ["test", "rules", unit_tests]):
        run = subprocess.run([program("promtool"), *arguments], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
    tests = unit_tests.read_text(encoding="utf-8")
    assert [rule["alert"] for rule in ALERTS if rule["alert"] not in tests] == []


def test_there_are_five_alerts_and_the_handbook_says_what_to_do_at_each() -> None:
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(ALERTS) == 5
    for rule in ALERTS:
        page, _, place = rule["annotations"]["runbook"].partition("#")
        assert (page, place) == ("docs/operations.md", rule["alert"].lower())
        assert f"\n### {rule['alert']}\n" in handbook


def test_alerts_look_at_recorded_series_only_so_that_each_can_be_seen_while_all_is_well() -> None:
    used = set(chain.from_iterable(NAME.findall(rule["expr"]) for rule in ALERTS))
    assert used <= RECORDED.keys()


def record(started: LocalRun, role: str, resource: str, body: dict[str, Any]) -> None:
    """Save one record in rp."""
    account = started.account("rp", role)
    with httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False) as client:
        form = {"username": account["username"], "password": account["password"]}
        token = client.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        client.put(f"/api/v1/{resource}/{uuid4()}", json=body, headers=headers).raise_for_status()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The centre and one network with one session and one training."""
    started = start_local_run(tmp_path_factory.mktemp("monitoring") / "local", "rp")
    record(started, "counsellor", "sessions", SESSION)
    record(started, "trainer", "meetings", MEETING)
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def prometheus(run: LocalRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with watching(tmp_path_factory.mktemp("prometheus"), run.ports, ["de", "rp"], shortened()) as started:
        yield started


def tells(expression: str) -> bool:
    """Whether an expression reads only what a healthy federation tells."""
    return not {selector.name for selector in selectors(expression)} & NOT_HAPPENED.keys()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_every_expression_returns_a_series_of_a_federation_and_nothing_fires(
    run: LocalRun, prometheus: Prometheus
) -> None:
    asked = [*RECORDED, *RECORDED.values(), *(expression for one in shown() for expression, _ in one.asked())]
    found: list[list[str]] = [[]]

    def complete() -> bool:
        for path in ("/impressum", "/unbekannt"):  # somebody reads a page, somebody mistypes an address
            httpx2.get(run.ports.url("rp", "gateway") + path, trust_env=False, timeout=20)
        found[0] = [expression for expression in asked if not prometheus.query(expression) and tells(expression)]
        return not found[0]

    with contextlib.suppress(AssertionError):
        wait_for(complete, EXPOSED_SECONDS)
    assert found == [[]], "not exposed"
    assert prometheus.broken() == {}
    for rule in ALERTS:
        prometheus.query(rule["expr"])

    def quiet() -> bool:  # a machine's own disk may be full
        return {alert["alertname"] for alert in prometheus.firing()} <= {"StreamOrDiskFillsUp"}

    wait_for(quiet, EXPOSED_SECONDS)
    ratio: list[dict[str, Any]] = prometheus.query('iq:completeness:ratio{network="rp"}')
    assert [entry["value"][1] for entry in ratio] == ["1"]


@pytest.mark.slow
def test_a_federation_tells_the_metrics_of_the_catalogue_with_their_labels(prometheus: Prometheus) -> None:
    series = {name: labels for metric in metrics().values() for name, labels in metric.series().items()}
    told: dict[str, set[frozenset[str]]] = defaultdict(set)
    for labels in prometheus.series('{__name__=~"iq_.+"}'):
        told[labels["__name__"]].add(frozenset(labels.keys() - TARGET - {"__name__"}))
    assert dict(told) == {name: {series[name]} for name in series.keys() - NOT_HAPPENED.keys()}
