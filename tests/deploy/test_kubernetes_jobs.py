"""The journal's volume and the jobs an operator runs by hand: valid, locked down, and told what their program reads."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.k8s import manifests
from deploy.k8s.manifests import documents
from tests.deploy.test_kubernetes import BIN, ROOT

JOBS = ROOT / "deploy/k8s/jobs"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PROGRAMS = {"forget": "replay", "reseal": "resealing"}


def rendered(name: str) -> str:
    """The manifests of a job."""
    return manifests.rendered(JOBS / name)


def one(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    return next(entry for entry in found if (entry["kind"], entry["metadata"]["name"]) == (kind, name))


def test_the_erasure_journal_lies_on_a_volume_of_its_own_outside_the_database() -> None:
    found = documents("rp")
    claim = one(found, "PersistentVolumeClaim", "erasures")
    assert claim["metadata"]["labels"]["iq-verbund/backup"] == "apart"
    deployment = one(found, "Deployment", "registration")["spec"]
    assert deployment["replicas"] == 1
    pod = deployment["template"]["spec"]
    (together,) = pod["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert together["topologyKey"] == "kubernetes.io/hostname"  # two pods share the volume while one replaces the other
    assert together["labelSelector"]["matchLabels"].items() <= deployment["template"]["metadata"]["labels"].items()
    assert {"name": "erasures", "persistentVolumeClaim": {"claimName": "erasures"}} in pod["volumes"]
    assert pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsUser"]
    (container,) = pod["containers"]
    told = {entry["name"]: entry.get("value") for entry in container["env"]}
    (place,) = [one["mountPath"] for one in container["volumeMounts"] if one["name"] == "erasures"]
    assert Path(str(told["IQ_ERASURE_JOURNAL"])).parent == Path(place)
    assert not [entry for entry in documents("de") if entry["kind"] == "PersistentVolumeClaim"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_job_is_valid_and_locked_down(name: str, tmp_path: Path) -> None:
    target = tmp_path / "job.yaml"
    target.write_text(rendered(name), encoding="utf-8")
    command = [BIN / "kubernetes-validate", "--strict", "-k", "1.34", target]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    found = list(yaml.safe_load_all(rendered(name)))
    spec = one(found, "Job", name)["spec"]["template"]["spec"]
    assert (spec["automountServiceAccountToken"], spec["securityContext"]["runAsNonRoot"]) == (False, True)
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["image"].rpartition(":")[2] == VERSION
    policy = one(found, "NetworkPolicy", name)["spec"]
    assert policy["egress"] == [{"ports": [{"port": 5432, "protocol": "TCP"}]}]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_job_is_told_all_that_its_program_reads(name: str) -> None:
    read = set(re.findall(r"\bIQ_[A-Z_]+", (ROOT / f"deploy/{PROGRAMS[name]}.py").read_text(encoding="utf-8")))
    spec = one(list(yaml.safe_load_all(rendered(name))), "Job", name)["spec"]["template"]["spec"]
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        assert {entry["name"] for entry in container["env"]} == read
        assert container["command"][:3] == ["python", "-m", f"deploy.{PROGRAMS[name]}"]
