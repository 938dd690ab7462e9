"""Writes the overlays of the centre and of all networks: `python -m deploy.k8s.render [domain]` (`make manifests`).

Everything in `overlays/` comes from here: namespace, addresses and the broker's configuration. No key and no secret
does; the README lists what the cluster must hold.
"""

import shutil
import sys
from pathlib import Path

from deploy.brokers import written
from deploy.certificates import HUB
from deploy.configs import PEERS_SERVICE, hub_names, kubernetes_hub, kubernetes_region
from deploy.keycloak.realm import DOMAIN
from shared.topology import CENTRE, load_topology

FOLDER = Path(__file__).with_name("overlays")
NOTE = "# Rendered by `make manifests` from the topology; changes belong there.\n"
KUSTOMIZATION = """---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: iq-{code}
resources:
  - ../../{base}
  - namespace.yaml
configMapGenerator:
  - name: network
    literals:
      - code={code}
      - url=https://{code}.{domain}
      - issuer=https://anmeldung.{domain}/realms/iq-verbund
      - client=iq-gateway-{code}
  - name: nats-config
    files: [nats.conf]
"""
CERTIFICATE = """---
# For clusters with cert-manager: `kubectl apply -f`, beside the overlay. One issuer signs for the whole federation.
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: nats-tls
  namespace: iq-{code}
spec:
  secretName: nats-tls
  commonName: {name}
  dnsNames:
{names}
  usages: [digital signature, {use}]
  privateKey: {{algorithm: ECDSA, size: 256, rotationPolicy: Always}}
  duration: 9528h  # 397 days
  renewBefore: 720h
  issuerRef: {{name: iq-verbund-leaf, kind: ClusterIssuer}}
"""
NAMESPACE = """---
apiVersion: v1
kind: Namespace
metadata:
  name: iq-{code}
  labels:
    iq-verbund/network: "{code}"
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: v1.34
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/audit-version: latest
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: latest
"""


def leaf_names(code: str, domain: str) -> list[str]:
    """Names in a broker's certificate: how the hub is reached from outside, from within and by its own, or the network.

    `hub` with any domain stands for all servers of the hub behind one address.
    """
    if code != CENTRE:
        return [code]
    service = f"{HUB}.iq-{CENTRE}"
    inside = [service, f"{service}.svc", f"{service}.svc.cluster.local"]
    return [f"{HUB}.{domain}", *hub_names(domain), *inside, f"*.{PEERS_SERVICE}.iq-{CENTRE}.svc"]


def overlay(code: str, domain: str) -> dict[str, str]:
    """Files of one overlay by name."""
    centre = code == CENTRE
    base = "centre" if centre else "network"
    names = leaf_names(code, domain)
    certificate = CERTIFICATE.format(
        code=code,
        name=HUB if centre else code,
        names="\n".join(f'    - "{name}"' for name in names),
        use="server auth, client auth" if centre else "client auth",
    )
    config = kubernetes_hub() if centre else kubernetes_region(code, domain)
    return {
        "kustomization.yaml": NOTE + KUSTOMIZATION.format(code=code, base=base, domain=domain),
        "certificate.yaml": NOTE + certificate,
        "namespace.yaml": NOTE + NAMESPACE.format(code=code),
        "nats.conf": NOTE + written(config),
    }


def rendered(domain: str = DOMAIN) -> dict[Path, str]:
    """All files below `overlays/`."""
    codes = (CENTRE, *load_topology())
    return {Path(code) / name: content for code in codes for name, content in overlay(code, domain).items()}


def main() -> None:
    """Write them anew; what is no longer in the topology goes."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for path, content in rendered(*sys.argv[1:2]).items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
