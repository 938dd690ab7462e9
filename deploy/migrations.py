"""What an upgrade does to databases on which code of the last release still runs: `python -m deploy.migrations`.

A rolling upgrade, and a way back, need every migration to leave the old code its tables: it may add (expand). What the
old code would miss or trip over (contract) is a migration of a later release than the one that made it needless; it
says so by `contracts = "00NN"`, the number of that first step. docs/upgrade.md: a table changed in two releases.
"""

import io
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from shared.database import SERVICES

RELEASES = Path(__file__).with_name("releases.toml")
CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\S+)")
NEW_COLUMN = re.compile(r"ALTER TABLE (\S+) ADD COLUMN (\S+)")
ON_TABLE = re.compile(r"(?:ALTER TABLE|DROP TABLE|TRUNCATE(?: TABLE)?|CREATE UNIQUE INDEX \S+ ON) (?:IF EXISTS )?(\S+)")
TARGETS = re.compile(r"\(([^()]*)\)")
# What code that does not know of the change would miss or be refused.
BREAKING = {
    "drops a table": re.compile(r"^DROP TABLE|^TRUNCATE"),
    "drops a column": re.compile(r" DROP COLUMN "),
    "renames": re.compile(r" RENAME "),
    "changes a type": re.compile(r" ALTER COLUMN \S+ (?:SET DATA )?TYPE "),
    "demands a value": re.compile(r" ALTER COLUMN \S+ SET NOT NULL"),
    "takes a default away": re.compile(r" ALTER COLUMN \S+ DROP DEFAULT"),
    "adds a column that demands a value": re.compile(r" ADD COLUMN (?!.* DEFAULT ).* NOT NULL"),
    "adds a condition": re.compile(r" ADD CONSTRAINT \S+ (?:CHECK|EXCLUDE)"),
}
# These bind the old code only where every column they are about was there before.
BINDING = re.compile(r" ADD CONSTRAINT \S+ (?:UNIQUE|FOREIGN KEY|PRIMARY KEY)|^CREATE UNIQUE INDEX ")


@dataclass(frozen=True)
class Migration:
    """A migration: its number, what it is a second step of, and the statements that going up to it executes."""

    service: str
    revision: str
    contracts: str | None
    statements: tuple[str, ...]


def statements_of(upgrade: Callable[[], None]) -> tuple[str, ...]:
    """The SQL that a migration executes, without a database."""
    written = io.StringIO()
    options = {"as_sql": True, "output_buffer": written, "literal_binds": True}
    with Operations.context(MigrationContext.configure(dialect_name="postgresql", opts=options)):
        upgrade()
    return tuple(" ".join(one.split()) for one in written.getvalue().split(";\n") if one.strip())


def migrations(service: str) -> Iterator[Migration]:
    """The history of a service, oldest first."""
    history = ScriptDirectory(str(SERVICES / service / "migrations"))
    for script in reversed(list(history.walk_revisions())):
        contracts = getattr(script.module, "contracts", None)
        yield Migration(service, script.revision, contracts, statements_of(script.module.upgrade))


def breaking(statements: tuple[str, ...]) -> list[str]:
    """What running code of the release before would miss or be refused, in words. Tables made here are nobody's yet."""
    made = {name for one in statements for name in CREATED.findall(one)}
    new = {pair for one in statements for pair in NEW_COLUMN.findall(one)}
    found = []
    for one in statements:
        table = ON_TABLE.match(one)
        if table is None or table[1] in made:
            continue
        found += [f"{what}: {one}" for what, pattern in BREAKING.items() if pattern.search(one)]
        if BINDING.search(one) and not _about_new(one, table[1], new):
            found.append(f"adds a condition: {one}")
    return found


def _about_new(statement: str, table: str, new: set[tuple[str, str]]) -> bool:
    columns = TARGETS.search(statement)
    return columns is not None and any((table, name.strip()) in new for name in columns[1].split(","))


def releases() -> dict[str, dict[str, str]]:
    """The newest migration of each service by release, oldest release first."""
    return tomllib.loads(RELEASES.read_text(encoding="utf-8"))


def refused(migration: Migration, released: str) -> list[str]:
    """Why a migration may not follow a release that went up to `released`; nothing: it may."""
    if migration.revision <= released:
        return []
    found = breaking(migration.statements)
    if migration.contracts is None:
        return found
    if not found:
        return ["is called a second step, but the last release can live with it: please leave `contracts` out"]
    if migration.contracts > released:
        return [f"its first step {migration.contracts} is not in a release yet: please wait for the next one"]
    return []


def main() -> int:
    """Print what comes after the last release, and whether it may. Exit code 1 when something may not."""
    name, last = list(releases().items())[-1]
    bad = 0
    for service, released in last.items():
        for migration in migrations(service):
            if migration.revision > released:
                sys.stdout.write(f"{service} {migration.revision}: " + ";\n    ".join(migration.statements) + "\n")
                bad += len(problems := refused(migration, released))
                sys.stdout.writelines(f"  refused: {problem}\n" for problem in problems)
    sys.stdout.write(f"since {name}: {bad} refused\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
