"""`make run`: the centre and some networks on this machine, with accounts and demo records (contracts §1 and §2).

Environment: REGIONS ("rp sl sn", "all"), DEMO (small, full, none), IQ_PORT_OFFSET, IQ_LOCAL_DIR.
"""

import os
import sys
from collections.abc import Sequence

from deploy.demo.full import load_full
from deploy.demo.seed import seed_structure
from deploy.demo.small import load_small
from deploy.local.accounts import ensure_accounts
from deploy.local.added import use_topology
from deploy.local.checks import (
    check_demo,
    check_ports,
    check_standing,
    make_site,
    take_lock,
    wanted_demo,
    wanted_networks,
)
from deploy.local.children import Child
from deploy.local.federation import start
from deploy.local.joining import newcomers, take_in
from deploy.local.paths import Paths
from deploy.local.ports import HOST
from deploy.local.processes import MULTIPROC, Site
from deploy.local.state import State, write_processes
from deploy.local.supervisor import StartError, Stopped, Supervisor
from shared.topology import CENTRE, load_topology

DEMOS = {"small": load_small, "full": load_full}
SEED_SECONDS = 30.0  # per network, on a machine that is busy with other things


def announce(site: Site, networks: Sequence[str]) -> None:
    """Print addresses and the accounts file, and last the word that scripts wait for."""
    topology = load_topology()
    if not site.hub_away:
        print(f"MUT IQ (Bund)                  {site.ports.url(CENTRE, 'gateway')}")
    for code in networks:
        print(f"{topology[code].name:<30} {site.ports.url(code, 'gateway')}")
    print(f"Kennwörter der Konten          {site.paths.accounts}")
    if not site.hub_away:
        print(f"Metriken (Bund)                http://{HOST}:{site.ports.metrics(CENTRE)}/metrics")
    print("bereit", flush=True)


def run() -> None:
    """Start, stay until somebody asks for the end, stop. Raises StartError with one sentence."""
    demo = wanted_demo()
    use_topology(Paths.from_environment())
    networks = wanted_networks(demo)
    site = make_site(networks)
    lock = take_lock(site.paths)
    state = check_demo(site.paths, demo)
    check_standing(site.paths, networks)
    check_ports(site, networks)
    state.save(site.paths)
    # The client library reads this at import; each child then names the folder of its own network.
    os.environ[MULTIPROC] = str(site.paths.metrics("supervisor"))
    site.paths.metrics("supervisor").mkdir(parents=True, exist_ok=True)
    ensure_accounts(site.paths, networks, site.ports)
    supervisor = Supervisor(site.paths.log, lambda children: write_processes(site.paths, _rows(children)))
    try:
        _keep_running(site, networks, supervisor)
    except Stopped:
        print("\nWird beendet …", flush=True)
    finally:
        supervisor.stop()
        _mark_ready(site.paths, ready=False)
        lock.close()


def _keep_running(site: Site, networks: Sequence[str], supervisor: Supervisor) -> None:
    paths = site.paths
    start(site, networks, supervisor)
    supervisor.run_job(
        Child("seed", lambda: seed_structure(paths, networks), job=True), SEED_SECONDS * max(1, len(networks))
    )
    _mark_ready(paths, ready=True)
    announce(site, networks)
    if load := DEMOS.get(State.load(paths).holds or "none"):
        supervisor.add(Child("demo", lambda: load(paths, networks), job=True, tier=3))
    supervisor.run(lambda: take_in(site, newcomers(paths), supervisor))


def _mark_ready(paths: Paths, *, ready: bool) -> None:
    state = State.load(paths)  # jobs have written to it in the meantime
    state.ready = ready
    state.save(paths)


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
