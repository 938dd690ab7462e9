"""Makes the broker keys of one namespace: `python -m deploy.k8s.keys rp | kubectl apply -n iq-rp -f -`.

New ones at each call, printed once and kept nowhere. The public key of a network's leaf, which the hub must know, is
printed beside (stderr); the call for the centre is given all of them: `python -m deploy.k8s.keys de NKEY_RP_LEAF=U…`.
So is, as JSON, the public key of the network's sheets (MEIN ORDNER), for `services/gateway/folder-trust-list.json`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.brokers import Variables
from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.topology import declared
from services.gateway.folder.keys import public_entry
from shared.topology import CENTRE, load_topology

Document = dict[str, Any]
FOR_PEOPLE = ("admin", "sys")


def documents(code: str, leaves: Mapping[str, str]) -> list[Document]:
    """Secrets and public keys of a namespace; `leaves` are the public keys of the networks' leaves, for the centre.

    Raises KeyError for a network whose leaf is not among them.
    """
    users = declared().users_of("hub" if code == CENTRE else "network")
    keys, names = Keys(Paths(Path())), {user.name: user.key(code) for user in users}
    public = {_variable(name): keys.public(name) for name in names.values()}
    seeds = {name: keys.seed(key) for name, key in names.items()}
    found = [
        _document("Secret", "nats-keys", {name: seed for name, seed in seeds.items() if name not in FOR_PEOPLE}),
        _document("Secret", "nats-admin", {name: seed for name, seed in seeds.items() if name in FOR_PEOPLE}),
    ]
    if code == CENTRE:
        public |= {name: leaves[name] for name in map(_variable, (f"{network}.leaf" for network in load_topology()))}
    else:
        leaf = f"{code}.leaf"
        found.append(_document("Secret", "nats-leaf", {Variables().seed(leaf).lstrip("$"): keys.seed(leaf)}))
        sys.stderr.write(f"{_variable(leaf)}={keys.public(leaf)}\n")
        found.append(_document("Secret", "folder", {"key": keys.folder(code)}))
        sys.stderr.write(f"{json.dumps(public_entry(code, keys.folder(code)))}\n")
    return [*found, _document("ConfigMap", "nats-public-keys", public)]


def _variable(name: str) -> str:
    return Variables().public(name).lstrip("$")


def _document(kind: str, name: str, data: dict[str, str]) -> Document:
    field = "stringData" if kind == "Secret" else "data"
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, field: data}


def main(arguments: Sequence[str]) -> None:
    """Print them as JSON; a refusal is one sentence."""
    code, *told = arguments or [""]
    if code != CENTRE and code not in load_topology():
        sys.exit(f"Bitte ein Netzwerk nennen: {CENTRE}, {', '.join(load_topology())}.")
    try:
        items = documents(code, dict(entry.split("=", 1) for entry in told))
    except KeyError as missing:
        sys.exit(f"Es fehlt {missing.args[0]}: bitte zuerst `python -m deploy.k8s.keys` für das Netzwerk aufrufen.")
    sys.stdout.write(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
