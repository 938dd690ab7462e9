"""Draws who may open a connection to whom: `python -m deploy.k8s.graph` writes `docs/network-policy.md`.

Drawn from the rendered policies themselves, of a network and of the centre, as Markdown with Mermaid; a test compares
the same edges with those of `edges.toml`, which are the ones we want.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from deploy.k8s.manifests import Document, documents
from deploy.k8s.policies import Edge, Node, allowed, pods
from shared.topology import CENTRE, load_topology

TARGET = Path(__file__).parents[2] / "docs" / "network-policy.md"
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
PORTS = {
    53: "names",
    443: "OpenID provider, TLS",
    587: "e-mail",
    4222: "broker",
    5432: "PostgreSQL",
    6222: "servers of the hub, mutual TLS",
    7422: "leaf, mutual TLS",
    8080: "HTTP",
    9100: "metrics",
}
HEAD = """# Who may open a connection to whom

Drawn from the rendered network policies by `make manifests`; nothing else is allowed. The edges we want, and why, are
in [`deploy/k8s/edges.toml`](../deploy/k8s/edges.toml); a test compares both. `outside` is what is no pod of ours:
databases, the OpenID provider, the mail server, brokers in other clusters.
"""


def federation(codes: Sequence[str]) -> tuple[list[Node], list[Document]]:
    """Pods of these namespaces with what is around them, and their policies."""
    nodes, policies = list(AROUND.values()), []
    for code in codes:
        (namespace,) = documents(code, "Namespace")
        nodes += pods(namespace, documents(code))
        policies += documents(code, "NetworkPolicy")
    return nodes, policies


def edges(nodes: list[Node], policies: list[Document]) -> set[Edge]:
    """What the policies allow, each edge once."""
    found = allowed(nodes, policies)

    def at_large(edge: Edge) -> Edge:
        source, target = ("outside" if end in FOREIGN else end for end in edge[:2])
        return source, target, edge[2]

    return {edge for edge in found if at_large(edge) == edge or at_large(edge) not in found}


def drawn() -> str:
    """The page."""
    network = next(iter(load_topology()))
    found = edges(*federation((CENTRE, network)))
    parts = [HEAD]
    for title, code in (("In a network", network), ("At the centre", CENTRE)):
        space = f"iq-{code}/"
        own = [edge for edge in found if any(end.startswith(space) for end in edge[:2])]
        parts.append(f"\n## {title}\n\n{_picture(own, space)}\n{_table(own, space)}")
    return "".join(parts).replace(f"iq-{CENTRE}/", "centre/").replace(f"iq-{network}/", "network/")


def _picture(found: Iterable[Edge], space: str) -> str:
    lines = ["```mermaid", "flowchart LR"]
    for source, target, port in sorted(found):
        if port not in (53, 9100):  # all pods alike; the table has them
            lines.append(f"  {_id(source, space)} -- {port} --> {_id(target, space)}")
    return "\n".join([*lines, "```", ""])


def _id(name: str, space: str) -> str:
    own = name.removeprefix(space)
    return own if "/" not in own else f"{own.replace('/', '-')}[{own}]"


def _table(found: Iterable[Edge], space: str) -> str:
    rows: dict[tuple[int, str], list[str]] = {}
    for source, target, port in sorted(found):
        rows.setdefault((port, target.removeprefix(space)), []).append(source.removeprefix(space))
    lines = ["| port | what | to | from |", "|---|---|---|---|"]
    lines += [f"| {port} | {PORTS[port]} | {to} | {', '.join(who)} |" for (port, to), who in sorted(rows.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
