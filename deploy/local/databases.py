"""Databases of a federation: one per network and service, copied from a migrated template (design 2)."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

from deploy.local.postgres import Postgres
from shared import database


def template_name(service: str) -> str:
    """Name of a service's template; it carries role and newest revision: whatever changes makes a new one."""
    return f"template_{service}_{database.ROLE}_{database.head(service)}"


def make_template(server: Postgres, service: str) -> str:
    """Make and migrate the template of a service unless it exists; older ones go. Returns its name."""
    name = template_name(service)
    with server.connect() as connection:
        if name in _names(connection):
            return name
        draft = f"draft_{service}"
        _drop(connection, draft)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
        database.migrate(service, server.url(draft))
        for old in _names(connection):
            if old.startswith(f"template_{service}_"):
                _drop(connection, old)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def copy_template(server: Postgres, template: str, name: str) -> None:
    """Make the database `name` as a copy of a template."""
    with server.connect() as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))


def ensure_databases(server: Postgres, wanted: Sequence[tuple[str, str]]) -> None:
    """Make or migrate the databases of (network, service) pairs; what they hold is kept."""
    with server.connect() as connection:
        existing = _names(connection)
    for service in dict.fromkeys(service for _, service in wanted):
        template = make_template(server, service)
        for network in [network for network, other in wanted if other == service]:
            name = database_name(network, service)
            if name not in existing:
                copy_template(server, template, name)
            elif _revision(server, name) != database.head(service):
                database.migrate(service, server.url(name))
            else:
                database.grant(server.url(name), database.ROLE)  # made before services had a role of their own


def database_name(network: str, service: str) -> str:
    """Name of a service's database in a network."""
    return f"{network}_{service}"


def _names(connection: psycopg.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _revision(server: Postgres, name: str) -> str | None:
    with server.connect(name) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None
