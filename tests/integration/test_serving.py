"""A server that nobody asks sleeps, tells the time when it is asked, and ends when it is told to (shared.serving)."""

import os
import signal
import time
from pathlib import Path

import httpx2
from fastapi import FastAPI

from shared.serving import serve
from tests.support.servers import free_port, listening
from tests.support.waiting import wait_for


def wakes(pid: int) -> int:
    """How often a process has gone to sleep of itself."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_an_idle_server_sleeps_and_ends_when_it_is_told_to() -> None:
    port = free_port()
    if (child := os.fork()) == 0:
        serve([(FastAPI(), "127.0.0.1", port)])
        os._exit(7)
    try:
        wait_for(lambda: listening(port))
        assert httpx2.get(f"http://127.0.0.1:{port}/", trust_env=False).headers["date"].endswith("GMT")
        before = wakes(child)
        time.sleep(1.5)
        assert wakes(child) - before < 10  # ten times a second it would be 15
        began = time.monotonic()
        os.kill(child, signal.SIGTERM)
        _, status = os.waitpid(child, 0)
        assert (os.waitstatus_to_exitcode(status), time.monotonic() - began < 0.9) == (7, True)
    finally:
        if "status" not in locals():
            os.kill(child, signal.SIGKILL)
