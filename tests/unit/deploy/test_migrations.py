"""Every migration lets the code of the last release go on running: expand first, contract a release later."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import op

from deploy.migrations import Migration, breaking, migrations, refused, releases, statements_of

SERVICES = ("counselling", "gateway", "registration", "reporting")
LAST = list(releases().values())[-1]


@pytest.mark.parametrize("service", SERVICES)
def test_what_comes_after_the_last_release_lets_its_code_run_on(service: str) -> None:
    found = {one.revision: problems for one in migrations(service) if (problems := refused(one, LAST[service]))}
    assert not found, "bitte in zwei Schritten: docs/upgrade.md"


@pytest.mark.parametrize("service", SERVICES)
def test_a_release_names_migrations_that_exist(service: str) -> None:
    known = [one.revision for one in migrations(service)]
    named = [release[service] for release in releases().values()]
    assert set(named) <= set(known)
    assert named == sorted(named)


def test_the_history_shows_what_the_rule_is_for() -> None:
    """These broke running code of the day before; they are older than the first release."""
    found = {one.revision: breaking(one.statements) for one in migrations("counselling")}
    assert [text.partition(":")[0] for text in found["0015"]] == ["demands a value", "takes a default away"]
    assert not found["0014"]
    assert "drops a column: ALTER TABLE fact DROP COLUMN body" in breaking(
        next(one.statements for one in migrations("reporting") if one.revision == "0002")
    )


def note() -> sa.Column[str]:
    return sa.Column("note", sa.String(), nullable=True)


BAD: dict[str, Callable[[], object]] = {
    "drops a table": lambda: op.drop_table("person"),
    "drops a column": lambda: op.drop_column("person", "name"),
    "renames": lambda: op.alter_column("person", "name", new_column_name="full_name"),
    "changes a type": lambda: op.alter_column("person", "name", type_=sa.Integer()),
    "demands a value": lambda: op.alter_column("person", "name", nullable=False),
    "takes a default away": lambda: op.alter_column("person", "name", server_default=None),
    "adds a column that demands a value": lambda: op.add_column(
        "person", sa.Column("note", sa.String(), nullable=False)
    ),
    "adds a condition": lambda: op.create_unique_constraint("person_name", "person", ["carrier_id", "name"]),
}
GOOD: dict[str, Callable[[], object]] = {
    "a column that may be empty": lambda: op.add_column("person", note()),
    "a column with a default": lambda: op.add_column(
        "person", sa.Column("note", sa.String(), nullable=False, server_default="")
    ),
    "a table": lambda: (op.create_table("note", note()), op.create_unique_constraint("once", "note", ["note"])),
    "an index": lambda: op.create_index("person_name", "person", ["name"]),
    "less demanded": lambda: op.alter_column("person", "name", nullable=True),
    "a condition on what is new": lambda: (
        op.add_column("person", note()),
        op.create_index("person_note", "person", ["carrier_id", "note"], unique=True),
    ),
}


def migration(upgrade: Callable[[], object], contracts: str | None = None) -> Migration:
    return Migration("registration", "0030", contracts, statements_of(lambda: upgrade() and None))


@pytest.mark.parametrize("what", BAD)
def test_what_old_code_would_miss_or_be_refused_is_found(what: str) -> None:
    (found,) = refused(migration(BAD[what]), "0029")
    assert found.startswith(f"{what}: ")


@pytest.mark.parametrize("what", GOOD)
def test_what_old_code_does_not_notice_is_free(what: str) -> None:
    assert not refused(migration(GOOD[what]), "0029")


def test_the_second_step_waits_for_a_release_with_the_first() -> None:
    assert not refused(migration(BAD["drops a column"], contracts="0029"), "0029")
    assert refused(migration(BAD["drops a column"], contracts="0029"), "0028")
    assert refused(migration(GOOD["an index"], contracts="0029"), "0029"), "no second step at all"
