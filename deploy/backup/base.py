"""A base copy of a running server, checked file by file, and what is no longer needed because of it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from deploy.backup.archiving import SUFFIX
from deploy.backup.place import Base, Place
from deploy.backup.programs import call
from deploy.life.hub import Refused

KEEP_DAYS = 14
"""What is older goes, but for the newest copy (docs/privacy.md: how long somebody erased is there)."""
SERVER = "SELECT system_identifier::text, clock_timestamp(), current_setting('archive_mode') FROM pg_control_system()"


def take_base(place: Place, address: str, keep_days: int = KEEP_DAYS) -> Base:
    """Copy the server at a libpq address, verify the copy, note it, and let go what is older than `keep_days`.

    Raises Refused: when it does not archive here, is another server than before, or the copy is not what it was.
    """
    place.prepare()
    server, begun = _asked(place, address)
    name = f"{begun:%Y%m%dT%H%M%SZ}"
    draft = place.bases / f"{name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        call("pg_basebackup", f"--dbname={address}", "-D", draft, "--checkpoint=fast", "--manifest-checksums=SHA256")
        call("pg_verifybackup", "--quiet", draft)
        segment = _first_segment(place, draft)
    except Refused:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.rename(place.bases / name)
    base = Base(name, server, begun, _asked(place, address)[1], segment)
    place.keep(base)
    prune(place, base.ended, keep_days)
    place.note("base", base.ended)
    return base


def prune(place: Place, now: datetime, keep_days: int = KEEP_DAYS) -> list[str]:
    """Let go base copies that ended more than `keep_days` ago, never the newest, and the log before the oldest kept.

    What is left reaches back to the oldest copy, not further. Returns the names of the copies that went.
    """
    known = place.known()
    old = [base for base in known[:-1] if base.ended < now - timedelta(days=keep_days)]
    for base in old:
        (place.bases / f"{base.name}.json").unlink()  # first: half a copy is none
        shutil.rmtree(place.bases / base.name, ignore_errors=True)
    for path in place.bases.iterdir():
        if path.is_dir() and not path.with_suffix(".json").exists() and path.suffix != ".part":
            shutil.rmtree(path, ignore_errors=True)  # left by a run that died
    if kept := known[len(old) :]:
        oldest = min(base.segment for base in kept)
        call("pg_archivecleanup", "--clean-backup-history", f"--strip-extension={SUFFIX}", place.log, oldest)
    return [base.name for base in old]


def _asked(place: Place, address: str) -> tuple[str, datetime]:
    """Which server it is and what time it has."""
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            ((server, now, mode),) = connection.execute(SERVER).fetchall()
    except psycopg.OperationalError as error:
        raise Refused(f"Der Server antwortet nicht: {str(error).strip().splitlines()[-1]}") from None
    if mode == "off":
        raise Refused(
            f"Der Server archiviert nicht: bitte mit IQ_BACKUPS={place.folder} starten, oder ihm die Zeilen von "
            f"`python -m deploy.backup settings {place.folder}` geben."
        )
    for other in {base.server for base in place.known()} - {server}:
        raise Refused(f"{place.folder} gehört zu einem anderen Server ({other}): bitte einen neuen Ordner nennen.")
    return server, now.astimezone(UTC)


def _first_segment(place: Place, copy: Path) -> str:
    """The segment that recovery begins with, as the copy's label says. Raises Refused when it is not archived here."""
    line = (copy / "backup_label").read_text(encoding="utf-8").splitlines()[0]
    segment = line.rpartition("(file ")[2].rstrip(")")
    if not (place.log / f"{segment}{SUFFIX}").exists():  # the server waits for its archive before it ends a copy
        raise Refused(f"Der Server archiviert nicht nach {place.log}: bitte `archive_command` ansehen.")
    return segment
