"""Real servers for tests: processes on free ports of 127.0.0.1 that can be stopped, killed and started again."""

import contextlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.children import die_with_parent
from deploy.local.nats import executable
from deploy.local.ports import HOST
from deploy.local.postgres import Postgres, server_identity
from tests.support.waiting import wait_for

START_SECONDS = 20.0


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Whether somebody answers on a port."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@dataclass
class Server:
    """A server process: `start` waits until it is ready; its output goes to `log`."""

    command: Sequence[str]
    log: Path
    ready: Callable[[], bool]
    identity: pwd.struct_passwd | None = None
    stop_signal: int = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it is ready. Fails with the end of its log."""
        owner = self.identity
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one call of libc, no lock is taken
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
        wait_for(self._up, START_SECONDS)

    def _up(self) -> bool:
        assert self.process is not None
        code = self.process.poll()
        assert code is None, f"{self.command[0]} ended with {code}: {self.log.read_text()[-2000:]}"
        return self.ready()

    def stop(self) -> None:
        """Stop it in order."""
        self.signal(self.stop_signal)

    def kill(self) -> None:
        """Kill it at once, as a crash would."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal that ends it, and wait for the end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)
            self.process = None


@contextlib.contextmanager
def postgres_server(*, durable: bool = False, disk: str = "") -> Iterator[Postgres]:
    """An empty PostgreSQL; its folder goes at the end. `durable` waits for the disk, for benchmarks."""
    with stoppable_postgres(durable=durable, disk=disk) as (postgres, _):
        yield postgres


@contextlib.contextmanager
def stoppable_postgres(*, durable: bool = False, disk: str = "") -> Iterator[tuple[Postgres, Server]]:
    """An empty PostgreSQL, and its server, to be stopped and started again.

    `disk`, as `256m`, gives it a small disk of its own, in memory. Raises CalledProcessError for who may not mount it.
    """
    # Not pytest's own folder: the server's user may not enter it, and the socket's path must be short.
    base = Path(tempfile.mkdtemp(prefix="iq-pg-"))
    if disk:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk}", "tmpfs", base], check=True, capture_output=True)
    base.chmod(0o755)
    postgres = Postgres(base / "data", connections=200, durable=durable)
    server = Server(postgres.command(), base / "log", postgres.ready, server_identity(), stop_signal=signal.SIGQUIT)
    try:
        postgres.initialise()
        server.start()
        yield postgres, server
    finally:
        server.stop()
        if disk:
            subprocess.run(["umount", "-l", base], check=False)
        shutil.rmtree(base, ignore_errors=True)


@dataclass
class NatsServer(Server):
    """A nats-server with its client port."""

    port: int = 0

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"nats://{HOST}:{self.port}"


def nats_from(config: Path, port: int) -> NatsServer:
    """A nats-server for a configuration file; not yet started."""
    command = [executable(), "-c", str(config)]
    return NatsServer(command, config.with_suffix(".log"), lambda: listening(port), port=port)


@contextlib.contextmanager
def jetstream_server(folder: Path) -> Iterator[NatsServer]:
    """A plain nats-server with JetStream, without accounts; its store lies in `folder`."""
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(f'listen: "{HOST}:{port}"\njetstream {{ store_dir: "{folder / "store"}" }}\n')
    server = nats_from(config, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
