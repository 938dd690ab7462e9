"""The policies of all namespaces together allow exactly the edges that `deploy/k8s/edges.toml` wants."""

import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path

from shared.topology import CENTRE, load_topology
from tests.deploy.test_kubernetes import documents
from tests.support.policies import Document, Edge, Node, allowed, pods

EDGES = Path(__file__).parents[2] / "deploy" / "k8s" / "edges.toml"
KUBE_SYSTEM = {"kubernetes.io/metadata.name": "kube-system"}
AROUND = {
    "ingress": Node("ingress", {}, "ingress", {"iq-verbund/ingress": "true"}, (), ours=False),
    "monitoring": Node("monitoring", {}, "monitoring", {"iq-verbund/monitoring": "true"}, (), ours=False),
    "dns": Node("dns", {"k8s-app": "kube-dns"}, "kube-system", KUBE_SYSTEM, (53,), ours=False),
    "stranger": Node("stranger", {"app.kubernetes.io/name": "gateway"}, "elsewhere", {}, (), ours=False),
    "outside": Node("outside", outside=True, ours=False),
}
FOREIGN = AROUND.keys() - {"outside"}
"""Pods of the cluster that are not ours: what is open to everybody is told as `outside`, once."""


@cache
def federation() -> tuple[list[Node], list[Document]]:
    """Two networks and the centre: a third network is like the others, the rendering is one for all."""
    nodes, policies = list(AROUND.values()), []
    for code in (CENTRE, "rp", "sn"):
        (namespace,) = documents(code, "Namespace")
        nodes += pods(namespace, documents(code))
        policies += documents(code, "NetworkPolicy")
    return nodes, policies


def wanted() -> set[Edge]:
    """The edges of the file, for the same namespaces."""
    told = tomllib.loads(EDGES.read_text(encoding="utf-8"))

    def place(name: str, code: str) -> str:
        if name in AROUND:
            return name
        network, _, pod = name.rpartition("/")
        return f"iq-{network or code}/{pod}"

    kinds = {CENTRE: "centre", "rp": "network", "sn": "network"}
    return {
        (place(source, code), place(target, code), port)
        for code, kind in kinds.items()
        for source, target, port in told[kind]["edges"]
    }


def found(policies: list[Document]) -> set[Edge]:
    edges = allowed(federation()[0], policies)

    def at_large(edge: Edge) -> Edge:
        source, target = ("outside" if end in FOREIGN else end for end in edge[:2])
        return source, target, edge[2]

    return {edge for edge in edges if at_large(edge) == edge or at_large(edge) not in edges}


def test_the_policies_allow_the_wanted_edges_and_no_other() -> None:
    assert found(federation()[1]) == wanted()


def test_every_network_has_the_policies_of_the_others() -> None:
    first = {entry["metadata"]["name"]: entry["spec"] for entry in documents("rp", "NetworkPolicy")}
    for code in load_topology():
        assert {entry["metadata"]["name"]: entry["spec"] for entry in documents(code, "NetworkPolicy")} == first


def test_a_policy_less_or_a_rule_too_wide_is_seen() -> None:
    policies = federation()[1]
    for number, policy in enumerate(policies):
        fewer = policies[:number] + policies[number + 1 :]
        assert found(fewer) != wanted(), policy["metadata"]
    wide = deepcopy(policies)
    for policy in wide:
        if policy["metadata"]["name"] == "metrics":
            del policy["spec"]["ingress"][0]["ports"]
    assert found(wide) != wanted()
