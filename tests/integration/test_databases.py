"""Databases are copies of a migrated template; what they hold outlives a new start (design 2)."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from deploy.local.databases import database_name, ensure_databases, make_template
from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from shared import database as histories
from tests.support.owner import owner_of
from tests.support.waiting import wait_for

SERVICES = ("registration", "counselling", "reporting", "gateway")


@pytest.mark.parametrize("service", SERVICES)
def test_a_copy_is_at_the_newest_revision(database: Callable[[str], str], postgres: Postgres, service: str) -> None:
    engine = create_engine(database(service))
    assert "alembic_version" in inspect(engine).get_table_names()
    engine.dispose()
    assert make_template(postgres, service).endswith(histories.head(service))


@pytest.mark.parametrize("service", SERVICES)
def test_tables_and_migrations_agree(database: Callable[[str], str], service: str) -> None:
    files = (ROOT / "services" / service).rglob("tables.py")  # a package of a service has rows of its own
    modules = [import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in files]
    found = [row for module in modules for row in vars(module).values()]
    names = {getattr(row, "__tablename__", "") for row in found if isinstance(row, type) and issubclass(row, SQLModel)}

    def ours(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        return reflected or kind != "table" or name in names  # the metadata of all services is one

    engine = create_engine(database(service))
    with engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True}
        different = compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)
    engine.dispose()
    assert different == []


def test_two_services_that_make_the_role_at_once_do_not_collide(database: Callable[[str], str]) -> None:
    other, own = (owner_of(database(service)) for service in ("counselling", "gateway"))
    role = "iq_made_twice"
    url = f"postgresql+psycopg://{own.info.user}@/{own.info.dbname}?host={own.info.host}"
    with other, own, ThreadPoolExecutor() as beside:
        with other.transaction():
            other.execute(f"CREATE ROLE {role} LOGIN")
            making = beside.submit(histories.grant, url, role)
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%iq_made%'"
            wait_for(lambda: own.execute(waiting).fetchone() == (1,))
        making.result()
        rights = own.execute("SELECT has_table_privilege(%s, 'sign_in', 'INSERT')", (role,))
        assert rights.fetchone() == (True,)


def test_two_copies_share_nothing(database: Callable[[str], str], postgres: Postgres) -> None:
    first, second = (database("counselling").split("@/")[1].split("?")[0] for _ in range(2))
    with postgres.connect(first) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    with postgres.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_a_second_start_keeps_what_is_there(postgres: Postgres) -> None:
    wanted = [("zz", "counselling")]
    ensure_databases(postgres, wanted)
    with postgres.connect(database_name("zz", "counselling")) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    ensure_databases(postgres, wanted)
    with postgres.connect(database_name("zz", "counselling")) as connection:
        row = connection.execute("SELECT version_num, to_regclass('kept')::text FROM alembic_version").fetchone()
    assert row == (histories.head("counselling"), "kept")


def test_postgresql_listens_on_its_socket_only(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event = 'advisory'"


def test_replicas_that_start_at_once_migrate_one_after_the_other(postgres: Postgres) -> None:
    name, command = database_name("zz", "gateway"), [sys.executable, "-m", "shared.migrate", "gateway"]
    with postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    env = os.environ | {"IQ_DATABASE_URL": postgres.url(name)}
    with postgres.connect(name) as first, postgres.connect() as watch:
        first.execute("SELECT pg_advisory_lock(hashtext('migrate'))")  # as if one were at it
        replicas = [subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        wait_for(lambda: watch.execute(WAITING, [name]).fetchone() == (2,), 20)
        assert first.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,)
        first.execute("SELECT pg_advisory_unlock(hashtext('migrate'))")
        told = [replica.communicate(timeout=30)[1] for replica in replicas]
        assert [replica.returncode for replica in replicas] == [0, 0], told
        found = first.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(histories.head("gateway"),)]


def test_tables_that_a_newer_release_made_are_left_to_it(database: Callable[[str], str], postgres: Postgres) -> None:
    """An older instance that starts again during a rolling upgrade, and the way back after one."""
    url = database("gateway")
    name = str(make_url(url).database)
    with postgres.connect(name) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9000'")
        connection.execute(f"REVOKE UPDATE ON sign_in FROM {histories.ROLE}")
        histories.migrate("gateway", postgres.url(name))
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9000",)
        asked = "SELECT has_table_privilege(%s, 'sign_in', 'UPDATE')"
        assert connection.execute(asked, [histories.ROLE]).fetchone() == (False,), "the newer one knows why"
        for unknown in ("0000", "x"):
            connection.execute("UPDATE alembic_version SET version_num = %s", [unknown])
            with pytest.raises(CommandError):
                histories.migrate("gateway", postgres.url(name))


def test_a_migration_makes_nobody_wait_behind_it(database: Callable[[str], str], postgres: Postgres) -> None:
    """An import holds a table for minutes; who waits for it to change it would hold everyone else."""
    name = str(make_url(database("gateway")).database)
    with postgres.connect(name) as connection:
        connection.execute(
            "ALTER TABLE sign_in DROP COLUMN jury_represents; ALTER TABLE account DROP COLUMN jury_represents"
        )
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
        with connection.transaction():
            connection.execute("LOCK TABLE account IN ACCESS SHARE MODE")
            with pytest.raises(OperationalError, match="lock timeout"):
                histories.migrate("gateway", postgres.url(name))
        histories.migrate("gateway", postgres.url(name))
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (histories.head("gateway"),)
