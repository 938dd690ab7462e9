"""The optional components: an overlay takes them in, their custom resources have known fields, their edges are few.

Kubernetes' schemas know no custom resources, so what we use of them is written down in `operator_fields.yaml`.
"""

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.k8s import graph
from deploy.k8s.manifests import Document, documents, rendered
from deploy.k8s.policies import Node, allowed, pods
from deploy.k8s.render import FOLDER
from shared import database

COMPONENTS = FOLDER.parent / "components"
NAMES = sorted(path.name for path in COMPONENTS.iterdir())
FIELDS = yaml.safe_load(Path(__file__).with_name("operator_fields.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """The overlay of a network with all components."""
    folder = tmp_path_factory.mktemp("all")

    def reached(path: Path) -> str:
        return os.path.relpath(path.resolve(), folder.resolve())

    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "iq-rp",
        "resources": [reached(FOLDER / "rp")],
        "components": [reached(COMPONENTS / name) for name in NAMES],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return list(yaml.load_all(rendered(folder), yaml.CSafeLoader))


def schema(told: Any) -> dict[str, Any]:
    """A JSON schema of fields as `operator_fields.yaml` tells them; all may be left out, no other may be there."""
    if isinstance(told, list):
        return {"type": "array", "items": schema(told[0]), "minItems": 1}
    if isinstance(told, str):
        return {"type": told}
    if "*" in told:
        return {"type": "object", "additionalProperties": schema(told["*"])}
    fields = {name: schema(entry) for name, entry in told.items()}
    return {"type": "object", "properties": fields, "additionalProperties": False}


def of_kind(found: list[Document], kind: str) -> list[Document]:
    return [entry for entry in found if entry["kind"] == kind]


def test_custom_resources_have_known_fields_of_the_right_types(everything: list[Document]) -> None:
    for kind, told in FIELDS.items():
        entries = of_kind(everything, kind)
        assert entries, kind
        for entry in entries:
            Draft202012Validator(schema(told)).validate(entry["spec"])
    wrong = deepcopy(of_kind(everything, "Cluster")[0]["spec"])
    wrong["postgresql"]["parameters"]["max_connections"] = 200  # a number where the operator wants a text
    assert not Draft202012Validator(schema(FIELDS["Cluster"])).is_valid(wrong)


def test_every_custom_resource_is_known_and_lies_in_the_namespace(everything: list[Document]) -> None:
    plain = {entry["kind"] for entry in documents("rp")}
    assert {entry["kind"] for entry in everything} - plain == FIELDS.keys()
    assert {entry["metadata"].get("namespace", "iq-rp") for entry in everything} == {"iq-rp"}
    assert not of_kind(everything, "Secret")


def test_the_operators_database_is_what_the_services_expect(everything: list[Document]) -> None:
    (cluster,) = of_kind(everything, "Cluster")
    spec, parameters = cluster["spec"], cluster["spec"]["postgresql"]["parameters"]
    made = {entry["spec"]["name"] for entry in of_kind(everything, "Database")} | {
        spec["bootstrap"]["initdb"]["database"]
    }
    assert made == {f"rp_{service}" for service in ("registration", "counselling", "reporting", "gateway")}
    assert (parameters["max_connections"], parameters["log_error_verbosity"]) == ("200", "terse")
    assert spec["postgresql"]["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
    assert [role["name"] for role in spec["managed"]["roles"]] == [database.ROLE, "iq_watch"]
    (plugin,) = spec["plugins"]
    assert plugin["isWALArchiver"] is True  # else there is no point in time to go back to
    (store,), (backup,) = of_kind(everything, "ObjectStore"), of_kind(everything, "ScheduledBackup")
    assert plugin["parameters"]["barmanObjectName"] == store["metadata"]["name"]
    assert store["spec"]["configuration"]["destinationPath"].endswith("/rp")  # no network's beside another's
    assert backup["spec"]["pluginConfiguration"]["name"] == plugin["name"]
    assert len(backup["spec"]["schedule"].split()) == 6


def test_traces_go_to_a_collector_and_nowhere_else(everything: list[Document]) -> None:
    collector = Node("collector", {}, "observability", {"iq-verbund/tracing": "true"}, (4318,), ours=False)
    (namespace,) = of_kind(everything, "Namespace")
    nodes = [*graph.AROUND.values(), collector, *pods(namespace, everything)]

    def edges(found: list[Document]) -> set[tuple[str, str, int]]:
        return allowed(
            nodes, [one for one in of_kind(found, "NetworkPolicy") if one["metadata"]["name"] != "databases"]
        )

    services = ("counselling", "gateway", "registration", "reporting")
    more = edges(everything) - edges(documents("rp"))
    assert more == {(f"iq-rp/{name}", "collector", 4318) for name in services}
    told = [one for one in of_kind(everything, "Deployment") if "IQ_OTLP_URL" in yaml.safe_dump(one)]
    assert {one["metadata"]["name"] for one in told} == set(services)


def test_the_databases_hear_from_those_who_have_one_only(everything: list[Document]) -> None:
    (policy,) = [one for one in of_kind(everything, "NetworkPolicy") if one["metadata"]["name"] == "databases"]
    (first, *_others) = policy["spec"]["ingress"]
    (who,) = first["from"][0]["podSelector"]["matchExpressions"]
    asked = {
        source
        for source, target, port in graph.edges(*graph.federation(("rp",)))
        if (target, port) == ("outside", 5432)
    }
    assert {name.removeprefix("iq-rp/") for name in asked} <= set(who["values"])
    assert "nats" not in who["values"]


@pytest.mark.parametrize("name", NAMES)
def test_a_component_is_told_in_the_readme(name: str) -> None:
    assert f"`components/{name}`" in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
