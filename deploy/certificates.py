"""The authority of a federation's leaf links: one certificate per server, for mutual TLS between hub and networks.

Made at the first start where no other authority is at hand; production may bring certificates of its own in the same
files. The authority's key stays with the hub.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.brokers import Certificates
from deploy.local.paths import write_private

HUB = "hub"
AUTHORITY_DAYS = 3650
DAYS = 397
RENEW = timedelta(days=30)
SKEW = timedelta(days=1)  # clocks of two machines differ; a certificate is good a day before it is made


class NoAuthority(Exception):
    """A certificate is missing or ends soon, and the authority's key is elsewhere. Carries the server's name."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> str:
        """Both in one file, so that they change in one step."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return (key + self.certificate.public_bytes(serialization.Encoding.PEM)).decode()

    @classmethod
    def read(cls, path: Path) -> "Pair":
        """What `pem` wrote. Raises FileNotFoundError, ValueError."""
        text = path.read_bytes()
        key = serialization.load_pem_private_key(text, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(path.name)  # noqa: TRY004 - a file with something else is broken, not of a wrong type
        return cls(x509.load_pem_x509_certificate(text), key)


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority with its files in `folder`, all of mode 0600: `ca.pem`, `ca.crt`, and `<server>.pem` each."""

    folder: Path

    def files(self, name: str) -> Certificates:
        """Where the certificate of a server lies."""
        own = str(self.folder / f"{name}.pem")
        return Certificates(own, own, str(self.folder / "ca.crt"))

    def ensure(self, name: str, hosts: Sequence[str] = ()) -> Certificates:
        """The files of a server, made or renewed where missing, broken or within 30 days of their end.

        Raises NoAuthority when that is needed and the authority's key is elsewhere.
        """
        try:
            certificate = Pair.read(self.folder / f"{name}.pem").certificate
            certificate.verify_directly_issued_by(self._trusted())
            fresh = certificate.not_valid_after_utc > datetime.now(UTC) + RENEW
        except Exception:  # noqa: BLE001 - missing, cut off, of another authority: all are mended the same way
            fresh = False
        return self.files(name) if fresh else self.issue(name, hosts)

    def issue(self, name: str, hosts: Sequence[str] = (), until: datetime | None = None) -> Certificates:
        """A new certificate for the hub (its `hosts` are how it is reached) or for a network as its client.

        Raises NoAuthority when the authority's key is elsewhere.
        """
        issuer, key = self._authority(name), ec.generate_private_key(ec.SECP256R1())
        end = until or datetime.now(UTC) + timedelta(days=DAYS)
        client, server = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
        uses = [server, client] if name == HUB else [client]  # servers of the hub are clients of one another
        draft = _draft(name, key.public_key(), issuer.certificate.subject, end)
        draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        draft = draft.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        names = [_general(host) for host in hosts] or [x509.DNSName(name)]
        draft = draft.add_extension(x509.SubjectAlternativeName(names), critical=False)
        pair = Pair(draft.sign(issuer.key, hashes.SHA256()), key)
        write_private(self.folder / f"{name}.pem", pair.pem())
        return self.files(name)

    def _trusted(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "ca.crt").read_bytes())

    def _authority(self, wanted: str) -> Pair:
        path = self.folder / "ca.pem"
        if path.exists():
            return Pair.read(path)
        if (self.folder / "ca.crt").exists():
            raise NoAuthority(wanted)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "IQ-Verbund")])
        end = datetime.now(UTC) + timedelta(days=AUTHORITY_DAYS)
        draft = _draft("IQ-Verbund", key.public_key(), name, end)
        draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        pair = Pair(draft.sign(key, hashes.SHA256()), key)
        write_private(path, pair.pem())
        write_private(self.folder / "ca.crt", pair.certificate.public_bytes(serialization.Encoding.PEM).decode())
        return pair


def _draft(name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Name, end: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(datetime.now(UTC), end) - SKEW)
        .not_valid_after(end)
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
