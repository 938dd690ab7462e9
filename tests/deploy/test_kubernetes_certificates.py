"""The leaf's certificates in a cluster carry the names by which leaves reach the hub."""

import json
import re
import ssl
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.certificates import Authority
from deploy.configs import peer_names
from deploy.k8s.certificates import secret
from deploy.k8s.render import FOLDER
from deploy.topology import declared
from shared.topology import CENTRE, load_topology


def asked(code: str) -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load((FOLDER / code / "certificate.yaml").read_text(encoding="utf-8"))["spec"]
    return spec


@pytest.mark.parametrize("code", list(load_topology()))
def test_the_hub_is_certified_for_the_address_of_every_leaf(code: str) -> None:
    hosts = re.findall(r'"tls://([^:"]+):7422"', (FOLDER / code / "nats.conf").read_text(encoding="utf-8"))
    assert len(hosts) == declared().cluster.servers
    assert set(hosts) <= set(asked(CENTRE)["dnsNames"])
    assert asked(code)["dnsNames"] == [code]
    assert asked(CENTRE)["usages"][1:] == ["server auth", "client auth"]  # its servers are clients of one another
    assert asked(code)["usages"][1:] == ["client auth"]
    assert {asked(one)["secretName"] for one in (CENTRE, code)} == {"nats-tls"}


def context(folder: Path, code: str, side: int) -> ssl.SSLContext:
    """One side of the leaf link with the files of its secret."""
    data = json.loads(secret(Authority(folder), code, "iq.example"))["stringData"]
    for name, content in data.items():
        (folder / name).write_text(content, encoding="utf-8")
    made = ssl.SSLContext(side)
    made.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    made.load_verify_locations(folder / "ca.crt")
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def shaken(folder: Path, host: str) -> None:
    """The handshake of rp's leaf with the hub at a name. Raises SSLError when one does not trust the other."""
    to_hub, to_leaf = ssl.MemoryBIO(), ssl.MemoryBIO()
    hub = context(folder, CENTRE, ssl.PROTOCOL_TLS_SERVER).wrap_bio(to_hub, to_leaf, server_side=True)
    leaf = context(folder, "rp", ssl.PROTOCOL_TLS_CLIENT).wrap_bio(to_leaf, to_hub, server_hostname=host)
    for end in (leaf, hub, leaf, hub):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert hub.getpeercert()


def test_hub_and_leaf_trust_each_other_by_those_names_only(tmp_path: Path) -> None:
    shaken(tmp_path, "hub.iq.example")
    shaken(tmp_path, "hub-2.iq.example")
    shaken(tmp_path, "hub.iq-de.svc")
    shaken(tmp_path, peer_names()[0])
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tmp_path, "127.0.0.1")
