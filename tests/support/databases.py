"""Fresh databases for tests, made ready in the background: while one test runs, those of the last one are emptied.

Copying a template costs more than all else a small test does; emptying the few tables a test wrote to costs little.
"""

import time
from collections import defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import LiteralString
from uuid import uuid4

from psycopg import Connection, sql

from deploy.local.databases import make_template
from deploy.local.postgres import Postgres

LEAVING_SECONDS = 0.5
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
EMPTY = """
DO $$
DECLARE
    name text;
    found boolean;
    written text[] := '{}';
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO found;
        IF found THEN written := written || format('%I', name); END IF;
    END LOOP;
    IF written <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(written, ', ') || ' CASCADE'; END IF;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$
"""
SHAPE = """
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
    SELECT concat_ws(',', relname, relkind, relowner, relacl, reloptions) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(',', attrelid, attnum, attname, atttypid, attnotnull, attacl) FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(',', conrelid, conname, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(',', tgrelid, tgenabled, pg_get_triggerdef(oid)) FROM pg_trigger
    UNION ALL
    SELECT concat_ws(',', proname, prosrc, proacl) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(',', setdatabase, setrole, setconfig) FROM pg_db_role_setting
    UNION ALL
    SELECT version_num FROM alembic_version
) AS shape (line)
"""
"""Tables, columns, rights, constraints, triggers, functions, settings, revision: what emptying does not restore."""


class Databases:
    """Databases of the services as their migrations leave them: copied from templates, and emptied after each test.

    One whose shape a test has changed, or that somebody still holds open, is never used again.
    """

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._templates: dict[str, str] = {}
        self._shapes: dict[str, str] = {}
        self._ready: dict[str, deque[Future[str]]] = defaultdict(deque)
        self._worker = ThreadPoolExecutor(1, "databases")

    def take(self, service: str) -> str:
        """Name of a fresh database of a service. Raises what went wrong while it was made."""
        if service not in self._templates:
            # Here and not in the background: Alembic keeps its state in the module.
            self._templates[service] = make_template(self.server, service)
            self._order(service)
        ready = self._ready[service]
        if not ready:
            self._order(service)
        return ready.popleft().result()

    def give_back(self, service: str, name: str) -> None:
        """A test is done with a database: another one may have it, empty."""
        self._ready[service].append(self._worker.submit(self._renew, service, name))

    def close(self) -> None:
        """Wait until all is done. Raises what went wrong meanwhile."""
        self._worker.shutdown()
        for ready in self._ready.values():
            for done in ready:
                done.result()

    def _order(self, service: str) -> None:
        self._ready[service].append(self._worker.submit(self._copy, service))

    def _copy(self, service: str) -> str:
        name = f"{service}_{uuid4().hex}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self._templates[service])
        if service not in self._shapes:
            with self.server.connect(name) as connection:
                self._shapes[service] = _shape(connection)
        return name

    def _renew(self, service: str, name: str) -> str:
        if self._left(name):
            with self.server.connect(name) as connection:
                connection.execute(EMPTY)
                if _shape(connection) == self._shapes[service]:
                    return name
        self._execute("DROP DATABASE {} WITH (FORCE)", name)
        return self._copy(service)

    def _left(self, name: str) -> bool:
        """Whether nobody is connected any more; a connection that was closed just now takes a moment to end."""
        end = time.monotonic() + LEAVING_SECONDS
        with self.server.connect() as connection:
            while connection.execute(CONNECTED, [name]).fetchone() != (0,):
                if time.monotonic() > end:
                    return False
                time.sleep(0.01)
        return True

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self.server.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _shape(connection: Connection) -> str:
    return str((connection.execute(SHAPE).fetchone() or ("",))[0])
