"""`python -m deploy.backup COMMAND`: base copies and ways back, of the local run and of any other PostgreSQL."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup.archiving import archiving, as_lines
from deploy.backup.base import KEEP_DAYS, prune, take_base
from deploy.backup.place import Place, choose, chosen, moment_of
from deploy.backup.recovery import Moment, lay_out
from deploy.backup.restoring import restore_to
from deploy.life.archive import running
from deploy.life.hub import Refused
from deploy.local.added import use_topology
from deploy.local.checks import make_site, take_lock
from deploy.local.paths import Paths
from deploy.local.postgres import SUPERUSER
from deploy.local.processes import Site
from deploy.local.supervisor import StartError
from shared.topology import load_topology

LATEST = "latest"


def main() -> None:
    """Do one step; a refusal is one sentence and exit code 1."""
    options = _options()
    try:
        print(options.run(options))
    except (Refused, StartError, ValueError, OSError) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)


def _settings(options: argparse.Namespace) -> str:
    return as_lines(archiving(Place(options.folder.resolve()).log)).rstrip()


def _base(options: argparse.Namespace) -> str:
    if options.server:
        if options.to is None:
            raise Refused("Bitte mit --to den Ordner der Sicherungen nennen.")
        return _taken(Place(options.to.resolve()), options.server, options.keep_days)
    site, place = _local(options.to)
    with running(site.postgres):
        return _taken(place, f"host={site.postgres.socket_folder} user={SUPERUSER} dbname=postgres", options.keep_days)


def _taken(place: Place, address: str, keep_days: int) -> str:
    base = take_base(place, address, keep_days)
    return (
        f"Gesichert und geprüft: {place.bases / base.name}. Jeder Zeitpunkt ab {base.ended:%d.%m.%Y, %H:%M:%S} UTC "
        "lässt sich wiederherstellen. Der Ordner enthält Personendaten: bitte verschlüsseln und nicht bei den "
        "Schlüsseln aufheben."
    )


def _restore(options: argparse.Namespace) -> str:
    site, place = _local(options.source)
    lock = take_lock(site.paths)
    try:
        keys = json.loads(options.keys.read_text(encoding="utf-8")) if options.keys else {}
        return restore_to(site, place, options.network, _moment(options.at), keys)
    finally:
        lock.close()


def _recover(options: argparse.Namespace) -> str:
    place, data = Place(options.folder.resolve()), options.data.resolve()
    settings = lay_out(place, _moment(options.at), data, options.timeline)
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as lines:
        lines.write(as_lines(settings))
    return f"Bereit: PostgreSQL mit {data} starten; es nimmt erst Verbindungen an, wenn es so weit ist."


def _prune(options: argparse.Namespace) -> str:
    gone = prune(Place(options.folder.resolve()), datetime.now(UTC), options.keep_days)
    return f"Gelöscht: {' '.join(gone) or 'nichts'}."


def _local(folder: Path | None) -> tuple[Site, Place]:
    """The local run and where it archives to; a folder that is named stays its own. Raises Refused."""
    paths = Paths.from_environment()
    use_topology(paths)
    if folder is not None:
        choose(paths, Place(folder.resolve()))
    place = chosen(paths)
    if place is None:
        raise Refused("Bitte einen Ordner für die Sicherungen nennen, zum Beispiel TO=../sicherungen.")
    return make_site(list(load_topology())), place


def _moment(text: str) -> Moment:
    return None if text == LATEST else moment_of(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: object, text: str, *places: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=text)
        found.set_defaults(run=run)
        for place in places:
            found.add_argument(place, type=Path)
        return found

    command("settings", _settings, "lines for the configuration of a server of your own", "folder")
    base = command("base", _base, "copy a running server and verify the copy")
    base.add_argument("--to", type=Path, help="folder of the backups; the local run keeps it")
    base.add_argument("--server", default="", help="libpq address of a server of your own")
    back = command("restore", _restore, "put a network, de or all of the local run back to a moment")
    back.add_argument("network")
    back.add_argument("--from", dest="source", type=Path, help="folder of the backups, if not the one of the run")
    back.add_argument("--keys", type=Path, help="keys.json of then, kept apart")
    recover = command("recover", _recover, "lay out a data folder that recovers when it is started", "folder", "data")
    recover.add_argument("--timeline", default=LATEST)
    for one in (back, recover):
        one.add_argument("--at", default=LATEST, help="moment, UTC unless it says otherwise; without: all there is")
    for one in (base, command("prune", _prune, "let go what is older than it may be", "folder")):
        one.add_argument("--keep-days", type=int, default=KEEP_DAYS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
