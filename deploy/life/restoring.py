"""A network comes back from its backup: in its old place, or on a new machine (`moving`)."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import sql

from deploy.life.archive import INVITATION, RETENTION, entry_of, running, tool
from deploy.life.forgetting import forget_again
from deploy.life.hub import Refused
from deploy.life.resealing import seal_restored
from deploy.local.added import enter
from deploy.local.databases import database_name
from deploy.local.paths import Paths, read_json, write_json, write_private
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES, Site
from deploy.local.standing import Standing
from deploy.local.state import State
from shared.topology import load_topology

RECORDING = ("registration", "counselling")
# Longer than reporting ever lags while it is healthy; what it has already, it knows again by id and revision.
AGAIN = timedelta(days=1)
TELL_AGAIN = (
    "UPDATE outbox SET delivered_at = NULL WHERE destination = 'region' AND parked_reason IS NULL AND created_at > %s"
)


def restore(site: Site, folder: Path, hub_url: str = "") -> str:
    """Put a network back to the state of a backup; nothing of it may run. Returns what was done; raises Refused.

    Where nothing was before, hub and centre run elsewhere: at `hub_url`, or where the backup says.

    What it recorded later is lost here; the centre knows of it and lists it to both sides, and no number is used twice
    (ADR 0013). Who was erased later is erased again, as the journal outside the backups says (`forgetting`). What is
    sealed by a key of before is sealed by today's.
    """
    entry, made_at, hub = entry_of(folder)
    network = entry.code
    if read_json(folder / "network.json", {}).get("kind") == INVITATION:
        raise Refused(f"{folder} ist eine Einladung: bitte `make network-accept FROM={folder.name}`.")
    if network not in load_topology():
        enter(site.paths, entry)
    with running(site.postgres):
        for service in REGION_SERVICES:
            replace_database(site.postgres, database_name(network, service), folder / f"{service}.dump")
        for service in RECORDING:
            tell_again(site, database_name(network, service), made_at - AGAIN)
    shutil.rmtree(site.broker(network).folder / "store", ignore_errors=True)
    if not (site.paths.tls / "ca.pem").exists() and network not in _present(site.paths):
        _settle(site, network, folder, hub_url or hub)
    _files(site.paths, network, folder)
    with running(site.postgres):
        gone = forget_again(site, network)
        sealed = seal_restored(site, network, read_json(folder / "keys.json", {}))
    told = f" Gelöschte Personen laut Löschjournal: {gone}." if gone else " Es gibt kein Löschjournal für das Netzwerk."
    return f"{network} ist auf dem Stand von {made_at:%d.%m.%Y, %H:%M} UTC.{told}{sealed}"


def replace_database(postgres: Postgres, name: str, dump: Path) -> None:
    """Put what a dump holds in the place of a database. Raises Refused; what cannot be read leaves what is there."""
    draft = f"restored_{name}"
    identifiers = {"name": sql.Identifier(name), "draft": sql.Identifier(draft)}
    with postgres.connect() as connection:
        for statement in ("DROP DATABASE IF EXISTS {draft} WITH (FORCE)", "CREATE DATABASE {draft}"):
            connection.execute(sql.SQL(statement).format(**identifiers))
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--dbname", draft)
    tool(postgres, "pg_restore", *options, dump)  # the next start migrates it and gives the services their rights
    with postgres.connect() as connection:
        for statement in ("DROP DATABASE IF EXISTS {name} WITH (FORCE)", "ALTER DATABASE {draft} RENAME TO {name}"):
            connection.execute(sql.SQL(statement).format(**identifiers))


def tell_again(site: Site, name: str, since: datetime) -> None:
    """Have a recording service's outbox tell the network's own reporting again what it told since then."""
    with site.postgres.connect(name) as connection:
        connection.execute(TELL_AGAIN, (since,))


def _present(paths: Paths) -> Any:
    return {name.partition(".")[0] for name in read_json(paths.keys, {})}


def _settle(site: Site, network: str, folder: Path, hub_url: str) -> None:
    """A restored network on a new machine has its structure and its records already."""
    state = State.load(site.paths)
    state.holds, state.seeded = state.holds or "none", [*state.seeded, network]
    state.save(site.paths)
    adopt(site, network, folder, hub_url)


def adopt(site: Site, network: str, folder: Path, hub_url: str) -> None:
    """Take over keys and certificate on a new machine; in the old place those of today stay, which the hub knows."""
    standing = Standing.load(site.paths)
    standing.hub = hub_url
    standing.save(site.paths)
    site.keys.values |= read_json(folder / "keys.json", {})
    site.keys.save()
    known = folder / "folder-trust-list.json"  # a backup of before has none: then sheets of others are unknown there
    write_json(site.paths.trust_list, read_json(known, {"keys": []}))
    files = site.authority.files(network)
    for name, target in (("leaf.pem", files.certificate), ("ca.crt", files.authority)):
        write_private(Path(target), (folder / name).read_text())


def _files(paths: Paths, network: str, folder: Path) -> None:
    """Accounts and ids of the demo's carriers, which the databases refer to, and the network's own periods."""
    accounts = [entry for entry in read_json(paths.accounts, []) if entry["region"] != network]
    write_json(paths.accounts, accounts + read_json(folder / "accounts.json", []))
    write_json(paths.structure, read_json(paths.structure, {}) | read_json(folder / "structure.json", {}))
    periods = paths.retention(network)
    if (folder / RETENTION).exists() and not periods.exists():  # else those of today count
        write_private(periods, (folder / RETENTION).read_text(encoding="utf-8"))
