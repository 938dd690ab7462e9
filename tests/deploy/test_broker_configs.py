"""The configurations of hub and networks, checked by nats-server itself (`-t`) and for what must stand in them."""

import json
import stat
from pathlib import Path

import pytest

from deploy.local.keys import Keys
from deploy.local.nats import Broker, Config, hub_config, region_config, write_config
from deploy.local.paths import Paths
from shared.topology import load_topology

NETWORKS = list(load_topology())


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.load(Paths(tmp_path))


def hub_of(folder: Path, keys: Keys) -> tuple[Broker, Config]:
    broker = Broker("hub", 4222, folder / "hub")
    return broker, hub_config(broker, 7422, NETWORKS, keys)


def region_of(folder: Path, keys: Keys, code: str = "rp") -> tuple[Broker, Config]:
    broker = Broker(code, 4307, folder / code)
    return broker, region_config(broker, "nats-leaf://127.0.0.1:7422", keys)


def test_the_server_accepts_the_hub_and_every_network(tmp_path: Path, keys: Keys) -> None:
    write_config(*hub_of(tmp_path, keys))
    for code in NETWORKS:
        write_config(*region_of(tmp_path, keys, code))


def test_the_server_refuses_a_broken_configuration(tmp_path: Path, keys: Keys) -> None:
    broker, config = hub_of(tmp_path, keys)
    with pytest.raises(ValueError, match=r"nats\.conf:\d+"):
        write_config(broker, config | {"max_payload": "much"})


def test_configurations_hold_no_secret_of_others_and_are_private(tmp_path: Path, keys: Keys) -> None:
    for broker, config in (hub_of(tmp_path, keys), region_of(tmp_path, keys)):
        write_config(broker, config)
        assert stat.S_IMODE(broker.config.stat().st_mode) == 0o600
    hub, region = ((tmp_path / name / "nats.conf").read_text() for name in ("hub", "rp"))
    seeds = {name: seed for name, seed in keys.values.items() if not name.endswith(".signing")}
    assert not [name for name, seed in seeds.items() if seed in hub]
    assert [name for name, seed in seeds.items() if seed in region] == ["rp.leaf"]


def test_all_servers_are_durable_local_and_agree_on_the_payload(tmp_path: Path, keys: Keys) -> None:
    for _, config in (hub_of(tmp_path, keys), region_of(tmp_path, keys)):
        assert config["jetstream"]["sync_interval"] == "always"
        assert config["max_payload"] == 1 << 20
        assert (config["ping_interval"], config["ping_max"]) == ("20s", 2)
        assert config["listen"].startswith("127.0.0.1:")


def test_the_hub_gives_each_network_an_account_of_its_own_subjects(tmp_path: Path, keys: Keys) -> None:
    accounts = hub_of(tmp_path, keys)[1]["accounts"]
    assert {f"R_{code.upper()}" for code in NETWORKS} == set(accounts) - {"SYS", "HUB"}
    for code in NETWORKS:
        imports = json.dumps(accounts[f"R_{code.upper()}"]["imports"])
        assert f"up.{code}.>" in imports
        assert not [other for other in NETWORKS if other != code and f".{other}.>" in imports]


def test_the_leaf_is_bound_to_the_account_without_full_facts(tmp_path: Path, keys: Keys) -> None:
    config = region_of(tmp_path, keys)[1]
    (remote,) = config["leafnodes"]["remotes"]
    assert remote["account"] == "UPLINK"
    assert remote["ignore_discovered_servers"]
    assert remote["deny_exports"] == ["region.>"]
    assert "jetstream" not in config["accounts"]["UPLINK"]
    rights = config["accounts"]["UPLINK"]["users"][0]["permissions"]
    assert rights["publish"] == ["up.>", "hb.>", "_R_.>", "_INBOX.>"]
    assert rights["subscribe"] == ["_INBOX.>", "ask.>", "down.>"]
