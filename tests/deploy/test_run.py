"""`make run` for real: two networks and the centre with the small demo (contracts §1 and §2)."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.paths import ROOT, read_json
from deploy.local.ports import HOST, Ports
from tests.support.local_run import LocalRun, claim_offset, start_local_run
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.timeout(240)]
DEMO_SECONDS = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "local"


@pytest.fixture(scope="module")
def run(folder: Path) -> Iterator[LocalRun]:
    started = start_local_run(folder, "rp sn", "small")
    yield started
    if started.process.poll() is None:
        assert started.stop() == 0


def get(run: LocalRun, region: str, role: str, path: str) -> Any:
    """What the API of a gateway tells a role."""
    account = run.account(region, role)
    with httpx2.Client(base_url=account["gateway"], timeout=20, trust_env=False) as client:
        form = {"username": account["username"], "password": account["password"]}
        token = client.post("/api/v1/token", data=form).raise_for_status().json()["access_token"]
        return client.get(path, headers={"Authorization": f"Bearer {token}"}).raise_for_status().json()


def refused(folder: Path, **environment: str) -> list[str]:
    """What a start that is refused prints; it must end with 1."""
    result = subprocess.run(
        [sys.executable, "-m", "deploy.local.run"],
        cwd=ROOT,
        env=os.environ | {"IQ_LOCAL_DIR": str(folder), "REGIONS": "rp sn", "DEMO": "small"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 1
    return (result.stdout + result.stderr).splitlines()


def demo_of(folder: Path) -> str:
    return str(read_json(folder / "state.json", {})["demo"])


def test_everything_announced_is_ready(run: LocalRun, folder: Path) -> None:
    lines = run.output.read_text().splitlines()
    assert f"http://{HOST}:{run.ports.service('rp', 'gateway')}" in "\n".join(lines)
    assert str(folder / "accounts.json") in "\n".join(lines)
    for row in read_json(folder / "processes.json", []):
        if "." in row["name"] and not row["name"].endswith(".nats"):
            assert httpx2.get(f"http://{HOST}:{row['port']}/readyz", trust_env=False).status_code == 200
    assert read_json(folder / "state.json", {})["ready"] is True
    assert stat.S_IMODE((folder / "accounts.json").stat().st_mode) == 0o600


def test_each_service_has_a_process_of_its_own(run: LocalRun, folder: Path) -> None:
    assert run.process.poll() is None
    rows = read_json(folder / "processes.json", [])
    names = {row["name"] for row in rows}
    services = {f"{code}.{name}" for code in ("rp", "sn") for name in ("registration", "counselling")}
    services |= {f"{code}.{name}" for code in ("de", "rp", "sn") for name in ("reporting", "gateway", "nats")}
    assert names == services | {"postgres"}
    assert len({row["pid"] for row in rows}) == len(rows)


def test_servers_listen_on_loopback_only(run: LocalRun, folder: Path) -> None:
    assert run.process.poll() is None
    pids = {row["pid"] for row in read_json(folder / "processes.json", [])}
    listening = [
        line.split()[1]
        for pid in pids
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) in set(ports_of(run.ports))
    ]
    assert listening
    assert {address.split(":")[0] for address in listening} == {"0100007F"}


def ports_of(ports: Ports) -> list[int]:
    return [ports.hub, ports.leaf, *(ports.service(code, "gateway") for code in ("de", "rp", "sn"))]


def test_the_demo_is_counted_at_the_centre_and_in_the_networks(run: LocalRun, folder: Path) -> None:
    wait_for(lambda: demo_of(folder) == "done", DEMO_SECONDS)
    asked = get(run, "de", "coordination", "/api/v1/figures?indicator=counselling_sessions&by=gender")
    assert asked["total"] == get(run, "de", "coordination", "/api/v1/figures?indicator=counselling_sessions")["total"]
    networks = get(run, "de", "coordination", "/api/v1/coverage")["networks"]
    counted = {row["region"]: (row["records"], row["expected"]) for row in networks if row["region"] in {"rp", "sn"}}
    for records, expected in counted.values():
        assert records == expected >= 440
    figures = get(run, "de", "coordination", "/api/v1/figures?indicator=counselling_sessions&from=2023-01&by=region")
    assert {row["region"] for row in figures["rows"]} == {"rp", "sn"}
    assert all(row["value"] >= 300 for row in figures["rows"])
    assert figures["passport"]["synthetic"] is True


def desk_of(run: LocalRun) -> list[int]:
    """How much there is to do at the desk of the first office: cases, appointments, who waits, bodies."""
    appointments = get(run, "rp", "counsellor", "/api/v1/appointments?days=14")
    found = (get(run, "rp", "counsellor", f"/api/v1/{name}")["items"] for name in ("cases", "bodies"))
    return [*map(len, found), len(appointments["items"]), len(appointments["waiting"])]


def test_the_demo_opens_an_office_and_has_work_on_its_desk(run: LocalRun, folder: Path) -> None:
    wait_for(lambda: demo_of(folder) == "done", DEMO_SECONDS)
    assert desk_of(run) == [5, 3, 5, 2]
    cases = [item["case_id"] for item in get(run, "rp", "counsellor", "/api/v1/cases")["items"]]
    procedures = [get(run, "rp", "counsellor", f"/api/v1/cases/{case}/procedures")["items"] for case in cases]
    assert [item["state"] for items in procedures for item in items] == ["application_filed"]


def test_metrics_of_all_processes_of_a_network_stand_in_one_place(run: LocalRun) -> None:
    text = httpx2.get(f"http://{HOST}:{run.ports.metrics('rp')}/metrics", trust_env=False).text
    for service in ("registration", "counselling", "reporting", "gateway"):
        assert f'network="rp",route="/readyz",service="{service}"' in text
    assert 'network="sn"' not in text


def test_a_killed_process_comes_back(run: LocalRun, folder: Path) -> None:
    wait_for(lambda: demo_of(folder) == "done", DEMO_SECONDS)
    before = run.pid("sn.counselling")
    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        pids = {row["name"]: row["pid"] for row in read_json(folder / "processes.json", [])}
        if pids.get("sn.counselling", before) == before:
            return False
        try:
            port = run.ports.service("sn", "counselling")
            return httpx2.get(f"http://{HOST}:{port}/readyz", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    wait_for(back, 30)


def test_a_second_federation_in_the_same_folder_is_refused(run: LocalRun, folder: Path) -> None:
    assert run.process.poll() is None
    assert refused(folder) == [f"Aus {folder} läuft schon ein Verbund: bitte erst beenden oder IQ_LOCAL_DIR setzen."]


def test_a_busy_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    offset, lock = claim_offset(["rp", "sn"])
    with lock, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the last run's connections may linger
        other.bind((HOST, offset + 8107))
        other.listen()
        lines = refused(tmp_path / "local", IQ_PORT_OFFSET=str(offset))
    other = 20000 if offset == 10000 else 10000
    way_out = f"bitte beenden, was dort läuft, oder zum Beispiel IQ_PORT_OFFSET={other} setzen."
    assert lines == [f"Port {offset + 8107} ist belegt: {way_out}"]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"REGIONS": "rp xx"}, "Unbekanntes Netzwerk: xx; möglich sind sh "),
        ({"DEMO": "huge"}, "DEMO=huge gibt es nicht; möglich sind small, full und none."),
        ({"IQ_PORT_OFFSET": "5"}, "IQ_PORT_OFFSET muss ein Vielfaches von 5000 bis höchstens 40000 sein."),
    ],
)
def test_a_wrong_wish_is_answered_with_one_sentence(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    (line,) = refused(tmp_path / "local", **environment)
    assert line.startswith(sentence)


def test_broken_data_is_told_in_one_sentence(tmp_path: Path) -> None:
    offset, lock = claim_offset(["rp", "sn"])
    data = tmp_path / "local" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with lock:
        (line,) = refused(tmp_path / "local", IQ_PORT_OFFSET=str(offset))
    assert line == f"postgres startet nicht; Näheres steht in {tmp_path / 'local' / 'logs' / 'postgres.log'}."


def test_a_second_start_keeps_data_and_accounts_and_another_demo_is_refused(run: LocalRun, folder: Path) -> None:
    wait_for(lambda: demo_of(folder) == "done", DEMO_SECONDS)
    accounts = (folder / "accounts.json").read_text()
    before, desk = get(run, "rp", "coordinator", "/api/v1/structure?kind=office")["total"], desk_of(run)
    assert run.stop() == 0
    assert json.loads((folder / "processes.json").read_text()) == []
    (line,) = refused(folder, DEMO="none")
    assert line == (
        f"{folder} enthält DEMO=small, nicht DEMO=none: "
        "bitte `make reset` ausführen oder ein anderes IQ_LOCAL_DIR wählen."
    )
    again = start_local_run(folder, "rp sn", "small")
    try:
        offices = get(again, "rp", "coordinator", "/api/v1/structure?kind=office")["total"]
        assert (offices, demo_of(folder), desk_of(again)) == (before, "done", desk)
        old, new = json.loads(accounts), json.loads((folder / "accounts.json").read_text())
        assert [entry["password"] for entry in new] == [entry["password"] for entry in old]
    finally:
        assert again.stop() == 0
