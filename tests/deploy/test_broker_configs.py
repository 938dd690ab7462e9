"""The configurations of hub and networks, checked by nats-server itself (`-t`) and for what must stand in them."""

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.brokers import Config, Variables, hub_config, rights, written
from deploy.configs import kubernetes_hub, kubernetes_region
from deploy.local.keys import Keys
from deploy.local.nats import executable, write_config
from deploy.local.paths import ROOT, Paths, read_json
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Site
from deploy.local.rendering import write_hub, write_region
from deploy.streams import MAX_MESSAGE_BYTES, hub_plan, region_plan
from deploy.topology import declared
from shared.messaging.connection import inbox_prefix
from shared.settings import Settings
from shared.topology import CENTRE, load_topology

NETWORKS = list(load_topology())
REGIONAL = [user for user in declared().users_of("network") if not user.unlimited]
SECRETS = re.compile(r"SU[A-Z0-9]{56}|password|\$2[aby]\$|BEGIN [A-Z ]*PRIVATE")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A federation with the configurations of all networks; the server has accepted each of them (`-t`)."""
    paths = Paths(tmp_path_factory.mktemp("site"))
    site = Site(paths, Ports(), Keys.load(paths), Postgres(paths.postgres))
    write_hub(site)
    for code in NETWORKS:
        write_region(site, code)
    return site


def config_of(site: Site, name: str) -> Config:
    """A configuration as it was written."""
    return dict(read_json(site.broker(name).config, {}))


def everything(site: Site) -> Iterator[tuple[str, Config]]:
    """Every rendered configuration: of the local run and of Kubernetes."""
    for code in (CENTRE, *NETWORKS):
        yield code, config_of(site, code)
        yield f"{code} in Kubernetes", kubernetes_hub() if code == CENTRE else kubernetes_region(code)


def users(config: Config) -> list[Config]:
    return [user for account in config["accounts"].values() for user in account["users"]]


def test_the_server_refuses_a_broken_configuration_and_the_old_one_stays(site: Site) -> None:
    before = site.broker("rp").config.read_text()
    with pytest.raises(ValueError, match=r"nats\.draft:\d+"):
        write_config(site.broker("rp"), config_of(site, "rp") | {"max_payload": "much"})
    assert site.broker("rp").config.read_text() == before


def test_all_servers_are_durable_and_agree_on_the_payload(site: Site) -> None:
    for name, config in everything(site):
        assert config["jetstream"]["sync_interval"] == "always", name
        assert (config["max_payload"], config["ping_interval"], config["ping_max"]) == (1 << 20, "20s", 2), name
        assert all(stream.max_msg_size == MAX_MESSAGE_BYTES < config["max_payload"] for stream in declared().streams)


def test_users_have_nkeys_only_and_nobody_comes_in_without(site: Site) -> None:
    for name, config in everything(site):
        assert "no_auth_user" not in json.dumps(config), name
        assert all(
            {"nkey"} <= user.keys() <= {"nkey", "permissions", "allowed_connection_types"} for user in users(config)
        )
        keys = [user["nkey"] for user in users(config)]
        assert len(set(keys)) == len(keys), name


def test_a_configuration_holds_no_secret_but_the_seed_of_its_own_leaf(site: Site) -> None:
    for name, config in everything(site):
        found = SECRETS.findall(written(config))
        own = [site.keys.seed(f"{name}.leaf")] if name in NETWORKS else []
        assert found == own, name


def test_secrets_are_readable_by_their_owner_only(site: Site) -> None:
    files = [site.broker(code).config for code in (CENTRE, *NETWORKS)] + list(site.paths.tls.iterdir())
    assert len(files) == 2 * (len(NETWORKS) + 1) + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_hub_gives_each_network_an_account_of_its_own_subjects(site: Site) -> None:
    accounts = config_of(site, CENTRE)["accounts"]
    assert {f"R_{code.upper()}" for code in NETWORKS} == set(accounts) - {"SYS", "HUB"}
    for code in NETWORKS:
        account = accounts[f"R_{code.upper()}"]
        imports = json.dumps(account["imports"])
        assert f"up.{code}.>" in imports
        assert not [other for other in NETWORKS if other != code and f".{other}.>" in imports]
        (leaf,) = account["users"]
        assert leaf["allowed_connection_types"] == ["LEAFNODE"]
        assert not [subject for subject in leaf["permissions"]["subscribe"] if subject.startswith(("_INBOX.", ">"))]


def test_a_revoked_network_has_no_account_and_a_changing_one_two_keys(site: Site) -> None:
    place = site.broker(CENTRE).place(site.authority.files("hub"))
    old = site.keys.public("rp.retired")
    config = hub_config(place, "127.0.0.1:7422", ["rp", "sn"], site.keys, retiring={"rp": old}, revoked=["sn"])
    assert [user["nkey"] for user in config["accounts"]["R_RP"]["users"]] == [site.keys.public("rp.leaf"), old]
    assert "R_SN" not in config["accounts"]
    assert ".sn.>" not in written(config)


def test_the_leaf_is_bound_to_the_account_without_full_facts_and_to_the_configured_hub(site: Site) -> None:
    for name, config in everything(site):
        if name.startswith(CENTRE):
            assert config["leafnodes"]["tls"]["verify"] is True, name
            continue
        (remote,) = config["leafnodes"]["remotes"]
        assert remote["account"] == "UPLINK", name
        assert remote["ignore_discovered_servers"] is True, name
        assert remote["deny_exports"] == ["region.>"], name
        assert all(url.startswith("tls://") for url in remote["urls"]), name
        assert {"cert_file", "key_file", "ca_file"} <= remote["tls"].keys(), name
        assert "jetstream" not in config["accounts"]["UPLINK"], name


@pytest.mark.parametrize("user", REGIONAL, ids=lambda user: user.name)
def test_no_user_of_a_network_may_do_more_than_its_own(user: Any) -> None:
    allowed = rights(user, "rp")
    assert allowed is not None
    words = [*allowed.get("publish", []), *allowed["subscribe"]]
    assert not {">", "*", "_INBOX.>", "$JS.>", "$JS.API.>", "$SYS.>", "region.>", "up.>", "hb.>"} & set(words)
    assert [word for word in allowed["subscribe"] if "INBOX" in word] == [f"{user.inbox('rp')}.>"]
    others = {"registration", "counselling", "reporting"} - {user.name.partition(".")[0]}
    # Counselling hears the register's events by its own consumer; nobody speaks for another.
    assert not [word for word in allowed.get("publish", []) for other in others if f".{other}" in word]


def test_services_have_the_inboxes_their_users_may_read() -> None:
    for network, broker in (("rp", "network"), (CENTRE, "hub")):
        settings = Settings(network=network, database_url="", signing_key="k")
        for user in declared().users_of(broker):
            service, _, uplink = user.name.partition(".")
            if service in {"registration", "counselling", "reporting"}:
                assert inbox_prefix(settings, service, uplink=bool(uplink)) == user.inbox(network)


def test_the_hub_in_kubernetes_is_several_servers_that_let_only_one_another_in() -> None:
    config, one = kubernetes_hub(), declared().server["max_file_store"]
    assert config["server_name"] == "$POD_NAME"
    assert config["jetstream"]["domain"] == "hub"  # what the networks know it by
    together = config["cluster"]
    assert len(together["routes"]) == declared().cluster.servers
    assert all(route.startswith("tls://") for route in together["routes"])
    assert (
        together["tls"]["verify_cert_and_check_known_urls"] is True
    )  # a network's certificate is of the same authority
    # An account's limit counts each replica; with that of one server not every network would get its stream.
    assert config["accounts"]["HUB"]["jetstream"]["max_file"] == declared().cluster.servers * one
    assert len(kubernetes_region("rp")["leafnodes"]["remotes"][0]["urls"]) == declared().cluster.servers


def test_streams_are_kept_by_as_many_servers_as_there_are() -> None:
    for servers, wanted in ((1, 1), (3, 3), (5, 3)):
        plan = hub_plan(NETWORKS, servers)
        assert {stream.num_replicas for stream, _ in plan} == {wanted}
        assert {consumer.num_replicas for _, consumers in plan for consumer in consumers} == {None}  # as the stream
    assert {stream.num_replicas for stream, _ in region_plan("rp")} == {1}


def test_the_command_writes_what_kubernetes_runs_and_the_server_accepts_it(tmp_path: Path, site: Site) -> None:
    subprocess.run([sys.executable, "-m", "deploy.configs", tmp_path / "conf"], cwd=ROOT, check=True)
    assert {path.stem for path in (tmp_path / "conf").iterdir()} == {"hub", *NETWORKS}
    keys = {Variables().public(name)[1:]: site.keys.public(name) for name in site.keys.values if ".signing" not in name}
    seeds = {Variables().seed("rp.leaf")[1:]: site.keys.seed("rp.leaf")}
    tls, pod = site.authority.files("rp"), {"POD_NAME": "nats-0"}
    for name in ("hub", "rp"):
        path = tmp_path / "conf" / f"{name}.conf"
        text = path.read_text()
        for mounted, here in (("tls.crt", tls.certificate), ("tls.key", tls.key), ("ca.crt", tls.authority)):
            text = text.replace(f"/etc/nats-tls/{mounted}", here)
        path.write_text(text)
        run = subprocess.run(
            [executable(), "-t", "-c", path], env=keys | seeds | pod, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
    without = subprocess.run([executable(), "-t", "-c", path], env={}, capture_output=True, text=True, check=False)
    assert without.returncode != 0, "a key that is missing must not pass for an empty one"
