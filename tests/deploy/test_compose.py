"""`compose.yaml`: nothing secret in it, each service as a local run has it; its commands run, in no container."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from deploy.compose import SERVICES, environments, main, prepare, site_of
from deploy.local.nats import executable
from deploy.local.paths import ROOT
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres, programs, server_identity
from deploy.local.processes import environment
from tests.support.servers import Server
from tests.support.waiting import wait_for

FILE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
Service = dict[str, Any]


def services(state: Path = Path("state")) -> dict[str, Service]:
    """The services with the variables filled in."""
    text = re.sub(r"\$\{IQ_STATE[^}]*\}", str(state), FILE)
    found: dict[str, Service] = yaml.safe_load(text)["services"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path / "state")
    return tmp_path / "state"


def variables(file: Path) -> dict[str, str]:
    """What an environment file says."""
    return dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())


def test_every_service_is_there_with_what_a_local_run_tells_it(folder: Path) -> None:
    found, site = services(folder), site_of(folder)
    assert {f"{code}-{service}" for code, service in SERVICES} <= found.keys()
    for code, service in SERVICES:
        entry = found[f"{code}-{service}"]
        assert entry["command"] == ["python", "-m", f"services.{service}"]
        (file,) = entry["env_file"]
        assert variables(Path(file)) == environment(site, code, service)
        assert variables(Path(file))["IQ_HOST"] == HOST
    assert environments(site).keys() == {path.stem for path in (folder / "env").iterdir()}


def test_preparing_again_changes_no_key(folder: Path) -> None:
    before = variables(folder / "env" / "rp-counselling.env")
    prepare(folder)
    assert variables(folder / "env" / "rp-counselling.env") == before
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*") if path.is_file()} == {0}


def test_nothing_secret_is_in_the_file_and_every_container_is_locked_down() -> None:
    assert not re.search(r"PASSWORD|SECRET|_KEY|_SEED|S[UAONC][A-Z2-7]{56}|://[^/\s:]+:[^/\s]+@", FILE)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for name, entry in services().items():
        assert entry["cap_drop"] == ["ALL"], name
        assert (entry["read_only"], entry["security_opt"]) == (True, ["no-new-privileges:true"]), name
        assert "IQ_USER" in entry["user"], name
        assert re.search(r":(\d+\.\d+(\.\d+)?)(-alpine)?}?$", entry["image"]), name
        assert not entry["image"].startswith("${IQ_IMAGE") or version in entry["image"]


def test_addresses_are_those_of_the_contracts_and_images_those_of_the_tests() -> None:
    found, ports = services(), Ports()
    for code in ("rp", "de"):
        (port,) = re.findall(r"127\.0\.0\.1:(\d+)/readyz", str(found[f"{code}-gateway"]["healthcheck"]))
        assert int(port) == ports.service(code, "gateway")
    images = yaml.safe_load((ROOT / "deploy/k8s/network/kustomization.yaml").read_text())["images"]
    assert found["hub"]["image"].endswith(f":{images[0]['newTag']}")
    server = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert found["postgres"]["image"].endswith(":" + server.split()[-1])


def test_each_waits_for_what_is_there_and_an_unknown_step_is_refused() -> None:
    found = services()
    assert all(set(entry.get("depends_on", [])) <= found.keys() for entry in found.values())
    with pytest.raises(SystemExit, match="Aufruf"):
        main(["prepare"])


class Machine:
    """Runs the commands of the file as processes: once what runs once, else until the end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.found, self.servers = folder, services(folder), list[Server]()

    def command(self, name: str) -> list[str]:
        places = {"python": sys.executable, "nats-server": executable(), "postgres": str(programs() / "postgres")}
        program, *arguments = self.found[name]["command"]
        return [places[program], *arguments]

    def once(self, name: str) -> None:
        run = subprocess.run(self.command(name), cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr[-2000:]

    def lasting(self, name: str, *more: str, port: int = 0, **options: Any) -> None:
        files = self.found[name].get("env_file", [])
        known = {key: value for key, value in os.environ.items() if not key.startswith("IQ_")}
        known |= {"PYTHONPATH": str(ROOT)} | {k: v for file in files for k, v in variables(Path(file)).items()}
        program = ["env", "-i", *(f"{key}={value}" for key, value in known.items())]
        server = Server([*program, *self.command(name), *more], self.folder / f"{name}.log", lambda: True, **options)
        server.start()
        self.servers.append(server)
        if port:
            wait_for(lambda: _ready(port), 60)

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()


def _ready(port: int) -> bool:
    try:
        return httpx2.get(f"http://{HOST}:{port}/readyz", trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("IQ_PORT_OFFSET", "35000")
    prepare(tmp_path / "s")
    found = Machine(tmp_path / "s")
    yield found
    found.stop()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_the_commands_of_the_file_run_one_after_the_other(machine: Machine) -> None:
    """As processes of this machine, with the environments of the file; no container is involved."""
    postgres = Postgres(machine.folder / "postgres")
    shutil.rmtree(postgres.data)
    postgres.initialise()  # what the image does at its first start
    sockets = f"-cunix_socket_directories={postgres.data}"
    machine.lasting("postgres", "-D", str(postgres.data), sockets, identity=server_identity())
    wait_for(postgres.ready, 20)
    machine.lasting("hub")
    machine.lasting("rp-nats")
    machine.once("databases")
    machine.once("provision")
    for code, service in SERVICES:
        machine.lasting(f"{code}-{service}", port=Ports(35_000).service(code, service))
    machine.once("demo")
    assert json.loads((machine.folder / "state.json").read_text())["demo"] == "done"
