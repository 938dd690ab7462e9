"""The secrets `nats-tls` where no cert-manager is: `python -m deploy.k8s.certificates FOLDER [domain]`.

Writes `<code>.json` for the centre and every network, to be applied there and then deleted. The authority is made
in FOLDER (`ca.pem`, the key of which stays with the hub) and used again by a later call; certificates are made anew.
"""

import json
import sys
from pathlib import Path

from deploy.certificates import HUB, Authority
from deploy.k8s.render import leaf_names
from deploy.keycloak.realm import DOMAIN
from deploy.local.paths import write_private
from shared.topology import CENTRE, load_topology


def secret(authority: Authority, code: str, domain: str) -> str:
    """A broker's secret with a new certificate, in cert-manager's shape."""
    files = authority.issue(HUB if code == CENTRE else code, leaf_names(code, domain))
    both = Path(files.certificate).read_text(encoding="utf-8")
    begin = both.index("-----BEGIN CERTIFICATE-----")  # the key comes first
    data = {
        "tls.key": both[:begin],
        "tls.crt": both[begin:],
        "ca.crt": Path(files.authority).read_text(encoding="utf-8"),
    }
    Path(files.certificate).unlink()
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "nats-tls", "namespace": f"iq-{code}"}}
    return json.dumps(head | {"type": "kubernetes.io/tls", "stringData": data}, indent=1) + "\n"


def main() -> None:
    """Write them, readable by the owner only."""
    if len(sys.argv) < 2:
        sys.exit("Bitte einen Ordner nennen: python -m deploy.k8s.certificates ORDNER [Domain]")
    folder, domain = Path(sys.argv[1]), (sys.argv[2:3] or [DOMAIN])[0]
    for code in (CENTRE, *load_topology()):
        write_private(folder / f"{code}.json", secret(Authority(folder), code, domain))


if __name__ == "__main__":
    main()
