"""`make reset`: delete the local state, unless a federation runs from it."""

import contextlib
import shutil
import sys

from deploy.local.checks import take_lock
from deploy.local.paths import Paths
from deploy.local.supervisor import StartError

OURS = (
    "accounts.json",
    "structure.json",
    "processes.json",
    "state.json",
    "standing.json",
    "joining",
    "topology.toml",
    "archive.json",
    "secrets",
    "postgres",
    "postgres.before",
    "postgres.draft",
    "nats",
    "logs",
    "metrics",
    "lock",
)


def main() -> None:
    """Delete the folder; what is not ours is left alone."""
    paths = Paths.from_environment()
    if not paths.lock.exists():
        print("Es gibt keinen lokalen Zustand.")
        return
    try:
        lock = take_lock(paths)
    except StartError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    for name in OURS:
        shutil.rmtree(paths.base / name, ignore_errors=True)
        (paths.base / name).unlink(missing_ok=True)
    lock.close()
    with contextlib.suppress(OSError):  # somebody keeps something else there
        paths.base.rmdir()
    print(f"{paths.base} ist gelöscht.")


if __name__ == "__main__":
    main()
