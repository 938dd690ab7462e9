"""Certificates of the leaf links: made once, renewed in time, of one authority, for one purpose."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import DNSName, ExtendedKeyUsage, IPAddress, SubjectAlternativeName
from cryptography.x509.oid import ExtendedKeyUsageOID

from deploy.certificates import Authority, NoAuthority, Pair


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


def test_they_are_made_once_and_private(authority: Authority) -> None:
    files = authority.ensure("rp")
    first = Path(files.certificate).read_bytes()
    assert authority.ensure("rp") == files
    assert Path(files.certificate).read_bytes() == first
    assert {path.name for path in authority.folder.iterdir()} == {"ca.pem", "ca.crt", "rp.pem"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in authority.folder.iterdir()} == {0o600}
    assert "PRIVATE KEY" not in Path(files.authority).read_text()


@pytest.mark.parametrize(("days", "renewed"), [(29, True), (31, False), (-1, True)])
def test_one_that_ends_within_thirty_days_is_renewed(authority: Authority, days: int, renewed: bool) -> None:
    path = Path(authority.issue("rp", until=datetime.now(UTC) + timedelta(days=days, hours=1)).certificate)
    before = path.read_bytes()
    authority.ensure("rp")
    assert (path.read_bytes() != before) is renewed
    assert Pair.read(path).certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=30)


@pytest.mark.parametrize("content", ["", "nonsense", "of another"])
def test_a_broken_one_or_one_of_another_authority_is_made_anew(
    authority: Authority, tmp_path: Path, content: str
) -> None:
    path = Path(authority.ensure("rp").certificate)
    other = Path(Authority(tmp_path / "other").ensure("rp").certificate).read_text()
    path.write_text(other if content == "of another" else content)
    authority.ensure("rp")
    pair = Pair.read(path)
    pair.certificate.verify_directly_issued_by(Pair.read(authority.folder / "ca.pem").certificate)
    public = pair.certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.public_numbers() == pair.key.public_key().public_numbers()


def test_the_hub_serves_under_its_addresses_and_a_network_is_a_client(authority: Authority) -> None:
    hub = Pair.read(Path(authority.ensure("hub", ["127.0.0.1", "localhost"]).certificate)).certificate
    network = Pair.read(Path(authority.ensure("rp").certificate)).certificate
    names = hub.extensions.get_extension_for_class(SubjectAlternativeName).value
    assert [str(name) for name in names.get_values_for_type(IPAddress)] == ["127.0.0.1"]
    assert names.get_values_for_type(DNSName) == ["localhost"]
    uses = [cert.extensions.get_extension_for_class(ExtendedKeyUsage).value for cert in (hub, network)]
    server, client = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
    assert [list(use) for use in uses] == [[server, client], [client]]  # servers of the hub are clients of one another


def test_without_the_authoritys_key_what_is_good_stays_and_nothing_new_is_made(authority: Authority) -> None:
    files = authority.ensure("rp")
    (authority.folder / "ca.pem").unlink()
    assert authority.ensure("rp") == files
    with pytest.raises(NoAuthority, match="sn"):
        authority.ensure("sn")
    authority.folder.joinpath("rp.pem").unlink()
    with pytest.raises(NoAuthority, match="rp"):
        authority.ensure("rp")
