"""Code of another version beside today's: its work tree, its databases, its processes."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.children import die_with_parent
from deploy.local.databases import copy_template, database_name, make_template
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from shared import database

MIGRATE = "import sys; from shared import database; database.migrate(sys.argv[1], sys.argv[2])"
ISSUE = """
import sys
from shared.security import Principal, issue_token
from shared.vocabulary import Role
who = Principal(f"drill-{sys.argv[1]}", Role(sys.argv[1]), sys.argv[2], (__import__("uuid").UUID(sys.argv[3]),))
print(issue_token(who, sys.argv[4], "services", 3600))
"""
# What a next release might bring: a field, a major version and an event that today's code does not know.
REGISTRY = "shared/contracts/registry.py"
TOMORROW = (
    (
        "shared/contracts/counselling.py",
        "\n\n\nclass FullSession",
        "\n    tomorrow: bool | None = None\n\n\nclass FullSession",
    ),
    (REGISTRY, "\nGROUP = ", "\nGROUP_BEFORE = "),
    (REGISTRY, "\nMEETING = ", "\nMEETING_BEFORE = "),
    (
        REGISTRY,
        "\nEVENTS: ",
        (
            '\nGROUP = EventType(EventName("counselling", "group_held", 2), "group_id", FullGroup, LeanGroup)'
            '\nMEETING = EventType(EventName("registration", "meeting_told"), "meeting_id", FullMeeting, LeanMeeting)'
            "\n\nEVENTS: "
        ),
    ),
    (REGISTRY, "        GROUP,\n", "        GROUP_BEFORE,\n        GROUP,\n"),
    (REGISTRY, "        MEETING,\n", "        MEETING_BEFORE,\n        MEETING,\n"),
)


@dataclass(frozen=True)
class Tree:
    """Code of a version, in a folder of its own: of `today` or another day. `lone`: it leaves tables as they are."""

    folder: Path
    today: bool = False
    lone: bool = False

    @property
    def own_users(self) -> bool:
        """Whether each of its services has a broker user of its own, and a role that may only add to its audit."""
        return (self.folder / "deploy" / "topology.toml").exists()

    def left(self) -> "Tree":
        """The same code on tables that a newer one has changed."""
        return replace(self, lone=True)

    def run(self, code: str, *words: str) -> str:
        """Run some lines of Python with this code. Raises CalledProcessError."""
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def database(self, postgres: Postgres, network: str, service: str) -> str:
        """A database as this code wants it, made or brought to its newest state; its address for the service."""
        name = database_name(network, service)
        with postgres.connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if self.lone:
            return postgres.url(name, database.ROLE) if self.own_users else postgres.url(name)
        if self.today and not known:
            copy_template(postgres, make_template(postgres, service), name)
        else:
            if not known:
                with postgres.connect() as connection:
                    connection.execute(f"CREATE DATABASE {name}")
            self.run(MIGRATE, service, postgres.url(name))
        if self.own_users:
            database.grant(postgres.url(name), database.ROLE)
        return postgres.url(name, database.ROLE) if self.own_users else postgres.url(name)

    def token(self, role: str, network: str, carrier: str, key: str) -> str:
        """A token of someone at a carrier, as this code signs it."""
        return self.run(ISSUE, role, network, carrier, key)

    def start(self, name: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start a service; it writes into a log and ends with this process."""
        command = [sys.executable, "-m", f"services.{name}"]
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one call of libc, no lock is taken
            )


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Tree]:
    """The code of a commit, in a work tree that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="iq-older-") as folder:
        place = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", place, commit], cwd=ROOT, check=True, capture_output=True)
        try:
            yield Tree(place)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", place], cwd=ROOT, check=True, capture_output=True)


@contextlib.contextmanager
def tomorrows() -> Iterator[Tree]:
    """The code of the newest commit with what a next release might bring. Raises ValueError where it has no place."""
    with checked_out("HEAD") as today:
        for name, here, there in TOMORROW:
            file = today.folder / name
            before = file.read_text(encoding="utf-8")
            if before.count(here) != 1:
                raise ValueError(f"{name}: {here!r}")
            file.write_text(before.replace(here, there), encoding="utf-8")
        yield replace(today, today=True)


def commit_of(name: str) -> str:
    """Short name of a commit; without one, the last that is a day older than the newest."""
    asked = (
        ["rev-parse", "--short", name]
        if name
        else ["rev-list", "-1", "--abbrev-commit", "--before=24 hours ago", "HEAD"]
    )
    return subprocess.run(["git", *asked], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
