"""What PostgreSQL is told so that no change is lost: each finished segment of its log goes into a folder, compressed.

Needs only the standard library and a shell with gzip, so that an operator can give the same lines to another server.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

ARCHIVE_SECONDS = 60
"""A segment is archived when it is full, and as soon as it has had something for so long: what can be lost at most."""
SUFFIX = ".gz"


def archiving(folder: Path) -> dict[str, str]:
    """Settings of a server that archives into `folder`, which its user may write to and nobody else reads."""
    return {
        "wal_level": "replica",
        "max_wal_senders": "4",
        "archive_mode": "on",
        "archive_timeout": str(ARCHIVE_SECONDS),
        # The checkpointer begins before the server is up, and then sleeps until its first checkpoint is due, whatever
        # archive_timeout says: by default nothing is archived for five minutes (seen with PostgreSQL 18.6).
        "checkpoint_timeout": str(ARCHIVE_SECONDS),
        "archive_command": _storing(folder),
    }


def recovering(folder: Path, target: str = "", timeline: str = "latest") -> dict[str, str]:
    """Settings of a server that recovers from `folder` to the moment `target`, else as far as the archive goes.

    It lets nobody in before it is there, and then goes on as a server of its own.
    """
    settings = {
        "restore_command": _fetching(folder),
        "recovery_target_timeline": timeline,
        "recovery_target_action": "promote",
        "hot_standby": "off",
        "wal_level": "replica",
    }
    return settings | ({"recovery_target_time": target} if target else {})


def as_lines(settings: Mapping[str, str]) -> str:
    """The same as lines of a configuration file."""
    return "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())


def _storing(folder: Path) -> str:
    # Never over another one, and never half a file under the right name; the same one again is fine, as after a crash.
    place = f"{_quoted(folder)}/%f{SUFFIX}"
    stored = f"gzip -1 < %p > {place}.part && sync {place}.part && mv {place}.part {place}"
    return f"if test -f {place}; then gzip -dc {place} | cmp -s - %p; else {stored}; fi"


def _fetching(folder: Path) -> str:
    place = f"{_quoted(folder)}/%f{SUFFIX}"
    return f"test -f {place} && gzip -dc {place} > %p"


def _quoted(folder: Path) -> str:
    return shlex.quote(str(folder)).replace("%", "%%")
