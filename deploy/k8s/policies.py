"""Which connections Kubernetes' NetworkPolicies allow: every pair of pods, and what is not a pod of ours."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from deploy.k8s.manifests import POD_KINDS, Document, template_of

Edge = tuple[str, str, int]
PROBES = (1, 22, 80)  # ports that nobody names: a rule without ports would open them


@dataclass(frozen=True)
class Node:
    """A pod, or something outside: `ports` it listens on, `everywhere` for what has no place in the cluster."""

    name: str
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    namespace: str = ""
    namespace_labels: dict[str, str] = field(default_factory=dict, hash=False)
    ports: tuple[int, ...] = ()
    outside: bool = False
    ours: bool = True


def pods(namespace: Document, documents: Iterable[Document]) -> Iterator[Node]:
    """The pods of a rendered overlay, named as policies know them, with the ports their containers name."""
    name = namespace["metadata"]["name"]
    labels = namespace["metadata"]["labels"] | {"kubernetes.io/metadata.name": name}
    for document in documents:
        if document["kind"] in POD_KINDS:
            template = template_of(document)
            ports = [port["containerPort"] for c in template["spec"]["containers"] for port in c.get("ports", [])]
            own = template["metadata"]["labels"]
            yield Node(own["app.kubernetes.io/name"], own, name, labels, tuple(ports))


def allowed(nodes: list[Node], policies: list[Document]) -> set[Edge]:
    """Edges that the policies allow, as `namespace/name` of ours and the name of others."""
    told = {port["port"] for policy in policies for _, rule in _rules(policy) for port in rule.get("ports", [])}
    found = set()
    for source, target in itertools.product(nodes, repeat=2):  # a pod may have others of its kind
        if not (source.ours or target.ours):
            continue
        for port in target.ports or sorted({*told, *PROBES}):
            out = _permits(policies, source, target, port, "egress")
            if out and _permits(policies, target, source, port, "ingress"):
                found.add((_name(source), _name(target), port))
    return found


def _name(node: Node) -> str:
    return f"{node.namespace}/{node.name}" if node.ours else node.name


def _rules(policy: Document) -> Iterator[tuple[str, Document]]:
    for direction in ("ingress", "egress"):
        for rule in policy["spec"].get(direction, []):
            yield direction, rule


def _permits(policies: list[Document], node: Node, other: Node, port: int, direction: str) -> bool:
    """Whether `node` may, for all that policies say of it; a pod no policy speaks of may do anything."""
    if not node.ours:
        return True
    about = [
        policy
        for policy in policies
        if policy["metadata"]["namespace"] == node.namespace
        and direction.capitalize() in policy["spec"]["policyTypes"]
        and _selects(policy["spec"]["podSelector"], node.labels)
    ]
    if not about:
        return True
    end = "to" if direction == "egress" else "from"
    return any(
        _of_port(rule, port) and (end not in rule or any(_is_peer(peer, policy, other) for peer in rule[end]))
        for policy in about
        for rule in policy["spec"].get(direction, [])
    )


def _of_port(rule: Document, port: int) -> bool:
    return "ports" not in rule or any(entry["port"] == port for entry in rule["ports"])


def _is_peer(peer: Document, policy: Document, other: Node) -> bool:
    assert not peer.keys() - {"podSelector", "namespaceSelector"}, f"cannot judge {peer}"
    if other.outside:
        return False
    if "namespaceSelector" in peer:
        if not _selects(peer["namespaceSelector"], other.namespace_labels):
            return False
    elif other.namespace != policy["metadata"]["namespace"]:
        return False
    return _selects(peer.get("podSelector", {}), other.labels)


def _selects(selector: Document, labels: dict[str, str]) -> bool:
    assert not selector.keys() - {"matchLabels", "matchExpressions"}, f"cannot judge {selector}"
    equal = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return equal and all(_holds(entry, labels) for entry in selector.get("matchExpressions", []))


def _holds(entry: Document, labels: dict[str, str]) -> bool:
    inside = labels.get(entry["key"]) in entry["values"]
    return {"In": inside, "NotIn": not inside}[entry["operator"]]
