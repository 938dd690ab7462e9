"""Rules and dashboard: every expression run against a real federation."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.backup.place import KINDS, Place
from deploy.monitoring.dashboard import FILE, panels, text
from deploy.monitoring.rules import alerting, recorded
from tests.support.local_run import LocalRun, start_local_run
from tests.support.prometheus import Prometheus, shortened, watching
from tests.support.waiting import wait_for

ALERTS = alerting()
RECORDED = recorded()
SESSION = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
EXPOSED_SECONDS = 60.0


def shown() -> list[str]:
    """Expressions of the dashboard as Grafana asks them."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in document["panels"] for target in panel["targets"]]
    return [expression.replace("$network", ".+").replace("$__rate_interval", "1m") for expression in asked]


def test_the_dashboard_is_what_its_panels_say_and_has_the_limits_of_the_alerts() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "bitte `make manifests` ausführen"
    limits = {float(number) for rule in ALERTS for number in re.findall(r"[<>] ([0-9.]+)", rule["expr"])}
    drawn = {one["limit"] for one in panels()["courses"] if "limit" in one and "iq:" in one["series"][0][0]}
    assert drawn <= limits


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The centre and one network with one session, which archive and have just been backed up."""
    folder = tmp_path_factory.mktemp("monitoring")
    started = start_local_run(folder / "local", "rp", IQ_BACKUPS=str(folder / "backups"))
    for kind in KINDS:
        Place(folder / "backups").note(kind)
    account = started.account("rp", "counsellor")
    with httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False) as client:
        form = {"username": account["username"], "password": account["password"]}
        token = client.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        client.put(f"/api/v1/sessions/{uuid4()}", json=SESSION, headers=headers).raise_for_status()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def prometheus(run: LocalRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with watching(tmp_path_factory.mktemp("prometheus"), run.ports, ["de", "rp"], shortened()) as started:
        yield started


def missing(prometheus: Prometheus, expressions: list[str]) -> list[str]:
    return [expression for expression in expressions if not prometheus.query(expression)]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_every_expression_returns_a_series_of_a_federation_and_nothing_fires(
    run: LocalRun, prometheus: Prometheus
) -> None:
    expressions = [*RECORDED, *RECORDED.values(), *shown()]
    found: list[list[str]] = [[]]

    def complete() -> bool:
        httpx2.get(run.ports.url("rp", "gateway") + "/impressum", trust_env=False, timeout=20)
        found[0] = missing(prometheus, expressions)
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
