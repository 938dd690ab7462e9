"""PostgreSQL: engines, sessions and the Alembic history of each service."""

from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from asyncpg import InterfaceError, PostgresConnectionError
from sqlalchemy import create_engine, event, exc, make_url, pool, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

SessionFactory = async_sessionmaker[AsyncSession]

SERVICES = Path(__file__).parent.parent / "services"
ROLE = "iq_service"
"""Database role of the services; migrations run as the owner of the tables."""
RIGHTS = (
    (  # the role is the server's: services of other databases may make it in the same moment
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{0}') THEN CREATE ROLE {0} LOGIN; END IF;"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    ),
    "GRANT USAGE ON SCHEMA public TO {0}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {0}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {0}",
    (
        "DO $$ BEGIN IF to_regclass('audit_seal') IS NOT NULL THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_seal FROM {0}; END IF;"
        " IF to_regclass('parked_decision') IS NOT NULL THEN"
        " REVOKE UPDATE, DELETE, TRUNCATE ON parked_decision FROM {0}; END IF; END $$"
    ),
)


# Those of the driver come bare while a connection is being made.
AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, InterfaceError, PostgresConnectionError, OSError)
"""The database is away, full or busy; trying again later helps."""
IDLE_SECONDS = 60
_STATES = ("08", "40", "53", "55", "57", "58")  # SQLSTATE: connection, rollback, resources, state, operator, system


def _named(context: ExceptionContext) -> exc.OperationalError | None:
    """The driver has one error for much; what passes by itself gets a name of its own."""
    error, lost = context.original_exception, context.is_disconnect
    # A task that is cancelled within a statement must end: a cancellation is no error of the database.
    if isinstance(error, Exception) and (lost or str(getattr(error, "sqlstate", "")).startswith(_STATES)):
        return exc.OperationalError(None, None, error, hide_parameters=True, connection_invalidated=lost)
    return None


def _left(_connection: object, entry: Any) -> None:
    entry.info["left"] = monotonic()


def _still_open(_connection: object, entry: Any, _proxy: object) -> None:
    """The driver hears when the server ends a connection: nothing needs to be asked of it before each use.

    One that the server is about to end is not taken.
    """
    if entry.driver_connection.is_closed() or monotonic() - entry.info.get("left", inf) > 0.9 * IDLE_SECONDS:
        raise exc.DisconnectionError


def make_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """Engine for `postgresql+psycopg://…`, over asyncpg; connects on first use, never at import.

    Timestamps are read and written in UTC. The connection used last is used next, and the server ends those that were
    not needed for a minute: an idle service holds one or two.
    """
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=5,
        pool_use_lifo=True,
        hide_parameters=True,  # values of a statement are records; they belong in no message
        connect_args={
            "server_settings": {"timezone": "UTC", "idle_session_timeout": f"{IDLE_SECONDS}s"},
            "timeout": 10,
        },
    )
    event.listen(engine.sync_engine, "checkin", _left)
    event.listen(engine.sync_engine, "checkout", _still_open)
    event.listen(engine.sync_engine, "handle_error", _named, retval=True)
    return engine


def session_factory(engine: AsyncEngine) -> SessionFactory:
    """Sessions of an engine. Only the edge (API, consumer, worker) opens and commits them."""
    return async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


async def answers(engine: AsyncEngine) -> bool:
    """Whether the database answers; for `/readyz`."""
    async with engine.connect() as connection:
        return bool(await connection.scalar(select(1)) == 1)


def _config(service: str, url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / service / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(service: str, url: str, role: str = ROLE) -> None:
    """Bring the database at `url` to the newest state of the service's Alembic history; `url` is the owner's.

    Afterwards the services' `role` may read and write all rows, but only add to the audit. Replicas that start at once
    do it one after the other; the lock ends with its connection. A database that a newer release has brought further
    stays as it is.
    """
    with create_engine(url, poolclass=pool.NullPool).connect() as alone:
        alone.execute(text("SELECT pg_advisory_lock(hashtext('migrate'))"))
        try:
            command.upgrade(_config(service, url), "head")
        except CommandError as error:
            if head(service) < str(getattr(error.__cause__, "argument", "")) <= "9999":
                return  # of a newer release, which knows better who may do what; this code runs on it (docs/upgrade.md)
            raise
        grant(url, role)


def grant(url: str, role: str) -> None:
    """Give the services' role its rights, and make it where it is missing. Raises ValueError for an odd name."""
    if not role.isidentifier():
        raise ValueError(f"not a plain name: {role}")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        for statement in RIGHTS:
            connection.execute(text(statement.format(role)))
    engine.dispose()


def head(service: str) -> str:
    """Newest revision of a service's history; names its template database."""
    revision = ScriptDirectory.from_config(_config(service)).get_current_head()
    if revision is None:
        raise LookupError(f"no migrations for service {service}")
    return revision
