"""Fresh databases for tests, copied ahead: while one test runs, the next one's are made and the last one's go."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import LiteralString
from uuid import uuid4

from psycopg import sql

from deploy.local.databases import make_template
from deploy.local.postgres import Postgres


class Databases:
    """Copies of the services' migrated templates; nobody gets one that another test has had."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._templates: dict[str, str] = {}
        self._ahead: dict[str, Future[str]] = {}
        self._dropped: list[Future[None]] = []
        self._worker = ThreadPoolExecutor(1, "databases")

    def take(self, service: str) -> str:
        """Name of a fresh database of a service; the next one is ordered."""
        ready = self._ahead.pop(service, None) or self._worker.submit(self._copy, service, self._template(service))
        self._ahead[service] = self._worker.submit(self._copy, service, self._template(service))
        return ready.result()

    def drop(self, name: str) -> None:
        """Delete a database some time soon; who is still connected is thrown out."""
        self._dropped.append(self._worker.submit(self._execute, "DROP DATABASE {} WITH (FORCE)", name))

    def close(self) -> None:
        """Wait until all is done. Raises what went wrong meanwhile."""
        self._worker.shutdown()
        for done in self._dropped:
            done.result()

    def _template(self, service: str) -> str:
        # Migrations run in the thread of the tests: Alembic keeps its state in the module.
        if service not in self._templates:
            self._templates[service] = make_template(self.server, service)
        return self._templates[service]

    def _copy(self, service: str, template: str) -> str:
        name = f"{service}_{uuid4().hex}"
        # Copying files is half the work of copying pages through the log, which pays for large templates in use only.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self.server.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
