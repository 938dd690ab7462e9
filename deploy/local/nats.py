"""Broker configurations: a hub with one account per network, and a leaf node per network (design 4).

The hub's service imports stamp the network's code into every subject, so that no network can name another.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.keys import Keys
from deploy.local.paths import write_private
from deploy.local.ports import HOST

Config = dict[str, Any]
MIB = 1 << 20
MEMORY_BYTES = 64 * MIB
STORE_BYTES = 40_000 * MIB  # a bound, not a reservation; each stream has its own, smaller one

# What crosses a leaf: events and heartbeats up, answers to questions; questions and state down.
LEAF_RIGHTS = {
    "publish": ["up.>", "hb.>", "_R_.>", "_INBOX.>"],
    "subscribe": ["_INBOX.>", "ask.>", "down.>"],
}
# The centre's reporting reads its own consumers, asks networks and sends them state. It changes no stream.
REPORTING_RIGHTS = {
    "publish": [
        "$JS.API.INFO",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.INFO.*",
        "$JS.API.DIRECT.GET.HEARTBEATS",
        "$JS.API.DIRECT.GET.HEARTBEATS.>",
        "$JS.API.CONSUMER.INFO.*.reporting",
        "$JS.API.CONSUMER.MSG.NEXT.*.reporting",
        "$JS.ACK.>",
        "ask.>",
        "down.>",
    ],
    "subscribe": ["_INBOX.>"],
}


@dataclass(frozen=True, slots=True)
class Broker:
    """Where one broker listens and stores: `name` is `hub` or a network's code."""

    name: str
    port: int
    folder: Path

    @property
    def config(self) -> Path:
        """Its configuration file."""
        return self.folder / "nats.conf"

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"nats://{HOST}:{self.port}"

    def command(self) -> list[str]:
        """The program that runs it."""
        return [executable(), "-c", str(self.config)]


def executable() -> str:
    """The nats-server of the wheel. Raises FileNotFoundError when it is not installed."""
    program = Path(sys.executable).with_name("nats-server")
    if not program.exists():
        raise FileNotFoundError(program.name)
    return str(program)


def hub_config(broker: Broker, leaf_port: int, networks: Sequence[str], keys: Keys) -> Config:
    """The hub: `networks` are all of the topology, as adding an account to a running hub is fragile."""
    hub: Config = {
        "jetstream": {"max_file": STORE_BYTES, "max_mem": MEMORY_BYTES},
        "users": [
            {"nkey": keys.public("hub.admin")},
            {"nkey": keys.public("hub.reporting"), "permissions": REPORTING_RIGHTS},
        ],
        "exports": [],
        "imports": [],
    }
    accounts: Config = {"SYS": {"users": [{"nkey": keys.public("hub.sys")}]}, "HUB": hub}
    for code in networks:
        account = f"R_{code.upper()}"
        accounts[account] = _network_account(code, keys)
        hub["exports"] += [
            {"service": f"up.{code}.>", "accounts": [account]},
            {"service": f"hb.{code}.>", "accounts": [account]},
            {"stream": f"down.{code}.>", "accounts": [account]},
        ]
        hub["imports"].append({"service": {"account": account, "subject": "ask.>"}, "to": f"ask.{code}.>"})
    return {
        **_common(broker),
        "accounts": accounts,
        "leafnodes": {"listen": f"{HOST}:{leaf_port}"},
    }


def _network_account(code: str, keys: Keys) -> Config:
    leaf = {
        "nkey": keys.public(f"{code}.leaf"),
        "allowed_connection_types": ["LEAFNODE"],
        "permissions": LEAF_RIGHTS,
    }
    return {
        "users": [leaf],
        "exports": [{"service": "ask.>", "accounts": ["HUB"]}],
        "imports": [
            {"service": {"account": "HUB", "subject": f"up.{code}.>"}, "to": "up.>"},
            {"service": {"account": "HUB", "subject": f"hb.{code}.>"}, "to": "hb.>"},
            {"stream": {"account": "HUB", "subject": f"down.{code}.>"}, "to": "down.>"},
        ],
    }


def region_config(broker: Broker, leaf_url: str, keys: Keys) -> Config:
    """A network's broker: APP carries its services and full facts, no leaf; UPLINK alone reaches the hub."""
    code = broker.name
    uplink = {"nkey": keys.public(f"{code}.uplink"), "permissions": LEAF_RIGHTS}
    remote = {
        "urls": [leaf_url],
        "account": "UPLINK",
        "nkey": keys.seed(f"{code}.leaf"),
        "ignore_discovered_servers": True,
        "deny_exports": ["region.>"],
        "deny_imports": ["region.>"],  # denying up.> here would cut the hub's interest in it, and so the uplink
    }
    return {
        **_common(broker),
        "accounts": {
            "SYS": {"users": [{"nkey": keys.public(f"{code}.sys")}]},
            "APP": {"jetstream": "enabled", "users": [{"nkey": keys.public(f"{code}.services")}]},
            "UPLINK": {"users": [uplink]},
        },
        "leafnodes": {"reconnect": "1s", "remotes": [remote]},
    }


def _common(broker: Broker) -> Config:
    return {
        "server_name": broker.name,
        "listen": f"{HOST}:{broker.port}",
        "max_payload": MIB,  # the same on every server, else a large message breaks the leaf
        "ping_interval": "20s",
        "ping_max": 2,
        "system_account": "SYS",
        "jetstream": {
            "store_dir": str(broker.folder / "store"),
            "domain": broker.name,
            "max_file_store": STORE_BYTES,
            "max_memory_store": MEMORY_BYTES,
            "sync_interval": "always",  # an acknowledged message is on disk
        },
    }


def write_config(broker: Broker, config: Config) -> None:
    """Write a configuration (JSON is valid for nats-server) and have the server check it.

    Raises ValueError with the server's words when it refuses.
    """
    write_private(broker.config, json.dumps(config, indent=1))
    check = subprocess.run([executable(), "-t", "-c", str(broker.config)], capture_output=True, text=True, check=False)
    if check.returncode:
        raise ValueError(check.stderr.strip())
