"""What must be so before a federation starts; each refusal is one German sentence with a way out."""

import fcntl
import os
from collections.abc import Sequence
from typing import IO, Any, cast, get_args

from deploy.backup.archiving import archiving
from deploy.backup.place import Place, choose, chosen
from deploy.local.federation import busy_ports, needed_ports
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Site
from deploy.local.standing import Standing
from deploy.local.state import Demo, State
from deploy.local.supervisor import StartError
from shared.topology import load_topology

DEFAULT_REGIONS = "rp sl sn"


def wanted_demo() -> Demo:
    """The demo asked for. Raises StartError for an unknown one."""
    demo = os.environ.get("DEMO") or "small"
    if demo not in get_args(Demo):
        raise StartError(f"DEMO={demo} gibt es nicht; möglich sind small, full und none.")
    return cast("Demo", demo)


def wanted_networks(demo: Demo) -> list[str]:
    """The networks asked for, in the order of the topology; the full demo is all networks', `none` the centre alone.

    Raises StartError for an unknown one.
    """
    words = (os.environ.get("REGIONS") or ("all" if demo == "full" else DEFAULT_REGIONS)).replace(",", " ").split()
    topology = load_topology()
    if words == ["none"]:
        return []  # the centre alone, for networks that run elsewhere
    if words == ["all"]:
        return list(topology)
    unknown = [word for word in words if word not in topology]
    if unknown:
        raise StartError(f"Unbekanntes Netzwerk: {' '.join(unknown)}; möglich sind {' '.join(topology)} oder all.")
    return [code for code in topology if code in words]


def make_site(networks: Sequence[str]) -> Site:
    """Where everything lies and listens. Raises StartError for a wrong offset or broken files."""
    try:
        ports = Ports.from_environment()
    except ValueError:
        raise StartError("IQ_PORT_OFFSET muss ein Vielfaches von 5000 bis höchstens 40000 sein.") from None
    paths = Paths.from_environment()
    try:
        keys = Keys.load(paths)
    except ValueError:
        raise StartError(f"{paths.keys} ist beschädigt; `make reset` legt alles neu an.") from None
    connections, databases = max(300, 60 * len(networks)), 4 * len(networks) + 2
    more = archiving(place.log) if (place := _backups(paths)) else {}
    return Site(paths, ports, keys, Postgres(paths.postgres, connections, databases, more=more))


def _backups(paths: Paths) -> Place | None:
    """Where PostgreSQL archives to, if anywhere. Raises StartError."""
    try:
        if place := chosen(paths):
            choose(paths, place)
    except ValueError as error:
        raise StartError(str(error)) from None
    except OSError as error:
        raise StartError(f"Der Ordner der Sicherungen lässt sich nicht anlegen ({error}).") from None
    return place


def check_standing(paths: Paths, networks: Sequence[str]) -> None:
    """Raises StartError when a network lives on another machine by now."""
    away = [network for network in networks if network in Standing.load(paths).away]
    if away:
        raise StartError(
            f"{' '.join(away)} ist umgezogen: bitte ohne starten, oder hier wieder aufnehmen mit "
            f"`make network-add NETWORK={away[0]}`."
        )


def take_lock(paths: Paths) -> IO[str]:
    """Make sure that one federation runs from a folder. Raises StartError when there is another."""
    paths.base.mkdir(parents=True, exist_ok=True)
    lock = paths.lock.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StartError(
            f"Aus {paths.base} läuft schon ein Verbund: bitte erst beenden oder IQ_LOCAL_DIR setzen."
        ) from None
    return lock


def what_runs(paths: Paths) -> list[dict[str, Any]]:
    """Names, process ids and ports of what runs from a folder.

    Nothing does when nobody holds its lock: the numbers that a killed run left listed may be those of strangers by now.
    """
    try:
        take_lock(paths).close()
    except StartError:
        listed: list[dict[str, Any]] = read_json(paths.processes, [])
        return listed
    return []


def check_demo(paths: Paths, demo: Demo) -> State:
    """The state of the folder. Raises StartError when it holds another demo."""
    try:
        state = State.load(paths)
    except (ValueError, TypeError):
        raise StartError(f"{paths.state} ist beschädigt; `make reset` legt alles neu an.") from None
    if state.holds not in {None, demo}:
        raise StartError(
            f"{paths.base} enthält DEMO={state.holds}, nicht DEMO={demo}: "
            "bitte `make reset` ausführen oder ein anderes IQ_LOCAL_DIR wählen."
        )
    state.holds, state.ready = demo, False
    return state


def check_ports(site: Site, networks: Sequence[str]) -> None:
    """Raises StartError when somebody else listens on a port of ours."""
    if busy := busy_ports(needed_ports(site.ports, networks, centre=not site.hub_away)):
        one = len(busy) == 1
        free = 20000 if site.ports.offset == 10000 else 10000
        listed = ", ".join(map(str, busy[:5])) + (" …" if len(busy) > 5 else "")
        raise StartError(
            f"{'Port' if one else 'Ports'} {listed} {'ist' if one else 'sind'} belegt: "
            f"bitte beenden, was dort läuft, oder zum Beispiel IQ_PORT_OFFSET={free} setzen."
        )
