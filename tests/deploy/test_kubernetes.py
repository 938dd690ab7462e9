"""The manifests of centre and networks: rendered from the topology, valid, locked down, without secrets."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.k8s.render import FOLDER, rendered
from deploy.topology import declared
from shared.topology import CENTRE, load_topology
from tests.support.policies import POD_KINDS, template_of

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CODES = [CENTRE, *load_topology()]
VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "secret"}
SERVICES = {"registration", "counselling", "reporting", "gateway"}
JOBS = {"provision", "retention"}
Document = dict[str, Any]


@cache
def manifest(code: str) -> str:
    run = subprocess.run([BIN / "kubectl", "kustomize", FOLDER / code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def documents(code: str, *kinds: str) -> list[Document]:
    return [entry for entry in yaml.safe_load_all(manifest(code)) if entry and (not kinds or entry["kind"] in kinds)]


def pods(code: str) -> list[tuple[str, Document]]:
    return [(entry["metadata"]["name"], template_of(entry)["spec"]) for entry in documents(code, *POD_KINDS)]


def containers(code: str) -> list[Document]:
    return [one for _, spec in pods(code) for one in [*spec["containers"], *spec.get("initContainers", [])]]


def test_the_overlays_are_what_the_topology_renders() -> None:
    tracked = {path.relative_to(FOLDER): path.read_text() for path in FOLDER.rglob("*") if path.is_file()}
    assert tracked == rendered(), "bitte `make manifests` ausführen"


@pytest.mark.parametrize("code", [CENTRE, "rp"])
def test_renders_and_validates(code: str, tmp_path: Path) -> None:
    target = tmp_path / "all.yaml"
    target.write_text(manifest(code), encoding="utf-8")
    command = [BIN / "kubernetes-validate", "--strict", "-k", "1.34", target]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def shape(code: str) -> list[Document]:
    """What an overlay consists of, but for what names its network."""
    found = re.sub(r"\b(network|nats-config)-[a-z0-9]{10}\b", r"\1", manifest(code)).replace(f"iq-{code}", "iq-xx")
    return [entry for entry in yaml.safe_load_all(found) if entry["kind"] not in {"ConfigMap", "Namespace"}]


@pytest.mark.parametrize("code", list(load_topology()))
def test_every_network_consists_of_what_the_validated_one_does(code: str) -> None:
    assert shape(code) == shape("rp")
    assert all(isinstance(value, str) for entry in documents(code, "ConfigMap") for value in entry["data"].values())


@pytest.mark.parametrize("code", CODES)
def test_everything_runs_in_the_namespace_of_its_network(code: str) -> None:
    names = {name for name, _ in pods(code)}
    services = SERVICES - {"registration", "counselling"} if code == CENTRE else SERVICES
    assert names == {"nats", *JOBS} | services
    assert {entry["metadata"].get("namespace", f"iq-{code}") for entry in documents(code)} == {f"iq-{code}"}
    (namespace,) = documents(code, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("code", CODES)
def test_every_pod_is_restricted_with_a_root_that_cannot_be_written(code: str) -> None:
    for name, spec in pods(code):
        context = spec["securityContext"]
        assert (context["runAsNonRoot"], context["seccompProfile"]) == (True, {"type": "RuntimeDefault"}), name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        assert {key for volume in spec.get("volumes", []) for key in volume.keys() - {"name"}} <= VOLUMES, name
        for container in spec["containers"]:
            assert name in JOBS or {"readinessProbe", "livenessProbe"} <= container.keys(), name
    for container in containers(code):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}


@pytest.mark.parametrize("code", CODES)
def test_no_secret_is_written_down(code: str) -> None:
    assert not documents(code, "Secret")
    assert not re.search(r"\bS[UAONC][A-Z2-7]{56}\b", manifest(code)), "an nkey seed"
    for container in containers(code):
        told = {entry["name"] for entry in container.get("env", []) if "value" in entry}
        assert not [name for name in told if re.search("SEED|KEY|SECRET|PASSWORD|DATABASE", name)]


def test_images_are_those_the_project_is_tested_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (server,) = [pin.split("==")[1] for pin in project["optional-dependencies"]["local"] if pin.startswith("nats")]
    images = {container["image"].rpartition("/")[2] for code in CODES for container in containers(code)}
    assert images == {f"nats:{server}-alpine", f"iq-verbund:{project['version']}"}


@pytest.mark.parametrize("code", CODES)
def test_every_service_finds_pods_and_every_name_it_refers_to_is_told_in_the_readme(code: str) -> None:
    labels = [entry["spec"]["template"]["metadata"]["labels"] for entry in documents(code, "Deployment", "StatefulSet")]
    for service in documents(code, "Service"):
        assert any(service["spec"]["selector"].items() <= entry.items() for entry in labels)
    made = {entry["metadata"]["name"] for entry in documents(code, "ConfigMap")}
    text = yaml.safe_dump([spec for _, spec in pods(code)])
    asked = set(
        re.findall(r"(?:(?:secret|configMap)(?:KeyRef|Ref)?:\n(?: +key: \S+\n)? +(?:name|secretName): (\S+))", text)
    )
    readme = (ROOT / "deploy/k8s/README.md").read_text()
    assert asked >= {"nats-public-keys", "nats-tls", "database", "signing"}
    assert not [name for name in asked - made if f"`{name}`" not in readme]


def test_a_broker_has_room_for_all_its_streams() -> None:
    units = {"Gi": 1 << 30}
    for code in CODES:
        (broker,) = documents(code, "StatefulSet")
        size = broker["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
        streams = declared().streams_of("hub" if code == CENTRE else "network")
        most = sum(one.max_bytes * (len(load_topology()) if one.each_network else 1) for one in streams)
        assert int(size[:-2]) * units[size[-2:]] * 0.7 > most, code  # full streams are no alarm of the disk
