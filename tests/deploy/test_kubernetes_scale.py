"""How many there are of each workload: what may go at once, what grows, what the database and the hub bear."""

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import get_type_hints

import pytest
from pydantic_settings import BaseSettings

from deploy import configs
from deploy.brokers import written
from deploy.k8s.manifests import documents
from deploy.topology import declared
from shared import database
from shared.topology import CENTRE
from tests.deploy.test_kubernetes_pods import ALL, SERVICES, main_container, pod, workload

MOST_CONNECTIONS = 200  # what the README asks of the server of a network's databases, or of the centre's
ASIDE = 10  # migrations, jobs, backups, the gauge, and somebody who looks


def least(code: str, name: str) -> int:
    """How many pods of a workload there are at the least."""
    for scaler in documents(code, "HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] == name:
            return int(scaler["spec"]["minReplicas"])
    return int(workload(code, name)["spec"].get("replicas", 1))


def most(code: str, name: str) -> int:
    """How many there may be at once: while it changes there is one more."""
    spec = workload(code, name)["spec"]
    scalers = documents(code, "HorizontalPodAutoscaler")
    top = [one["spec"]["maxReplicas"] for one in scalers if one["spec"]["scaleTargetRef"]["name"] == name]
    surge = spec.get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", 0)
    return int(max([spec.get("replicas", 1), *top]) + surge)


@pytest.mark.parametrize(("code", "name"), ALL)
def test_of_several_one_may_go_at_a_time_and_a_single_one_blocks_no_node(code: str, name: str) -> None:
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}
    budgets = [one["spec"] for one in documents(code, "PodDisruptionBudget") if one["spec"]["selector"] == selector]
    several = least(code, name) > 1
    assert budgets == ([{"maxUnavailable": 1, "selector": selector}] if several else [])
    spread = {one["topologyKey"] for one in pod(code, name).get("topologySpreadConstraints", [])}
    apart = pod(code, name).get("affinity", {}).get("podAntiAffinity", {})
    if several:
        assert "topology.kubernetes.io/zone" in spread
        assert "kubernetes.io/hostname" in spread or apart
    assert several == (name in {"gateway", "reporting"} or (code, name) == (CENTRE, "nats"))


@pytest.mark.parametrize("code", [CENTRE, "rp"])
def test_what_grows_is_counted_by_the_autoscaler_alone(code: str) -> None:
    scalers = {one["spec"]["scaleTargetRef"]["name"]: one["spec"] for one in documents(code, "HorizontalPodAutoscaler")}
    assert scalers.keys() == {"gateway", "reporting"}
    for name, spec in scalers.items():
        assert "replicas" not in workload(code, name)["spec"]
        assert 2 == spec["minReplicas"] < spec["maxReplicas"]
        (metric,) = spec["metrics"]
        assert metric["resource"]["target"] == {"type": "AverageValue", "averageValue": "700m"}


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_a_change_takes_no_pod_away_before_another_is_ready(code: str, name: str) -> None:
    assert workload(code, name)["spec"]["strategy"] == {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}


@pytest.mark.parametrize("code", [CENTRE, "rp"])
def test_the_database_has_a_connection_for_every_process_at_its_most(code: str) -> None:
    size = inspect.signature(database.make_engine).parameters["pool_size"].default
    (overflow,) = re.findall(r"max_overflow=(\d+)", inspect.getsource(database.make_engine))
    processes = sum(most(code, name) for place, name in SERVICES if place == code)
    assert processes * (size + int(overflow)) + ASIDE <= MOST_CONNECTIONS


def test_the_hub_has_as_many_servers_as_its_streams_want() -> None:
    servers, spec = declared().cluster.servers, workload(CENTRE, "nats")["spec"]
    assert spec["replicas"] == servers == max(one.replicas for one in declared().streams_of("hub"))
    assert servers % 2 == 1, "an even number bears no more than one less"
    assert spec["podManagementPolicy"] == "Parallel"  # none is ready before a majority has met
    command = main_container(CENTRE, "provision")["command"]
    assert command[command.index("--servers") + 1] == str(servers)
    (peers,) = [one for one in documents(CENTRE, "Service") if one["metadata"]["name"] == spec["serviceName"]]
    assert peers["spec"]["publishNotReadyAddresses"] is True
    assert spec["serviceName"] == configs.PEERS_SERVICE
    names = [f"tls://nats-{number}.{configs.PEERS_SERVICE}.iq-de.svc:6222" for number in range(servers)]
    assert configs.kubernetes_hub()["cluster"]["routes"] == names
    each = {one["spec"]["selector"].get("statefulset.kubernetes.io/pod-name") for one in documents(CENTRE, "Service")}
    assert each >= {f"nats-{number}" for number in range(servers)}


def test_a_server_of_the_hub_ends_by_sending_its_clients_away() -> None:
    container, config = main_container(CENTRE, "nats"), configs.kubernetes_hub()
    assert container["command"] == ["nats-server"]  # process 1, which the hook signals
    assert container["lifecycle"]["preStop"]["exec"]["command"] == ["nats-server", "--signal", "ldm=1"]
    assert pod(CENTRE, "nats")["terminationGracePeriodSeconds"] >= int(config["lame_duck_duration"][:-1]) + 15
    assert "lame_duck_duration" not in configs.kubernetes_region("rp")  # there is nobody to send them to
    assert "$POD_NAME" in written(config)
    assert "POD_NAME" in {entry["name"] for entry in container["env"]}


READ_WHERE_USED = {"gateway": {"IQ_OPERATOR"}}
"""Not in the settings: a file that pages show (`services.gateway.operator`)."""


@pytest.mark.parametrize(("code", "name"), SERVICES)
def test_a_service_is_told_what_it_reads_and_all_that_it_must_know(code: str, name: str) -> None:
    told = {entry["name"] for entry in main_container(code, name)["env"]}
    settings = get_type_hints(importlib.import_module(f"services.{name}.app").create_app)["settings"]
    must = {f"IQ_{field.upper()}" for field, entry in settings.model_fields.items() if entry.is_required()}
    assert must <= told
    known = {variable for kind in _kinds(name, settings) for variable in _variables(kind)}
    assert told <= known | READ_WHERE_USED.get(name, set())


def _kinds(name: str, settings: type[BaseSettings]) -> Iterator[type[BaseSettings]]:
    yield settings
    for kind in BaseSettings.__subclasses__():
        if kind.__module__.startswith(f"services.{name}."):
            yield kind


def _variables(kind: type[BaseSettings]) -> Iterator[str]:
    prefix = str(kind.model_config.get("env_prefix", ""))
    yield from (f"{prefix}{field}".upper() for field in kind.model_fields)
