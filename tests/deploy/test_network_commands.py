"""The commands of a network's life on a running federation, as `make network-…` calls them."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.local.paths import ROOT
from deploy.local.ports import HOST
from tests.support.local_run import LocalRun, start_local_run
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
SESSION = {"date": "2026-05-04", "programme_line": "recognition_counselling", "nationality": "SY"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    started = start_local_run(tmp_path_factory.mktemp("life") / "local", "rp")
    yield started
    if started.process.poll() is None:
        started.stop()


def life(run: LocalRun, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of a network's life on this federation."""
    environment = os.environ | {"IQ_LOCAL_DIR": str(run.folder), "IQ_PORT_OFFSET": str(run.ports.offset)}
    command = [sys.executable, "-m", "deploy.life", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=90)


def ready(run: LocalRun, network: str) -> bool:
    services = ("registration", "counselling", "reporting", "gateway")
    ports = [run.ports.service(network, service) for service in services]
    try:
        return all(httpx2.get(f"http://{HOST}:{port}/readyz", trust_env=False).status_code == 200 for port in ports)
    except httpx2.TransportError:
        return False


@contextlib.contextmanager
def client(run: LocalRun, region: str, role: str) -> Iterator[httpx2.Client]:
    account = run.account(region, role)
    with httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False) as caller:
        form = {"username": account["username"], "password": account["password"]}
        token = caller.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
        caller.headers["Authorization"] = f"Bearer {token}"
        yield caller


def counted(run: LocalRun, region: str) -> int:
    """Sessions of a network at the centre."""
    with client(run, "de", "coordination") as caller:
        path = "/api/v1/figures?indicator=counselling_sessions&by=region"
        answer: dict[str, Any] = caller.get(path).raise_for_status().json()
    return next((int(row["value"]) for row in answer["rows"] if row["region"] == region), 0)


def record(run: LocalRun, region: str) -> None:
    with client(run, region, "counsellor") as caller:
        caller.put(f"/api/v1/sessions/{uuid4()}", json=SESSION).raise_for_status()


def test_a_network_is_added_to_a_running_federation_and_counts(run: LocalRun) -> None:
    done = life(run, "add", "bw")
    assert (done.returncode, done.stdout) == (0, "bw ist aufgenommen, und die Zentrale antwortet.\n"), done.stderr
    wait_for(lambda: ready(run, "bw"), 60)
    wait_for(lambda: "Baden-Württemberg" in run.output.read_text(), 30)
    record(run, "bw")
    wait_for(lambda: counted(run, "bw") == 1, 30)


def test_rotated_revoked_and_let_in_again_it_loses_nothing(run: LocalRun) -> None:
    before = counted(run, "rp")
    done = life(run, "rotate", "rp")
    assert done.returncode == 0, done.stderr
    wait_for(lambda: ready(run, "rp"), 60)
    record(run, "rp")
    wait_for(lambda: counted(run, "rp") == before + 1, 30)
    assert life(run, "revoke", "rp").returncode == 0
    record(run, "rp")  # the network works on
    log = run.folder / "logs" / "links.log"
    wait_for(lambda: "link of rp refused: the hub does not know its key" in log.read_text(), 30)
    assert counted(run, "rp") == before + 1
    done = life(run, "add", "rp")
    assert done.returncode == 0, done.stderr
    wait_for(lambda: ready(run, "rp"), 60)
    wait_for(lambda: counted(run, "rp") == before + 2, 30)
    metrics = httpx2.get(f"http://{HOST}:{run.ports.metrics('de')}/metrics", trust_env=False).text
    assert 'iq_link_refused_total{network="rp",reason="key_refused",side="network"}' in metrics


def test_a_refusal_is_one_sentence(run: LocalRun, tmp_path: Path) -> None:
    for arguments, sentence in (
        (("rotate", "zz"), "Unbekanntes Netzwerk: zz; möglich sind sh "),
        (("add", "zz"), "zz steht nicht im Verzeichnis: bitte NAME, LAND und NUMBER angeben."),
        (("move", "rp", str(tmp_path / "m")), "rp läuft noch: bitte erst beenden"),
        (("restore", str(tmp_path)), f"Aus {run.folder} läuft schon ein Verbund"),
    ):
        done = life(run, *arguments)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(sentence)


def test_no_process_asked_for_more_than_its_rights(run: LocalRun) -> None:
    logs = sorted((run.folder / "logs").glob("*.log"))
    assert len(logs) > 10
    assert [log.name for log in logs if "permissions violation" in log.read_text().lower()] == []
