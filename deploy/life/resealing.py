"""A network's confidential data and drafts change to a new key: the new one beside the old, until nothing needs it."""

import asyncio
import contextlib
import os
import secrets
import signal
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from deploy.life.archive import running
from deploy.life.changes import known
from deploy.life.hub import Refused
from deploy.local.checks import what_runs
from deploy.local.databases import database_name
from deploy.local.processes import Site, answers_ready
from deploy.resealing import lost, reseal_database, told
from services.counselling.resealing import Tally
from shared.database import ROLE, migrate

SERVICES = ("counselling", "gateway")
"""Who seals."""
READY_SECONDS = 60.0


def reseal(site: Site, network: str) -> str:
    """Seal everything anew under a new key and forget the old one. Returns what was done; raises Refused.

    Stopped in the middle it goes on with the same key when called again. The key that signs and makes keyed hashes
    stays: references of imports are kept as such hashes only, and could not be made anew.
    """
    known(site, network)
    begin(site, network)
    take_up(site, network)
    with running(site.postgres):
        records, drafts = seal_anew(site, network, site.keys.sealing(network))
    if records.lost:
        raise Refused(lost(records))
    del site.keys.values[f"{network}.sealing_before"]
    site.keys.save()
    take_up(site, network)
    return f"{network}: {told(records, drafts)} Der alte Schlüssel ist vergessen."


def begin(site: Site, network: str) -> None:
    """Make the new key and keep the one before beside it, unless that was done already."""
    if f"{network}.sealing_before" in site.keys.values:
        return
    before, *_ = site.keys.sealing(network)
    site.keys.values |= {f"{network}.sealing_before": before, f"{network}.sealing": secrets.token_urlsafe(48)}
    site.keys.save()


def seal_anew(site: Site, network: str, keys: Sequence[str]) -> tuple[Tally, Tally]:
    """Seal what is in the network's database by the first of the keys. PostgreSQL must run."""
    name = database_name(network, "counselling")
    with ThreadPoolExecutor(1) as pool:  # a thread of its own: the caller may run a loop already
        return pool.submit(asyncio.run, reseal_database(site.postgres.url(name, ROLE), keys)).result()


def seal_restored(site: Site, network: str, of_backup: Mapping[str, str]) -> str:
    """What a backup holds sealed by a key of before is sealed by today's; a sentence, empty where keys are the same."""
    names = (f"{network}.sealing", f"{network}.sealing_before", f"{network}.signing")
    then = [of_backup[name] for name in names if name in of_backup]
    now = site.keys.sealing(network)
    if not then or then[0] == now[0]:
        return ""
    migrate("counselling", site.postgres.url(database_name(network, "counselling")))  # the backup may be older
    records, drafts = seal_anew(site, network, (*now, *then))
    return f" {lost(records) if records.lost else told(records, drafts)}"


def take_up(site: Site, network: str) -> None:
    """Have the services that run take up the keys of now; whoever sealed with others has ended then. Raises Refused."""
    before = _serving(site, network)
    for pid in {*before.values()}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + READY_SECONDS
    while before and not _renewed(site, network, before):
        if time.monotonic() > end:
            raise Refused(f"{network} kommt nicht wieder: bitte die Protokolle ansehen und den Befehl wiederholen.")
        time.sleep(0.1)


def _serving(site: Site, network: str) -> dict[str, int]:
    """Processes of the services that seal, by name; none where the network does not run here."""
    rows = {row["name"]: row["pid"] for row in what_runs(site.paths)}
    found = {name: rows[name] for service in SERVICES if (name := f"{network}.{service}") in rows}
    return {name: pid for name, pid in found.items() if _alive(pid)}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _renewed(site: Site, network: str, before: Mapping[str, int]) -> bool:
    now = _serving(site, network)
    others = now.keys() == before.keys() and not {*now.values()} & {*before.values()}
    return others and all(answers_ready(site.ports.service(network, service)) for service in SERVICES)
