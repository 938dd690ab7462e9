"""Networks added to those of the project: kept with the local state, in a file of the same shape."""

import json
import os
import re

from deploy.local.paths import Paths, write_private
from shared.topology import CENTRE, Network, load_topology

CODE = re.compile(r"[a-z]{2,8}")
LARGEST_NUMBER = 99  # ports end in it


def use_topology(paths: Paths) -> None:
    """Read the networks of a local state from now on, if it has some of its own; `IQ_TOPOLOGY` goes before."""
    if paths.topology.exists():
        os.environ.setdefault("IQ_TOPOLOGY", str(paths.topology))
    load_topology.cache_clear()


def enter(paths: Paths, network: Network) -> None:
    """Add a network to the topology of a local state.

    Raises ValueError with one German sentence when its code or number is taken or cannot be used.
    """
    known, other = load_topology(), os.environ.get("IQ_TOPOLOGY") or str(paths.topology)
    if other != str(paths.topology):
        raise ValueError(f"IQ_TOPOLOGY nennt {other}: bitte {network.code} dort eintragen.")
    if not CODE.fullmatch(network.code) or network.code in {CENTRE, "hub", *known}:
        raise ValueError(f"{network.code} ist kein freies Kürzel: bitte zwei bis acht kleine Buchstaben wählen.")
    taken = sorted(entry.ags for entry in known.values())
    if network.ags in taken or not 1 <= network.ags <= LARGEST_NUMBER:
        raise ValueError(
            f"Die Nummer {network.ags} ist nicht frei: bitte eine bis {LARGEST_NUMBER} wählen, die nicht "
            f"unter {', '.join(map(str, taken))} ist."
        )
    entries = [*known.values(), network]
    write_private(paths.topology, "\n".join(map(_table, entries)))
    use_topology(paths)


def _table(network: Network) -> str:
    words = {"name": network.name, "land": network.land}
    lines = [f"{name} = {json.dumps(word, ensure_ascii=False)}" for name, word in words.items()]
    days = {"valid_from": network.valid_from, "valid_to": network.valid_to}
    lines += [f"{name} = {day.isoformat()}" for name, day in days.items() if day is not None]
    return "\n".join([f"[{network.code}]", f"ags = {network.ags}", *lines]) + "\n"
