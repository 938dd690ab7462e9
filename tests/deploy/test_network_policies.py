"""The policies of all namespaces together allow exactly the edges that `deploy/k8s/edges.toml` wants."""

import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path

from deploy.k8s import graph
from deploy.k8s.graph import AROUND
from deploy.k8s.manifests import Document, documents
from deploy.k8s.policies import Edge, Node
from shared.topology import CENTRE, load_topology

EDGES = Path(__file__).parents[2] / "deploy" / "k8s" / "edges.toml"


@cache
def federation() -> tuple[list[Node], list[Document]]:
    """Two networks and the centre: a third network is like the others, the rendering is one for all."""
    return graph.federation((CENTRE, "rp", "sn"))


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
    return graph.edges(federation()[0], policies)


def test_the_policies_allow_the_wanted_edges_and_no_other() -> None:
    assert found(federation()[1]) == wanted()


def test_the_drawn_graph_is_what_the_policies_allow() -> None:
    assert graph.TARGET.read_text(encoding="utf-8") == graph.drawn(), "bitte `make manifests` ausführen"


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
