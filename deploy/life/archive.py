"""The backup of a network: databases, keys, certificate and entry, in one folder that only its owner may enter.

The recording services' databases come first, reporting's last: what they had published by then, reporting has or gets
again (`restoring`). The regional stream is not kept: it holds nothing that the outboxes do not.
"""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from deploy.life.hub import Refused
from deploy.local.databases import database_name
from deploy.local.paths import read_json, write_json, write_private
from deploy.local.postgres import SUPERUSER, Postgres, become, programs, server_identity
from deploy.local.processes import REGION_SERVICES, Site
from shared.topology import Network, load_topology

START_SECONDS = 60.0
RETENTION = "retention.toml"
"""The network's own periods of retention, where it has any."""
BACKUP, INVITATION = "backup", "invitation"
"""What a folder is; one of before `kind` was written is a backup."""


def back_up(site: Site, network: str, folder: Path) -> str:
    """Write the backup into a new or empty folder. Returns what was done; raises Refused."""
    if network not in load_topology():
        raise Refused(f"Unbekanntes Netzwerk: {network}; möglich sind {' '.join(load_topology())}.")
    empty_folder(folder)
    made_at = datetime.now(UTC)
    with running(site.postgres):
        for service in REGION_SERVICES:
            dump(site.postgres, database_name(network, service), folder / f"{service}.dump")
    keep_identity(site, network, folder)
    for name, path in (("accounts", site.paths.accounts), ("structure", site.paths.structure)):
        write_json(folder / f"{name}.json", _own(network, read_json(path, [] if name == "accounts" else {})))
    if (periods := site.paths.retention(network)).exists():
        write_private(folder / RETENTION, periods.read_text(encoding="utf-8"))
    describe(site, network, folder, BACKUP, made_at)
    return f"{network} ist gesichert in {folder}. Der Ordner enthält Personendaten und Schlüssel: bitte verschlüsseln."


def empty_folder(folder: Path) -> None:
    """Make the folder that only its owner may enter. Raises Refused when something is in it."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} ist nicht leer: bitte einen neuen Ordner nennen.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def describe(site: Site, network: str, folder: Path, kind: str, made_at: datetime | None = None) -> None:
    """Write whose the folder is, of which kind, since when, and where the network reaches its hub."""
    entry = {name: _plain(value) for name, value in asdict(load_topology()[network]).items()}
    made = (made_at or datetime.now(UTC)).isoformat()
    found = {"network": entry, "kind": kind, "made_at": made, "hub": site.hub_url(network)}
    write_json(folder / "network.json", found)


def keep_identity(site: Site, network: str, folder: Path) -> None:
    """Write the network's keys and certificate, with the authority it trusts, into a backup."""
    own = {name: value for name, value in site.keys.values.items() if name.startswith(f"{network}.")}
    write_json(folder / "keys.json", own)
    write_json(folder / "folder-trust-list.json", read_json(site.paths.trust_list, {"keys": []}))
    files = site.authority.files(network)
    for source, name in ((files.certificate, "leaf.pem"), (files.authority, "ca.crt")):
        if Path(source).exists():
            shutil.copyfile(source, folder / name)
            (folder / name).chmod(0o600)


def entry_of(folder: Path) -> tuple[Network, datetime, str]:
    """Whose backup it is, when it was begun, and where its hub was. Raises Refused when it is none."""
    try:
        found = read_json(folder / "network.json", {})
        entry = found["network"]
        for name in ("valid_from", "valid_to"):
            entry[name] = entry[name] and date.fromisoformat(entry[name])
        return Network(**entry), datetime.fromisoformat(found["made_at"]), found["hub"]
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{folder} ist keine vollständige Sicherung eines Netzwerks.") from None


@contextlib.contextmanager
def running(postgres: Postgres, seconds: float = START_SECONDS) -> Iterator[None]:
    """Have PostgreSQL run: as it does already, or for the moment. Raises Refused with its words when it does not start.

    The end is quick and in order (SIGINT): who is still connected is sent away.
    """
    if postgres.ready():
        yield
        return
    postgres.initialise()
    change = become(server_identity())
    with tempfile.TemporaryFile("w+b") as log:
        process = subprocess.Popen(postgres.command(), cwd="/", preexec_fn=change, stdout=log, stderr=log)  # noqa: PLW1509 - no thread runs yet
        try:
            end = time.monotonic() + seconds
            while not postgres.ready():
                if process.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise Refused(f"PostgreSQL startet nicht in {postgres.data}: {_reason(log.read().decode())}")
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _reason(log: str) -> str:
    """The last line in which a server says why it gave up; whom it did not let in while it started, it says too."""
    told = [line.partition("FATAL:")[2].strip() for line in log.splitlines() if "FATAL:" in line]
    return next((line for line in reversed(told) if not line.startswith("the database system is ")), "ohne Angabe")


def tool(postgres: Postgres, program: str, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL as administrator. Raises Refused with its words."""
    command = [programs() / program, "--host", postgres.socket_folder, "--username", SUPERUSER, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise Refused(f"{program} ist gescheitert: {(run.stderr.strip().splitlines() or ['ohne Angabe'])[0]}")


def dump(postgres: Postgres, database: str, path: Path) -> None:
    """Write a database into a file that only its owner reads. Raises Refused."""
    path.touch(mode=0o600)
    tool(postgres, "pg_dump", "--format=custom", "--file", path, database)


def _own(network: str, found: Any) -> Any:
    if isinstance(found, list):
        return [entry for entry in found if entry["region"] == network]
    return {code: entry for code, entry in found.items() if code == network}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
