"""Broker configurations from the declared topology: a hub with one account per network, and a leaf node per network.

The one rendering for the local run, the tests and Kubernetes (design 4). The hub's service imports stamp the network's
code into every subject, so that no network can name another.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from deploy.topology import User, declared, filled
from shared.topology import CENTRE

Config = dict[str, Any]
REPLIES = "_R_.>"  # where the hub takes answers to questions
LEAF_SECONDS = "1s"
TLS_SECONDS = 5
VARIABLE = re.compile(r'"(\$[A-Z][A-Z0-9_]*)"')


class Identities(Protocol):
    """Where keys come from: `hub.reporting`, `rp.counselling.uplink`, `rp.leaf`."""

    def public(self, name: str) -> str:
        """Public nkey of a user."""

    def seed(self, name: str) -> str:
        """Nkey seed of a user."""


class Variables:
    """Keys that the server reads from its environment: `NKEY_RP_COUNSELLING`, `SEED_RP_LEAF`."""

    def public(self, name: str) -> str:
        """Variable with the public nkey of a user."""
        return f"$NKEY_{_variable(name)}"

    def seed(self, name: str) -> str:
        """Variable with the nkey seed of a user."""
        return f"$SEED_{_variable(name)}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files of mutual TLS on the leaf: own certificate and key, and the authority both sides trust."""

    certificate: str
    key: str
    authority: str


@dataclass(frozen=True, slots=True)
class Member:
    """One server of several: its own `name`, where it listens for the others, and the addresses of all of them."""

    name: str
    listen: str
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a broker stands: `name` is `hub` or a network's code, `listen` for clients, `store` its folder.

    `monitor` is the address of its monitoring, `None` where nobody asks; `member` tells of the others where several
    servers are the hub.
    """

    name: str
    listen: str
    store: str
    tls: Certificates
    monitor: str | None = None
    member: Member | None = None


def hub_config(
    place: Place,
    leaf_listen: str,
    networks: Sequence[str],
    identities: Identities,
    retiring: dict[str, str] | None = None,
    revoked: Collection[str] = (),
) -> Config:
    """The hub: `networks` are all of the topology, as adding an account to a running hub is fragile.

    `retiring` are public keys of leaves that are still let in while a network changes to its new one; a `revoked`
    network keeps its streams and has neither user nor subject.
    """
    accounts, server = _accounts("hub", CENTRE, identities), declared().server
    copies = declared().cluster.servers if place.member else 1  # an account's limit counts every replica
    accounts["HUB"] |= {
        "jetstream": {"max_file": copies * server["max_file_store"], "max_mem": copies * server["max_memory_store"]},
        "exports": [],
        "imports": [],
    }
    for code in [code for code in networks if code not in revoked]:
        keys = [identities.public(f"{code}.leaf"), (retiring or {}).get(code)]
        accounts[f"R_{code.upper()}"] = _network_account(code, list(filter(None, keys)))
        _meet(accounts["HUB"], code)
    leaf = {"listen": leaf_listen, "tls": _tls(place.tls) | {"verify": True}}
    return _common(place) | _clustered(place) | {"accounts": accounts, "leafnodes": leaf}


def region_config(place: Place, hub_urls: Sequence[str], identities: Identities) -> Config:
    """A network's broker: APP carries its services and full facts, no leaf; UPLINK alone reaches the hub."""
    code = place.name
    accounts = _accounts("network", code, identities)
    accounts["APP"]["jetstream"] = "enabled"
    remote = {
        "urls": list(hub_urls),
        "account": "UPLINK",
        "nkey": identities.seed(f"{code}.leaf"),
        "ignore_discovered_servers": True,  # else it leaves by addresses that the hub tells, past the one configured
        "deny_exports": ["region.>"],
        "deny_imports": ["region.>"],  # denying up.> here would cut the hub's interest in it, and so the uplink
        "tls": _tls(place.tls),
    }
    leaf = {"reconnect": LEAF_SECONDS, "remotes": [remote]}
    return _common(place) | {"accounts": accounts, "leafnodes": leaf}


def written(config: Config) -> str:
    """A configuration as text (JSON is valid for nats-server); variables stand bare, so that the server fills them."""
    return VARIABLE.sub(r"\1", json.dumps(config, indent=1)) + "\n"


def rights(user: User, code: str) -> Config | None:
    """What a user may publish and subscribe; none for one without limits."""
    if user.unlimited:
        return None
    publish = [filled(subject, code) for subject in user.publish]
    for durable in user.consumes:
        publish += [f"$JS.API.CONSUMER.{verb}.{durable}" for verb in ("INFO", "MSG.NEXT")]
        publish += [f"$JS.ACK.{durable}.>", f"$JS.ACK.*.*.{durable}.>"]
        publish.append(f"$JS.API.STREAM.INFO.{durable.partition('.')[0]}")  # how full it is
    for stream in user.provisions:
        publish += [f"$JS.API.STREAM.{verb}.{stream}" for verb in ("CREATE", "UPDATE", "INFO")]
        publish += [f"$JS.API.CONSUMER.CREATE.{stream}.>", f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.*"]
    subscribe = [f"{user.inbox(code)}.>", *(filled(subject, code) for subject in user.subscribe)]
    allowed: Config = {"publish": publish} if publish else {}
    return allowed | {"subscribe": subscribe} | ({"allow_responses": True} if user.answers else {})


def leaf_rights(code: str) -> Config:
    """What may cross a network's leaf, judged by the hub: events up, questions down, and inboxes of uplink users."""
    crossing = declared().crossing
    inboxes = [f"{user.inbox(code)}.>" for user in declared().users_of("network") if user.account == "UPLINK"]
    return {
        "publish": [*(f"{word}.>" for word in crossing.told), REPLIES],
        "subscribe": [*(f"{word}.>" for word in (*crossing.asked, *crossing.heard)), *inboxes],
    }


def _accounts(broker: str, code: str, identities: Identities) -> dict[str, Config]:
    accounts: dict[str, Config] = {}
    for user in declared().users:
        if user.broker == broker:
            permissions = rights(user, code)
            entry = {"nkey": identities.public(user.key(code))} | ({"permissions": permissions} if permissions else {})
            accounts.setdefault(user.account, {"users": []})["users"].append(entry)
    return accounts


def _network_account(code: str, keys: Sequence[str]) -> Config:
    crossing = declared().crossing
    limits = {"allowed_connection_types": ["LEAFNODE"], "permissions": leaf_rights(code)}
    told = [{"service": {"account": "HUB", "subject": f"{word}.{code}.>"}, "to": f"{word}.>"} for word in crossing.told]
    heard = [
        {"stream": {"account": "HUB", "subject": f"{word}.{code}.>"}, "to": f"{word}.>"} for word in crossing.heard
    ]
    return {
        "users": [{"nkey": key} | limits for key in keys],
        "exports": [{"service": f"{word}.>", "accounts": ["HUB"]} for word in crossing.asked],
        "imports": told + heard,
    }


def _meet(hub: Config, code: str) -> None:
    """The hub's side of a network's account."""
    crossing, account = declared().crossing, f"R_{code.upper()}"
    hub["exports"] += [{"service": f"{word}.{code}.>", "accounts": [account]} for word in crossing.told]
    hub["exports"] += [{"stream": f"{word}.{code}.>", "accounts": [account]} for word in crossing.heard]
    for word in crossing.asked:
        hub["imports"].append({"service": {"account": account, "subject": f"{word}.>"}, "to": f"{word}.{code}.>"})


def _tls(files: Certificates) -> Config:
    return {
        "cert_file": files.certificate,
        "key_file": files.key,
        "ca_file": files.authority,
        "timeout": TLS_SECONDS,
    }


def _clustered(place: Place) -> Config:
    """What several servers need of one another: only one whose certificate carries a name of the routes is let in."""
    member, cluster = place.member, declared().cluster
    if member is None:
        return {}
    together = {
        "name": cluster.name,
        "listen": member.listen,
        "routes": list(member.routes),
        "no_advertise": True,
        "tls": _tls(place.tls) | {"verify_cert_and_check_known_urls": True},  # leaves have the same authority
    }
    grace = {name: getattr(cluster, name) for name in ("lame_duck_duration", "lame_duck_grace_period")}
    return {"server_name": member.name, "cluster": together} | grace


def _common(place: Place) -> Config:
    server = declared().server
    config = {
        "server_name": place.name,
        "listen": place.listen,
        "system_account": "SYS",
        **{name: server[name] for name in ("max_payload", "ping_interval", "ping_max")},
        "jetstream": {
            "store_dir": place.store,
            "domain": place.name,
            **{name: server[name] for name in ("max_file_store", "max_memory_store", "sync_interval")},
        },
    }
    return config | ({"http": place.monitor} if place.monitor else {})


def _variable(name: str) -> str:
    return name.upper().replace(".", "_")
