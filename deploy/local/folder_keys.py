"""The list of public keys by which every gateway checks the sheets that people carry (MEIN ORDNER)."""

from typing import Any

from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json, write_json
from shared import clock
from shared.topology import load_topology


def publish(paths: Paths, keys: Keys) -> None:
    """Add the keys of the networks that are here; one that is new ends the network's others as of today.

    An ended key stays, as its sheets are carried about for a year; keys of networks elsewhere stay as they came.
    """
    from services.gateway.folder.keys import public_entry  # noqa: PLC0415 - the brokers start meanwhile

    known: list[dict[str, Any]] = read_json(paths.trust_list, {"keys": []})["keys"]
    for network in load_topology():
        if f"{network}.folder" in keys.values:
            entry = public_entry(network, keys.folder(network))
            known = ended(known, entry)
    write_json(paths.trust_list, {"keys": known})


def ended(known: list[dict[str, Any]], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """A list of keys in which `entry` is the one its network signs with."""
    if any(one["kid"] == entry["kid"] for one in known):
        return known
    today = clock.today().isoformat()
    replaced = [one if one["iss"] != entry["iss"] else {"until": today} | one for one in known]
    return [*replaced, entry]
