"""Policies that every workload keeps, each rule once: what it may do, what it takes, how it begins and ends.

Of the networks one stands for all: a test in `test_kubernetes.py` finds the others alike.
"""

import re
from pathlib import Path

import pytest

from deploy import configs
from deploy.k8s.manifests import POD_KINDS, Document, documents, template_of
from shared import serving
from shared.settings import Settings
from shared.topology import CENTRE

ROOT = Path(__file__).parents[2]
WORKLOADS = {
    CENTRE: ("gateway", "nats", "provision", "provision-again", "reporting", "retention", "watch"),
    "rp": (
        *("counselling", "gateway", "nats", "provision", "provision-again"),
        *("registration", "reporting", "retention", "watch"),
    ),
}
ALL = [(code, name) for code, names in WORKLOADS.items() for name in names]
SERVICES = [entry for entry in ALL if entry[1] in {"counselling", "gateway", "registration", "reporting"}]
LASTING = [*SERVICES, *[entry for entry in ALL if entry[1] == "nats"]]
VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "secret"}
UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
LOCKED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def workload(code: str, name: str) -> Document:
    """One workload of an overlay."""
    return next(entry for entry in documents(code, *POD_KINDS) if entry["metadata"]["name"] == name)


def pod(code: str, name: str) -> Document:
    """The pod of a workload."""
    found: Document = template_of(workload(code, name))["spec"]
    return found


def every_container(code: str, name: str) -> list[Document]:
    """Its containers, with those that run before."""
    spec = pod(code, name)
    return [*spec["containers"], *spec.get("initContainers", [])]


def main_container(code: str, name: str) -> Document:
    """The container that the workload is there for."""
    found: Document = next(one for one in pod(code, name)["containers"] if one["name"] == name)
    return found


def size(text: str) -> int:
    """A quantity of memory in bytes."""
    number, unit = re.fullmatch(r"(\d+)(\w+)", text).groups()  # type: ignore[union-attr]  # else it is none
    return int(number) * UNITS[unit]


def cores(text: str) -> float:
    """A quantity of computing time in cores."""
    return int(text[:-1]) / 1000 if text.endswith("m") else float(text)


def values(container: Document) -> dict[str, str]:
    """What a container is told in so many words."""
    return {entry["name"]: entry["value"] for entry in container.get("env", []) if "value" in entry}


def test_these_are_all_workloads() -> None:
    for code, names in WORKLOADS.items():
        assert {entry["metadata"]["name"] for entry in documents(code, *POD_KINDS)} == set(names)


@pytest.mark.parametrize("code", WORKLOADS)
def test_what_is_provisioned_again_is_what_was_first(code: str) -> None:
    first, again = (template_of(workload(code, name)) for name in ("provision", "provision-again"))
    assert first == again


@pytest.mark.parametrize(("code", "name"), ALL)
def test_it_is_restricted_with_a_root_that_cannot_be_written(code: str, name: str) -> None:
    spec = pod(code, name)
    context = spec["securityContext"]
    assert (context["runAsNonRoot"], context["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert context["runAsUser"] >= 10_000
    assert spec["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"} & spec.keys()
    assert {key for volume in spec.get("volumes", []) for key in volume.keys() - {"name"}} <= VOLUMES
    assert all(container["securityContext"] == LOCKED for container in every_container(code, name))


@pytest.mark.parametrize(("code", "name"), ALL)
def test_it_says_what_it_takes_and_may_take_no_more(code: str, name: str) -> None:
    for container in every_container(code, name):
        asked, most = container["resources"]["requests"], container["resources"]["limits"]
        assert asked.keys() == most.keys() == {"cpu", "memory"}
        assert size(asked["memory"]) <= size(most["memory"])
        assert cores(asked["cpu"]) <= cores(most["cpu"])
        if limit := values(container).get("GOMEMLIMIT"):
            assert 0.75 <= size(limit) / size(most["memory"]) <= 0.9
        assert bool(limit) == container["image"].startswith("docker.io/library/nats:")


@pytest.mark.parametrize(("code", "name"), LASTING)
def test_it_is_asked_whether_it_began_serves_and_makes_progress(code: str, name: str) -> None:
    for container in pod(code, name)["containers"]:
        assert {"readinessProbe", "livenessProbe"} <= container.keys()
        ports = {port["name"] for port in container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            told = container.get(probe, {})
            assert {told[way]["port"] for way in ("httpGet", "tcpSocket") if way in told} <= ports
    container = main_container(code, name)
    patience = container["startupProbe"]
    assert patience["periodSeconds"] * patience["failureThreshold"] >= 60
    assert container["livenessProbe"]["httpGet"]["path"].startswith("/healthz")


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_a_service_is_led_to_while_it_can_serve_and_also_without_its_broker(code: str, name: str) -> None:
    container = main_container(code, name)
    wanted = "/readyz" if name == "gateway" else "/readyz?without=broker"  # a gateway has none
    assert container["readinessProbe"]["httpGet"] == {"path": wanted, "port": "http"}
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_the_grace_is_longer_than_all_that_ends_one_after_the_other(code: str, name: str) -> None:
    pause = main_container(code, name)["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain = Settings.model_fields["drain_seconds"].default
    assert pause >= 3
    assert pod(code, name)["terminationGracePeriodSeconds"] > pause + drain + serving.END_SECONDS


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_a_database_is_migrated_before_a_service_meets_it(code: str, name: str) -> None:
    (before,) = pod(code, name)["initContainers"]
    assert before["command"] == ["python", "-m", "shared.migrate", name]
    (entry,) = before["env"]
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "database", "key": f"{name}-owner"}


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_ports_are_those_the_program_is_told(code: str, name: str) -> None:
    container = main_container(code, name)
    told, ports = values(container), {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    assert (told["IQ_PORT"], told["IQ_METRICS_PORT"]) == (ports["http"], ports["metrics"])
    annotations = template_of(workload(code, name))["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == ports["metrics"]
    addresses = {f"http://{one['metadata']['name']}:{_port(one)}" for one in documents(code, "Service") if _port(one)}
    asked = {value for key, value in told.items() if key.endswith("_URL") and value.startswith("http://")}
    assert asked <= addresses
    assert told.get("IQ_NATS_URL", "nats://nats:4222").endswith(configs.CLIENTS.rpartition(":")[2])


def _port(service: Document) -> int:
    return next((int(port["port"]) for port in service["spec"]["ports"] if port["name"] == "http"), 0)


@pytest.mark.parametrize("code", WORKLOADS)
def test_a_broker_listens_where_its_configuration_says(code: str) -> None:
    ports = {port["name"]: port["containerPort"] for port in main_container(code, "nats")["ports"]}
    wanted = {"clients": configs.CLIENTS, "monitor": configs.MONITOR}
    if code == CENTRE:
        wanted |= {"leaves": configs.LEAVES, "peers": configs.PEERS}
    assert ports == {name: int(listen.rpartition(":")[2]) for name, listen in wanted.items()}
