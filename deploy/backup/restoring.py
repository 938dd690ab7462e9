"""A network, the centre or the whole server of a local run goes back to a moment; what is not named stays as it is."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.place import Place
from deploy.backup.recovery import RECOVERY_SECONDS, Moment, flush, lay_out, reaching, recovered
from deploy.life.archive import dump, running
from deploy.life.forgetting import forget_again
from deploy.life.hub import Refused
from deploy.life.resealing import seal_restored
from deploy.life.restoring import AGAIN, RECORDING, replace_database, tell_again
from deploy.local.databases import database_name
from deploy.local.postgres import Postgres
from deploy.local.processes import Site, services_of
from shared.topology import CENTRE, load_topology

ALL = "all"
SIGN_OUT = "DELETE FROM sign_in"
OLD = "postgres.before"
"""The data folder that a whole restore replaced."""


def restore_to(site: Site, place: Place, network: str, moment: Moment, keys: Mapping[str, str]) -> str:
    """Put a network, the centre (`de`) or the whole server (`all`) back to a moment; nothing of it may run.

    What is restored forgets again whom the erasure journal names, before anybody can ask for it, signs everybody out,
    and tells the network's own reporting the last day again. `keys`: of then, where data was sealed anew since.
    Returns what was done; raises Refused.
    """
    if network not in {ALL, CENTRE, *load_topology()}:
        raise Refused(f"Unbekanntes Netzwerk: {network}; möglich sind {CENTRE} {' '.join(load_topology())} oder {ALL}.")
    if moment is not None and moment > datetime.now(UTC):
        raise Refused(f"{moment:%d.%m.%Y, %H:%M:%S} UTC liegt in der Zukunft.")
    places = [network] if network != ALL else _replace_server(site, place, moment)
    with running(site.postgres):
        if network != ALL:
            _take_databases(site, place, network, moment)
        told = "".join(_settled(site, one, moment, keys) for one in places)
    what = {ALL: "Der ganze Server", CENTRE: "Die Zentrale"}.get(network, network)
    if network == ALL:
        before = f" Der Stand von vorher liegt in {OLD}: bitte löschen, wenn alles stimmt."
        told += f"{before * (site.paths.base / OLD).exists()} Bitte neu sichern."
    when = f"vom {moment:%d.%m.%Y, %H:%M:%S} UTC" if moment else "am Ende des Archivs"
    return f"{what} ist auf dem Stand {when}.{told}"


def _take_databases(site: Site, place: Place, network: str, moment: Moment) -> None:
    """Its databases of then from a copy made aside; all are read before the first one of today goes."""
    flush(site.postgres, place)
    with tempfile.TemporaryDirectory(prefix="iq-restored-") as folder, recovered(place, moment) as aside:
        names = [database_name(network, service) for service in services_of(network)]
        for name in names:
            dump(aside, name, Path(folder) / name)
        for name in names:
            replace_database(site.postgres, name, Path(folder) / name)


def _replace_server(site: Site, place: Place, moment: Moment) -> Sequence[str]:
    """The data folder of then in the place of today's, which stays beside it; the networks whose databases it has."""
    data, draft, old = site.postgres.data, site.postgres.data.with_name("postgres.draft"), site.paths.base / OLD
    if (data / "PG_VERSION").exists():
        with running(site.postgres):
            flush(site.postgres, place)
    shutil.rmtree(draft, ignore_errors=True)
    settings = lay_out(place, moment, draft)
    # It archives from its first moment on: the way it goes from here has a number of its own there.
    server = Postgres(draft, site.postgres.connections, more={**settings, **site.postgres.more})
    with reaching(moment), running(server, RECOVERY_SECONDS):
        pass
    shutil.rmtree(old, ignore_errors=True)
    if data.exists():
        data.rename(old)
    draft.rename(data)
    with running(site.postgres), site.postgres.connect() as connection:
        found = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    return [code for code in (CENTRE, *load_topology()) if database_name(code, "reporting") in found]


def _settled(site: Site, network: str, moment: Moment, keys: Mapping[str, str]) -> str:
    """Nobody erased is back, nobody signed in, and what reporting may have missed comes again; a sentence on it."""
    with site.postgres.connect(database_name(network, "gateway")) as connection:
        connection.execute(SIGN_OUT)
    if network == CENTRE:
        return ""
    for service in RECORDING:
        tell_again(site, database_name(network, service), (moment or datetime.now(UTC)) - AGAIN)
    shutil.rmtree(site.broker(network).folder / "store", ignore_errors=True)
    gone = forget_again(site, network)
    erased = f"Gelöschte Personen laut Löschjournal: {gone}." if gone else "Kein Löschjournal."
    return f" {network}: {erased}{seal_restored(site, network, keys)}"
