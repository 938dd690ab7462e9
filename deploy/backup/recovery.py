"""A copy of a server as it was at a moment, made aside from a base copy and the archived log."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from deploy.backup.archiving import SUFFIX, recovering
from deploy.backup.place import Base, Place
from deploy.life.archive import running
from deploy.life.hub import Refused
from deploy.local.postgres import Postgres, let_enter, server_identity

RECOVERY_SECONDS = 3600.0
ARCHIVE_SECONDS = 60.0
Moment = datetime | None
"""When to go back to; None: as far as the archive goes."""
# Its commit is a moment that recovery can stop at: on an idle server nothing else comes after the one asked for.
MARK = "SELECT pg_current_xact_id()"
TOO_SHORT = "recovery ended before configured recovery target was reached"
SEGMENT = "SELECT pg_walfile_name(pg_current_wal_insert_lsn())"


def flush(postgres: Postgres, place: Place) -> None:
    """Have a running server archive all it has until now. Raises Refused when it does not get through."""
    with postgres.connect() as connection:
        connection.execute(MARK)
        ((segment,),) = connection.execute(SEGMENT).fetchall()
        connection.execute("SELECT pg_switch_wal()")
    end = time.monotonic() + ARCHIVE_SECONDS
    while not (place.log / f"{segment}{SUFFIX}").exists():
        if time.monotonic() > end:
            raise Refused(f"Der Server archiviert nicht nach {place.log}: bitte sein Protokoll ansehen.")
        time.sleep(0.05)


def base_for(place: Place, moment: Moment) -> Base:
    """The newest base copy from before a moment. Raises Refused when there is none."""
    known = place.known()
    fit = [base for base in known if moment is None or base.ended <= moment]
    if not fit:
        told = f"sie beginnen am {known[0].ended:%d.%m.%Y um %H:%M:%S} UTC" if known else "es gibt keine"
        raise Refused(f"So weit zurück reichen die Sicherungen in {place.folder} nicht: {told}.")
    return fit[-1]


def lay_out(place: Place, moment: Moment, data: Path, timeline: str = "latest") -> dict[str, str]:
    """Copy the base copy for a moment into a new data folder, which recovers when a server is started on it.

    Returns the settings that server needs for it. Raises Refused, OSError.
    """
    base = base_for(place, moment)
    if data.exists() and any(data.iterdir()):
        raise Refused(f"{data} ist nicht leer: bitte einen neuen Ordner nennen.")
    sockets = shutil.ignore_patterns(".s.PGSQL.*")  # of the server that was copied
    shutil.copytree(place.bases / base.name, data, dirs_exist_ok=True, ignore=sockets)
    (data / "recovery.signal").touch()
    data.chmod(0o700)
    if identity := server_identity():
        for folder, _, names in os.walk(data):
            for path in (Path(folder), *(Path(folder, name) for name in names)):
                os.chown(path, identity.pw_uid, identity.pw_gid)
        let_enter(data)
    return recovering(place.log, moment.isoformat() if moment else "", timeline)


@contextlib.contextmanager
def recovered(place: Place, moment: Moment, timeline: str = "latest") -> Iterator[Postgres]:
    """The server of a moment, running aside for as long as it is needed; then it and its folder go.

    Raises Refused, also when the archive does not reach that far.
    """
    with tempfile.TemporaryDirectory(prefix="iq-recovery-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        settings = lay_out(place, moment, data, timeline)
        aside = Postgres(data, durable=False, more=settings | {"archive_mode": "off"})
        with reaching(moment), running(aside, RECOVERY_SECONDS):
            yield aside


@contextlib.contextmanager
def reaching(moment: Moment) -> Iterator[None]:
    """Says in a sentence where to go on when the archive does not reach a moment. Raises Refused."""
    try:
        yield
    except Refused as refusal:
        if moment is None or TOO_SHORT not in str(refusal):
            raise
        told = f"Das Archiv reicht nicht bis {moment:%d.%m.%Y, %H:%M:%S} UTC"
        raise Refused(f"{told}: ohne Zeitpunkt wird alles wiederhergestellt, was da ist.") from None
