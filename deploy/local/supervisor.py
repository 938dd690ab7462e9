"""The supervisor: keeps children alive, starts the fallen again with growing pauses, stops all of them in order.

One thread and no event loop, so that forking stays safe for as long as it runs.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.children import Child

TICK_SECONDS = 0.05
IDLE_SECONDS = 1.0
STOP_SECONDS = 12.0
SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}


class StartError(Exception):
    """A child does not come up. The message is one sentence for the person at the terminal."""


class Stopped(Exception):
    """Somebody asked for the end (Ctrl-C, SIGTERM)."""


class Supervisor:
    """Runs children; `log(name)` says where their output goes, `changed(children)` hears of each start and end.

    What does not end within `patience` seconds when asked is killed.
    """

    def __init__(
        self,
        log: Callable[[str], Path],
        changed: Callable[[list[Child]], None],
        patience: float = STOP_SECONDS,
    ) -> None:
        self.log, self.changed, self.patience = log, changed, patience
        self.children: list[Child] = []
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)

    def add(self, child: Child) -> Child:
        """Start a child and keep it."""
        self.children.append(child)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.start(self.log(child.name))
        self.changed(self.children)

    def wait_ready(self, children: Iterable[Child], seconds: float) -> None:
        """Wait until each of `children` was ready once. Raises StartError for one that fails or takes longer."""
        waiting, end = list(children), time.monotonic() + seconds
        while waiting:
            self.tick(TICK_SECONDS)
            for child in waiting:
                if child.failures >= child.patience:
                    raise StartError(f"{child.name} startet nicht; Näheres steht in {self.log(child.name)}.")
                child.was_ready = child.pid is not None and child.ready()
            waiting = [child for child in waiting if not child.was_ready]
            if waiting and time.monotonic() > end:
                names = ", ".join(child.name for child in waiting)
                raise StartError(
                    f"Nach {seconds:.0f} Sekunden nicht bereit: {names}; Näheres steht in {self.log(names).parent}."
                )

    def run_job(self, child: Child, seconds: float) -> None:
        """Run a job to its end. Raises StartError when it fails or takes longer."""
        self.wait_done(self.add(child), seconds)

    def wait_done(self, child: Child, seconds: float) -> None:
        """Wait for the end of a job. Raises StartError when it fails or takes longer."""
        end = time.monotonic() + seconds
        while child.exit_code is None and time.monotonic() < end:
            self.tick(TICK_SECONDS)
        if child.exit_code != 0:
            raise StartError(f"{child.name} ist gescheitert; Näheres steht in {self.log(child.name)}.")

    def run(self, beside: Callable[[], None] = lambda: None) -> None:
        """Keep everything alive until somebody asks for the end; `beside` is done now and then."""
        while True:
            self.tick(IDLE_SECONDS)
            beside()

    def tick(self, seconds: float) -> None:
        """Wait for something to happen, at most `seconds`, and act on it. Raises Stopped when asked to stop."""
        due = [child.due for child in self.children if child.pid is None and not child.finished]
        pause = max(0.0, min([seconds, *(moment - time.monotonic() for moment in due)]))
        happened = signal.sigtimedwait(SIGNALS, pause)
        self._reap()
        if happened is not None and happened.si_signo != signal.SIGCHLD:
            raise Stopped
        for child in self.children:
            if child.pid is None and not child.finished and child.due <= time.monotonic():
                self._start(child)

    def _reap(self) -> None:
        for child in self.children:
            if child.pid is not None:
                pid, status = os.waitpid(child.pid, os.WNOHANG)
                if pid:
                    child.ended(status)
                    self.changed(self.children)

    def stop(self) -> None:
        """Stop all children, tier by tier, those that depend on others first; kill what does not end in time."""
        for tier in sorted({child.tier for child in self.children}, reverse=True):
            group = [child for child in self.children if child.tier == tier]
            for child in group:
                child.signal(child.stop_signal)
            end = time.monotonic() + self.patience
            while any(child.pid for child in group):
                if time.monotonic() > end:
                    for child in group:
                        child.signal(signal.SIGKILL)
                signal.sigtimedwait(SIGNALS, TICK_SECONDS)
                self._reap()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
