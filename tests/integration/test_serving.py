"""A server that nobody asks sleeps, tells the time when it is asked, and ends when it is told to (shared.serving)."""

import os
import signal
import time
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from shared import serving
from shared.settings import Settings
from tests.support.servers import free_port, listening
from tests.support.waiting import wait_for

ENDED = 7


def wakes(pid: int) -> int:
    """How often a process has gone to sleep of itself."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_an_idle_server_sleeps_and_ends_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "TICK_SECONDS", 60.0)
    port, app = free_port(), FastAPI()
    app.state.settings = Settings.model_construct(network="rp")
    if (child := os.fork()) == 0:
        try:
            serving.serve([(app, "127.0.0.1", port)])
        finally:
            os._exit(ENDED)
    try:
        wait_for(lambda: listening(port))
        assert httpx2.get(f"http://127.0.0.1:{port}/", trust_env=False).headers["date"].endswith("GMT")
        before = wakes(child)
        time.sleep(1.5)
        assert wakes(child) - before < 8  # ten times a second it would be 15
        os.kill(child, signal.SIGTERM)
        wait_for(lambda: os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT), 20)
    finally:
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == ENDED
