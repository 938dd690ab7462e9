"""Child processes of a local run: forked from a parent that has imported everything, in a session of their own."""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
M_MMAP_THRESHOLD = -3
LARGE = 1 << 20
MAX_LOG_BYTES = 20_000_000
BACKOFF_SECONDS = 0.5
MAX_BACKOFF_SECONDS = 30.0
STABLE_SECONDS = 30.0


@dataclass(slots=True)
class Child:
    """A process to keep alive. `work` runs in the child; `tier` orders the stop, highest first.

    `patience` is how often it may end before it was ready once; a `job` is done when it ended well.
    """

    name: str
    work: Callable[[], None]
    ready: Callable[[], bool] = lambda: True
    ports: dict[str, int | None] = field(default_factory=dict)
    tier: int = 2
    patience: int = 3
    job: bool = False
    stop_signal: int = signal.SIGTERM
    on_exit: Callable[[int], None] = lambda _pid: None
    pid: int | None = None
    starts: int = 0
    was_ready: bool = False
    exit_code: int | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def start(self, log: Path) -> None:
        """Fork it; its output goes to `log`."""
        self.starts, self.started, self.exit_code = self.starts + 1, time.monotonic(), None
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _run_child(self, log)
        self.pid = pid

    def ended(self, status: int) -> None:
        """Note its end and when it is due again: at once at first, ever later when it keeps failing."""
        pid, self.pid = self.pid, None
        self.exit_code = os.waitstatus_to_exitcode(status)
        if time.monotonic() - self.started > STABLE_SECONDS:
            self.failures = 0
        self.due = time.monotonic() + min(MAX_BACKOFF_SECONDS, BACKOFF_SECONDS * 2**self.failures)
        self.failures += 1
        if pid is not None:
            self.on_exit(pid)

    @property
    def finished(self) -> bool:
        """Whether it is a job that has done its work."""
        return self.job and self.exit_code == 0

    def signal(self, number: int) -> None:
        """Send a signal if it runs."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def program(command: Sequence[str], before: Callable[[], None] = lambda: None, folder: str = "/") -> Callable[[], None]:
    """Work of a child that becomes another program."""

    def run() -> None:
        before()
        die_with_parent()  # changing the user forgets it
        os.chdir(folder)
        os.execv(command[0], list(command))  # noqa: S606 - our own programs, no shell

    return run


def die_with_parent() -> None:
    """Have the kernel stop this process when its parent is gone (Linux), so that no port stays taken."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def give_large_back() -> None:
    """Have glibc give memory back once it is free, of what is larger than a megabyte; children inherit it.

    Else it keeps what one password took for the next one: 19 MB in each thread that ever checked one.
    """
    if sys.platform == "linux" and hasattr(LIBC, "mallopt"):
        LIBC.mallopt(M_MMAP_THRESHOLD, LARGE)


def _run_child(child: Child, log: Path) -> None:
    code = 1
    try:
        _prepare(child.name, log)
        child.work()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it was belongs in the log, never in the parent's stack
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _prepare(name: str, log: Path) -> None:
    os.setsid()  # Ctrl-C reaches the supervisor only, which stops the rest in order
    die_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (handle, 1), (handle, 2)):
        os.dup2(source, target)
    with contextlib.suppress(OSError):  # the name that ps and top show, where there is /proc
        Path("/proc/self/comm").write_text(name[:15], encoding="ascii")
