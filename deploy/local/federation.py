"""Starts a federation on this machine: brokers, PostgreSQL, databases, streams, services, in this order."""

import asyncio
import contextlib
import signal
import socket
import subprocess
from collections.abc import Sequence

from deploy.certificates import NoAuthority
from deploy.local.children import Child, program
from deploy.local.databases import ensure_databases
from deploy.local.folder_keys import publish
from deploy.local.nats import Broker
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres, become, server_identity
from deploy.local.processes import (
    Site,
    clean_metrics,
    import_services,
    provision,
    service_children,
    services_of,
    watch_child,
)
from deploy.local.rendering import write_hub, write_region
from deploy.local.supervisor import StartError, Supervisor
from shared.topology import CENTRE

POSTGRES_SECONDS = 60.0
JOB_SECONDS = 120.0
SERVICE_SECONDS = 90.0


def needed_ports(ports: Ports, networks: Sequence[str], *, centre: bool = True) -> list[int]:
    """Every TCP port the federation will listen on."""
    needed = [ports.broker(network) for network in networks] + ([ports.hub, ports.leaf] if centre else [])
    for network in [CENTRE, *networks] if centre else networks:
        needed.append(ports.monitor(network))
        needed += [ports.service(network, service) for service in services_of(network)]
        needed.append(ports.metrics(network))
    return needed


def busy_ports(ports: Sequence[int]) -> list[int]:
    """Those ports that somebody else listens on."""
    busy = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                busy.append(port)
    return busy


def start(site: Site, networks: Sequence[str], supervisor: Supervisor) -> None:
    """Start everything and wait until all `/readyz` answer 200. Raises StartError with one sentence."""
    everyone = site.everyone(networks)
    brokers = _start_brokers(site, everyone, supervisor)
    postgres = _start_postgres(site.postgres, supervisor)
    supervisor.wait_ready([postgres, *brokers], POSTGRES_SECONDS)
    _serve(site, everyone, supervisor)
    supervisor.add(watch_child(site, everyone))


def join(site: Site, network: str, supervisor: Supervisor) -> None:
    """Start a network beside those that run. Raises StartError with one sentence."""
    supervisor.wait_ready(_start_brokers(site, [network], supervisor), POSTGRES_SECONDS)
    _serve(site, [network], supervisor)
    supervisor.add(watch_child(site, [network]))


def _serve(site: Site, everyone: Sequence[str], supervisor: Supervisor) -> None:
    """Databases and streams, then the services."""
    wanted = [(network, service) for network in everyone for service in services_of(network)]
    # Both jobs run while this process, which the services are forked from, imports them.
    jobs = [
        supervisor.add(Child("databases", lambda: ensure_databases(site.postgres, wanted), job=True)),
        supervisor.add(Child("provision", lambda: asyncio.run(provision(site, everyone)), job=True)),
    ]
    _import()
    for job in jobs:
        supervisor.wait_done(job, JOB_SECONDS)
    clean_metrics(site.paths, everyone)
    services = [supervisor.add(child) for child in service_children(site, everyone)]
    supervisor.wait_ready(services, SERVICE_SECONDS)


def _import() -> None:
    try:
        import_services()
    except ImportError as error:
        raise StartError(f"Eine Bibliothek fehlt ({_first_line(error)}): bitte `make setup` ausführen.") from error
    except ValueError as error:
        raise StartError(f"Eine Datei lässt sich nicht lesen ({_first_line(error)}).") from error


def _start_brokers(site: Site, everyone: Sequence[str], supervisor: Supervisor) -> list[Child]:
    children = []
    for network in everyone:
        site.keys.signing(network)
        if network != CENTRE:
            site.keys.folder(network)
        try:
            if network == CENTRE:
                write_hub(site)
            else:
                write_region(site, network)
        except NoAuthority:
            raise StartError(
                f"Das Zertifikat von {network} fehlt oder läuft ab: bitte bei der Zentrale ein neues holen."
            ) from None
        except (FileNotFoundError, ValueError) as error:
            raise StartError(f"Der Nachrichtenserver lässt sich nicht einrichten ({_first_line(error)}).") from error
        children.append(supervisor.add(broker_child(f"{network}.nats", site.broker(network))))
    site.keys.save()  # all are made before the services are forked: they must know the same ones
    publish(site.paths, site.keys)
    return children


def broker_child(name: str, broker: Broker) -> Child:
    """A broker as a supervised child."""

    def ready() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, broker.port), timeout=1):
            return True
        return False

    return Child(name, program(broker.command()), ready, {name: broker.port}, tier=1, patience=3)


def _start_postgres(server: Postgres, supervisor: Supervisor) -> Child:
    try:
        server.initialise()
    except subprocess.CalledProcessError as error:
        reason = _first_line(error.stderr)
        raise StartError(f"PostgreSQL lässt sich nicht einrichten ({reason}).") from error
    except OSError as error:
        raise StartError(f"PostgreSQL lässt sich nicht einrichten ({error}).") from error
    return supervisor.add(postgres_child(server))


def postgres_child(server: Postgres) -> Child:
    """PostgreSQL as a supervised child; SIGINT is its fast shutdown."""
    return Child(
        "postgres",
        program(server.command(), before=become(server_identity())),
        server.ready,
        {"postgres": None},
        tier=0,
        patience=1,
        stop_signal=signal.SIGINT,
    )


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or ["ohne Angabe"])[0]
