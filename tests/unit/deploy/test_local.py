"""Ports, secrets, accounts and checks of a local run (contracts §1 and §2)."""

import stat
from pathlib import Path
from uuid import UUID

import nkeys
import pytest

from deploy.local.accounts import ensure_accounts
from deploy.local.checks import check_demo, wanted_demo, wanted_networks
from deploy.local.federation import needed_ports
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json, write_private
from deploy.local.ports import MAX_OFFSET, OFFSET_STEP, Ports
from deploy.local.state import State
from deploy.local.supervisor import StartError
from shared.topology import load_topology

PORTS = Ports()


@pytest.mark.parametrize(
    ("network", "service", "port"),
    [
        ("de", "gateway", 8000),
        ("de", "reporting", 8400),
        ("sh", "gateway", 8101),
        ("rp", "gateway", 8107),
        ("th", "gateway", 8116),
        ("rp", "registration", 8207),
        ("rp", "counselling", 8307),
        ("sn", "reporting", 8414),
    ],
)
def test_ports_are_those_of_the_contract(network: str, service: str, port: int) -> None:
    assert PORTS.service(network, service) == port
    assert Ports(20_000).service(network, service) == port + 20_000


def test_brokers_and_metrics_have_the_ports_of_the_contract() -> None:
    assert (PORTS.hub, PORTS.leaf, PORTS.broker("de"), PORTS.broker("rp")) == (4222, 7422, 4222, 4307)
    assert (PORTS.metrics("de"), PORTS.metrics("th")) == (9100, 9116)


def test_no_two_offsets_share_a_port() -> None:
    networks = list(load_topology())
    taken = [port for step in range(0, MAX_OFFSET + 1, OFFSET_STEP) for port in needed_ports(Ports(step), networks)]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("offset", ["2000", "50000", "-10000", "x"])
def test_an_offset_that_would_collide_is_refused(monkeypatch: pytest.MonkeyPatch, offset: str) -> None:
    monkeypatch.setenv("IQ_PORT_OFFSET", offset)
    with pytest.raises(ValueError, match=offset.lstrip("-")):
        Ports.from_environment()


def test_private_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "secret"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    keys = Keys.load(Paths(tmp_path))
    seed, signing, folder = keys.seed("rp.counselling"), keys.signing("rp"), keys.folder("rp")
    keys.save()
    again = Keys.load(Paths(tmp_path))
    assert (again.seed("rp.counselling"), again.signing("rp"), again.folder("rp")) == (seed, signing, folder)
    assert again.seed("sn.counselling") != seed
    assert len(signing) >= 32
    assert nkeys.from_seed(seed.encode()).public_key.decode() == again.public("rp.counselling")
    assert stat.S_IMODE(Paths(tmp_path).keys.stat().st_mode) == 0o600


def test_each_network_has_two_carriers_with_their_staff(tmp_path: Path) -> None:
    accounts = ensure_accounts(Paths(tmp_path), ["rp", "sn"], PORTS)
    for network in ("rp", "sn"):
        own = [account for account in accounts if account["region"] == network]
        carriers = {account["carrier_id"] for account in own} - {None}
        assert len(carriers) == 2
        for carrier in carriers:
            roles = [account["role"] for account in own if account["carrier_id"] == carrier]
            assert sorted(roles) == ["admin", "counsellor", "counsellor", "trainer"]
            assert UUID(carrier).version == 4
        assert [account["role"] for account in own if not account["carrier_id"]] == ["coordinator"]
        counselling = [account["office_id"] for account in own if account["role"] == "counsellor"]
        assert all(counselling)
        assert len(set(counselling)) == 4  # two offices of each carrier: cases are handed over
        assert all(account["gateway"] == PORTS.url(network, "gateway") for account in own)
    central = sorted(account["role"] for account in accounts if account["region"] == "de")
    assert central == ["coordination", "jury", "jury", "jury", "jury", "operations", "reader"]
    assert len({account["group"] for account in accounts if account["role"] == "jury"}) == 4
    assert len({account["password"] for account in accounts}) == len(accounts)
    assert len({(account["region"], account["username"]) for account in accounts}) == len(accounts)


def test_accounts_survive_a_start_with_more_networks(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    before = ensure_accounts(paths, ["rp"], PORTS)
    ensure_accounts(paths, ["sl"], PORTS)
    after = read_json(paths.accounts, [])
    assert [account for account in after if account["region"] != "sl"] == before
    assert stat.S_IMODE(paths.accounts.stat().st_mode) == 0o600


def test_regions_are_those_of_the_topology_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGIONS", raising=False)
    assert wanted_networks("small") == ["rp", "sl", "sn"]
    assert wanted_networks("full") == list(load_topology())
    monkeypatch.setenv("REGIONS", "sn hh")
    assert wanted_networks("small") == ["hh", "sn"]
    monkeypatch.setenv("REGIONS", "all")
    assert wanted_networks("small") == list(load_topology())
    monkeypatch.setenv("REGIONS", "none")
    assert wanted_networks("small") == [], "the centre alone"
    monkeypatch.setenv("REGIONS", "rp xx")
    with pytest.raises(StartError, match="Unbekanntes Netzwerk: xx; möglich sind sh hh ni"):
        wanted_networks("small")


def test_an_unknown_demo_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "huge")
    with pytest.raises(StartError, match="DEMO=huge gibt es nicht; möglich sind small, full und none"):
        wanted_demo()


def test_a_folder_keeps_to_its_demo(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    check_demo(paths, "small").save(paths)
    assert check_demo(paths, "small").holds == "small"
    with pytest.raises(StartError, match="enthält DEMO=small, nicht DEMO=none: bitte `make reset` ausführen"):
        check_demo(paths, "none")


def test_a_broken_state_names_the_way_out(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    State().save(paths)
    paths.state.write_text("{")
    with pytest.raises(StartError, match=r"state\.json ist beschädigt; `make reset`"):
        check_demo(paths, "small")
