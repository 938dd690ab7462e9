"""The manifests of centre and networks: rendered from the topology, valid, of the images and names they should have."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from deploy.k8s.manifests import Document, containers, documents, pods, rendered
from deploy.k8s.render import FOLDER
from deploy.k8s.render import rendered as overlays
from deploy.topology import declared
from shared.topology import CENTRE, load_topology

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CODES = [CENTRE, *load_topology()]
SERVICES = {"registration", "counselling", "reporting", "gateway"}
JOBS = {"provision", "provision-again", "retention"}


def test_the_overlays_are_what_the_topology_renders() -> None:
    tracked = {path.relative_to(FOLDER): path.read_text() for path in FOLDER.rglob("*") if path.is_file()}
    assert tracked == overlays(), "bitte `make manifests` ausführen"


@pytest.mark.parametrize("code", [CENTRE, "rp"])
def test_renders_and_validates(code: str, tmp_path: Path) -> None:
    target = tmp_path / "all.yaml"
    target.write_text(rendered(FOLDER / code), encoding="utf-8")
    command = [BIN / "kubernetes-validate", "--strict", "-k", "1.34", target]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def shape(code: str) -> list[Document]:
    """What an overlay consists of, but for what names its network."""
    found = re.sub(r"\b(network|nats-config)-[a-z0-9]{10}\b", r"\1", rendered(FOLDER / code))
    entries = yaml.load_all(found.replace(f"iq-{code}", "iq-xx"), yaml.CSafeLoader)
    return [entry for entry in entries if entry["kind"] not in {"ConfigMap", "Namespace"}]


@pytest.mark.parametrize("code", list(load_topology()))
def test_every_network_consists_of_what_the_validated_one_does(code: str) -> None:
    assert shape(code) == shape("rp")
    assert all(isinstance(value, str) for entry in documents(code, "ConfigMap") for value in entry["data"].values())


@pytest.mark.parametrize("code", CODES)
def test_everything_runs_in_the_restricted_namespace_of_its_network(code: str) -> None:
    names = {name for name, _ in pods(code)}
    services = SERVICES - {"registration", "counselling"} if code == CENTRE else SERVICES
    assert names == {"nats", "watch", *JOBS} | services
    assert {entry["metadata"].get("namespace", f"iq-{code}") for entry in documents(code)} == {f"iq-{code}"}
    (namespace,) = documents(code, "Namespace")
    labels = namespace["metadata"]["labels"]
    assert {labels[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")} == {"restricted"}


@pytest.mark.parametrize("code", CODES)
def test_no_secret_is_written_down(code: str) -> None:
    assert not documents(code, "Secret")
    words = r"\bS[UAONC][A-Z2-7]{56}\b|BEGIN [A-Z ]*PRIVATE|://[^/\s:@]+:[^/\s@]+@"
    assert not re.search(words, rendered(FOLDER / code)), "a seed, a key or a password in an address"
    for container in containers(code):
        told = {entry["name"]: entry["value"] for entry in container.get("env", []) if "value" in entry}
        assert not [name for name in told if re.search("SEED|KEY|SECRET|PASSWORD|DATABASE", name)]
        # Whatever its name: a value of many letters and digits without a word's end is one that was drawn at random.
        assert not [name for name, value in told.items() if re.search(r"(?=\w*\d)(?=\w*[a-zA-Z])\w{20,}", value)]


def test_images_are_those_the_project_is_tested_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (server,) = [pin.split("==")[1] for pin in project["optional-dependencies"]["local"] if pin.startswith("nats")]
    images = {container["image"].rpartition("/")[2] for code in CODES for container in containers(code)}
    assert images == {f"nats:{server}-alpine", f"iq-verbund:{project['version']}"}


@pytest.mark.parametrize("code", CODES)
def test_every_service_finds_pods_and_every_name_it_refers_to_is_told_in_the_readme(code: str) -> None:
    labels = [entry["spec"]["template"]["metadata"]["labels"] for entry in documents(code, "Deployment", "StatefulSet")]
    for service in documents(code, "Service"):
        selector = dict(service["spec"]["selector"])
        selector.pop("statefulset.kubernetes.io/pod-name", None)  # the cluster gives it to each pod of the set
        assert any(selector.items() <= entry.items() for entry in labels)
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
