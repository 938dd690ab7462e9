"""What PostgreSQL says of a network's databases: one short connection per scrape, with the rights of any role.

A role that is a member of `pg_monitor` also sees what sessions of other roles do; else their state is `hidden`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from psycopg.rows import namedtuple_row

from deploy.watch.measures import (
    DATABASE_BLOCKS,
    DATABASE_CONNECTIONS,
    DATABASE_CONNECTIONS_MAX,
    DATABASE_DEADLOCKS,
    DATABASE_OLDEST,
    DATABASE_SIZE,
    DATABASE_TRANSACTIONS,
    DATABASE_UP,
    WAL_ARCHIVED,
    WAL_FAILURES,
)
from deploy.watch.readings import Readings

SECONDS = 2  # the least that libpq waits for a connection
STATES = ("active", "idle", "idle in transaction")  # told also when there is none

STATISTICS = """
    SELECT d.datname AS name, d.datallowconn AND has_database_privilege(d.oid, 'CONNECT') AS open,
        pg_database_size(d.oid) AS size, s.xact_commit AS committed, s.xact_rollback AS rolled_back,
        s.blks_hit AS cached, s.blks_read AS read, s.deadlocks
    FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid WHERE d.datname = ANY(%s)
"""
SESSIONS = """
    SELECT CASE WHEN datname = ANY(%s) THEN datname ELSE 'other' END AS name, coalesce(state, 'hidden') AS state,
        count(*) AS sessions, coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) AS oldest
    FROM pg_stat_activity
    WHERE datname IS NOT NULL AND pid <> pg_backend_pid()
        AND coalesce(backend_type, 'client backend') = 'client backend'
    GROUP BY 1, 2
"""
# Without anything to archive a segment is not changed. An idle server has only its own notes in the newest one.
ARCHIVER = """
    SELECT failed_count AS failures,
        CASE WHEN position.file_offset < %s AND last_archived_wal < position.file_name
            AND left(last_archived_wal, 24) = pg_walfile_name(pg_current_wal_lsn() - position.file_offset - 1)
        THEN extract(epoch FROM now())
        ELSE extract(epoch FROM coalesce(last_archived_time, pg_postmaster_start_time())) END AS archived
    FROM pg_stat_archiver, pg_walfile_name_offset(pg_current_wal_lsn()) AS position
    WHERE current_setting('archive_mode') <> 'off'
"""
OWN_NOTES_BYTES = 1024


@dataclass(frozen=True, eq=False)
class DatabaseWatch(Collector):
    """The databases `names` of a network on one server, at the address of one of them (`postgresql://…`)."""

    network: str
    url: str
    names: Sequence[str]

    def collect(self) -> Iterator[Metric]:
        """All the server says; only that it is down where it does not answer within two seconds."""
        readings = Readings(self.network)
        try:
            with self._connect() as connection:
                self._tell(readings, connection)
        except psycopg.Error:
            readings = Readings(self.network)
            for name in self.names:
                readings.tell(DATABASE_UP, 0, name)
        yield from readings

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self.url,
            autocommit=True,
            connect_timeout=SECONDS,
            options=f"-c statement_timeout={SECONDS}s -c application_name=iq-watch",
            row_factory=namedtuple_row,
        )

    def _tell(self, readings: Readings, connection: psycopg.Connection[Any]) -> None:
        names = list(self.names)
        found = {row.name: row for row in connection.execute(STATISTICS, [names])}
        for name in names:
            readings.tell(DATABASE_UP, float(name in found and found[name].open), name)
        for row in found.values():
            tell_database(readings, row)
        tell_sessions(readings, found, list(connection.execute(SESSIONS, [names])))
        limit = connection.execute("SELECT current_setting('max_connections')::int AS most").fetchone()
        readings.tell(DATABASE_CONNECTIONS_MAX, limit.most if limit else 0)
        for row in connection.execute(ARCHIVER, [OWN_NOTES_BYTES]):
            readings.tell(WAL_ARCHIVED, float(row.archived))
            readings.tell(WAL_FAILURES, row.failures)


def tell_sessions(readings: Readings, found: Iterable[str], rows: Sequence[Any]) -> None:
    """Sessions by state, and the oldest transaction of each database that was found."""
    sessions = {(name, state): 0 for name in found for state in STATES}
    for (name, state), count in (sessions | {(row.name, row.state): row.sessions for row in rows}).items():
        readings.tell(DATABASE_CONNECTIONS, count, name, state)
    for name in found:
        readings.tell(DATABASE_OLDEST, max((float(row.oldest) for row in rows if row.name == name), default=0), name)


def plain_url(url: str) -> str:
    """An address as the database's own library reads it: without the driver that SQLAlchemy wants named."""
    scheme, colon, rest = url.partition(":")
    return f"{scheme.partition('+')[0]}{colon}{rest}"


def tell_database(readings: Readings, row: Any) -> None:
    """Size, transactions, blocks, deadlocks of one database."""
    readings.tell(DATABASE_SIZE, row.size, row.name)
    for outcome in ("committed", "rolled_back"):
        readings.tell(DATABASE_TRANSACTIONS, getattr(row, outcome), row.name, outcome)
    readings.tell(DATABASE_BLOCKS, row.cached, row.name, "cache")
    readings.tell(DATABASE_BLOCKS, row.read, row.name, "disk")
    readings.tell(DATABASE_DEADLOCKS, row.deadlocks, row.name)
