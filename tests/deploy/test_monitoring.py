"""Rules and dashboards: every expression run against a real federation."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.backup.place import KINDS, Place
from deploy.monitoring.catalogue import metrics
from deploy.monitoring.rules import alerting, recorded
from tests.support.boards import shown
from tests.support.bodies import MEETING
from tests.support.local_run import LocalRun, start_local_run
from tests.support.prometheus import Prometheus, shortened, watching
from tests.support.promql import TARGET, selectors
from tests.support.waiting import wait_for

ALERTS = alerting()
RECORDED = recorded()
SESSION = {"date": "2026-10-01", "programme_line": "recognition_counselling", "nationality": "SY"}
EXPOSED_SECONDS = 60.0
QUIET_SECONDS = 90.0  # the first segment of the log is archived after a minute
# What a federation in which all is well does not tell; expressions that read it are empty, and rightly.
NOT_HAPPENED = {
    "iq_link_refused_total": "no link was refused",
    "iq_refused_total": "nobody named another network than its own",
    "iq_parked_messages_total": "every message was handled",
}


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
    """The centre and one network with one session and one training, whose log is archived and which was backed up."""
    folder = tmp_path_factory.mktemp("monitoring")
    place = Place(folder / "backups")
    started = start_local_run(folder / "local", "rp", IQ_BACKUPS=str(place.folder))
    for kind in KINDS:
        place.note(kind)
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
    missing = [expression for expression in asked if tells(expression)]

    def complete() -> bool:
        for path in ("/impressum", "/unbekannt"):  # somebody reads a page, somebody mistypes an address
            httpx2.get(run.ports.url("rp", "gateway") + path, trust_env=False, timeout=20)
        missing[:] = [expression for expression in missing if not prometheus.query(expression)]
        return not missing

    with contextlib.suppress(AssertionError):
        wait_for(complete, EXPOSED_SECONDS)
    assert missing == [], "not exposed"
    for expression in asked:
        prometheus.query(expression)  # also what is rightly empty is valid
    assert prometheus.broken() == {}
    for rule in ALERTS:
        prometheus.query(rule["expr"])

    def quiet() -> bool:  # a machine's own disk may be full
        return {alert["alertname"] for alert in prometheus.firing()} <= {"StreamOrDiskFillsUp"}

    wait_for(quiet, QUIET_SECONDS)
    ratio: list[dict[str, Any]] = prometheus.query('iq:completeness:ratio{network="rp"}')
    assert [entry["value"][1] for entry in ratio] == ["1"]


@pytest.mark.slow
def test_a_federation_tells_the_metrics_of_the_catalogue_with_their_labels(prometheus: Prometheus) -> None:
    series = {name: labels for metric in metrics().values() for name, labels in metric.series().items()}
    told: dict[str, set[frozenset[str]]] = defaultdict(set)
    for labels in prometheus.series('{__name__=~"iq_.+"}'):
        told[labels["__name__"]].add(frozenset(labels.keys() - TARGET - {"__name__"}))
    assert dict(told) == {name: {series[name]} for name in series.keys() - NOT_HAPPENED.keys()}
