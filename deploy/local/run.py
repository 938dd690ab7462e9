"""`make run`: the centre and some networks on this machine, with accounts and demo records (contracts §1 and §2).

Environment: REGIONS ("rp sl sn", "all"), DEMO (small, full, none), IQ_PORT_OFFSET, IQ_LOCAL_DIR.
"""

import fcntl
import os
import sys
from collections.abc import Sequence
from typing import IO, cast, get_args

from deploy.demo.seed import seed_structure
from deploy.demo.small import load_small
from deploy.local.accounts import ensure_accounts
from deploy.local.children import Child
from deploy.local.federation import busy_ports, needed_ports, start
from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import MULTIPROC, Site
from deploy.local.state import Demo, State, write_processes
from deploy.local.supervisor import StartError, Stopped, Supervisor
from shared.topology import CENTRE, load_topology

DEFAULT_REGIONS = "rp sl sn"
SEED_SECONDS = 60.0


def wanted_demo() -> Demo:
    """The demo asked for. Raises StartError for an unknown one."""
    demo = os.environ.get("DEMO") or "small"
    if demo not in get_args(Demo):
        raise StartError(f"DEMO={demo} gibt es nicht; möglich sind small, full und none.")
    if demo == "full":
        raise StartError("DEMO=full gibt es in dieser Version noch nicht; möglich sind small und none.")
    return cast("Demo", demo)


def wanted_networks() -> list[str]:
    """The networks asked for, in the order of the topology. Raises StartError for an unknown one."""
    words = (os.environ.get("REGIONS") or DEFAULT_REGIONS).replace(",", " ").split()
    topology = load_topology()
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
        raise StartError("IQ_PORT_OFFSET muss ein Vielfaches von 10000 bis höchstens 40000 sein.") from None
    paths = Paths.from_environment()
    try:
        keys = Keys.load(paths)
    except ValueError:
        raise StartError(f"{paths.keys} ist beschädigt; `make reset` legt alles neu an.") from None
    return Site(paths, ports, keys, Postgres(paths.postgres, connections=max(300, 60 * len(networks))))


def take_lock(paths: Paths) -> IO[str]:
    """Make sure that one federation runs from a folder. Raises StartError when there is another."""
    paths.base.mkdir(parents=True, exist_ok=True)
    lock = paths.lock.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StartError(
            f"Aus {paths.base} läuft schon ein Verbund: bitte erst beenden oder IQ_LOCAL_DIR setzen."
        ) from None
    return lock


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
    state.save(paths)
    return state


def check_ports(site: Site, networks: Sequence[str]) -> None:
    """Raises StartError when somebody else listens on a port of ours."""
    if busy := busy_ports(needed_ports(site, networks)):
        one = len(busy) == 1
        listed = ", ".join(map(str, busy[:5])) + (" …" if len(busy) > 5 else "")
        raise StartError(
            f"{'Port' if one else 'Ports'} {listed} {'ist' if one else 'sind'} belegt: "
            "bitte beenden, was dort läuft, oder zum Beispiel IQ_PORT_OFFSET=10000 setzen."
        )


def announce(site: Site, networks: Sequence[str]) -> None:
    """Print addresses and the accounts file, and last the word that scripts wait for."""
    topology = load_topology()
    print(f"MUT IQ (Bund)                  {site.ports.url(CENTRE, 'gateway')}")
    for code in networks:
        print(f"{topology[code].name:<30} {site.ports.url(code, 'gateway')}")
    print(f"Kennwörter der Konten          {site.paths.accounts}")
    print(f"Metriken (Bund)                http://{HOST}:{site.ports.metrics(CENTRE)}/metrics")
    print("bereit", flush=True)


def run() -> None:
    """Start, stay until somebody asks for the end, stop. Raises StartError with one sentence."""
    demo, networks = wanted_demo(), wanted_networks()
    site = make_site(networks)
    paths = site.paths
    lock = take_lock(paths)
    state = check_demo(paths, demo)
    check_ports(site, networks)
    # The client library reads this at import; each child then names the folder of its own network.
    os.environ[MULTIPROC] = str(paths.metrics("supervisor"))
    paths.metrics("supervisor").mkdir(parents=True, exist_ok=True)
    ensure_accounts(paths, networks, site.ports)
    supervisor = Supervisor(paths.log, lambda children: write_processes(paths, _rows(children)))
    try:
        start(site, networks, supervisor)
        supervisor.run_job(Child("seed", lambda: seed_structure(paths, networks), job=True), SEED_SECONDS)
        state.ready = True
        state.save(paths)
        announce(site, networks)
        if demo == "small":
            supervisor.add(Child("demo", lambda: load_small(paths, networks), job=True, tier=3))
        supervisor.run()
    except Stopped:
        print("\nWird beendet …", flush=True)
    finally:
        supervisor.stop()
        stopped = State.load(paths)
        stopped.ready = False
        stopped.save(paths)
        lock.close()


def _rows(children: Sequence[Child]) -> list[dict[str, str | int | None]]:
    running = [child for child in children if child.pid is not None]
    return [{"name": name, "pid": child.pid, "port": port} for child in running for name, port in child.ports.items()]


def main() -> None:
    """Run; a refusal is one sentence and exit code 1."""
    try:
        run()
    except StartError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
