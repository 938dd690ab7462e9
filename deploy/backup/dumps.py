"""`python -m deploy.backup.dumps FOLDER`: notes the dumps of a night that are whole, and lets go those that are old.

The dumps are made by PostgreSQL's own programs in the CronJob `backup` (deploy/k8s/jobs/backup), which calls this last.
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.backup.place import Place

KEEP_DAYS = 14
FORMAT = "%Y%m%dT%H%M%SZ"


def keep_dumps(folder: Path, now: datetime, keep_days: int = KEEP_DAYS) -> list[str]:
    """Note the newest dumps and let go those of more than `keep_days` ago, never the newest; names of what went.

    A folder has its name since all dumps in it were read to their ends; one that ends in `.part` is not whole. Raises
    ValueError when there is none of the last day.
    """
    made = {path: _made_at(path) for path in folder.glob("*Z") if path.is_dir()}
    newest = max(made.values(), default=None)
    if newest is None or now - newest > timedelta(days=1):
        raise ValueError(f"In {folder} liegt keine vollständige Sicherung des letzten Tages.")
    old = [path for path, when in made.items() if when < now - timedelta(days=keep_days)]
    for path in (*old, *folder.glob("*Z.part")):
        shutil.rmtree(path)
    Place(folder).note("dump", newest)
    return sorted(path.name for path in old)


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.name, FORMAT).replace(tzinfo=UTC)


def main() -> None:
    """Do it for the folder that is named; a refusal is one sentence and exit code 1."""
    try:
        gone = keep_dumps(Path(sys.argv[1]), datetime.now(UTC))
    except ValueError as refusal:
        sys.exit(str(refusal))
    print(f"Gesichert; ältere Sicherungen gelöscht: {len(gone)}.")


if __name__ == "__main__":
    main()
