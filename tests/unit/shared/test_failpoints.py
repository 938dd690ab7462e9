"""Failpoints and the moved clock: files of a chaos run, inert without the variable and in production."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from shared import clock
from shared.failpoints import clock_error, failpoint

SCRIPT = "from shared.failpoints import failpoint; failpoint('relay.after'); print('alive')"


def comes_by(folder: Path, env: str) -> subprocess.CompletedProcess[str]:
    """A process of the network rp that comes by a place."""
    told = {"IQ_FAULTS": str(folder), "IQ_ENV": env, "IQ_NETWORK": "rp", "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=told, capture_output=True, text=True, check=False)


def test_an_armed_place_kills_the_first_who_comes_by(tmp_path: Path) -> None:
    (tmp_path / "rp.relay.after").touch()
    (tmp_path / "sn.relay.after").touch()
    assert comes_by(tmp_path, "local").returncode == -signal.SIGKILL
    assert comes_by(tmp_path, "local").stdout == "alive\n"
    assert [file.name for file in tmp_path.iterdir()] == ["sn.relay.after"]


def test_in_production_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "rp.relay.after").touch()
    assert comes_by(tmp_path, "prod").stdout == "alive\n"
    assert (tmp_path / "rp.relay.after").exists()


def test_a_clock_is_moved_by_its_file_and_by_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FAULTS", str(tmp_path)), ("ENV", "test"), ("NETWORK", "rp")):
        monkeypatch.setenv(f"IQ_{name}", value)
    assert clock_error() == timedelta()
    before = clock.now()
    (tmp_path / "rp.clock").write_text("172800")
    assert timedelta(days=2) <= clock.now() - before < timedelta(days=2, minutes=1)
    (tmp_path / "rp.clock").write_text("")
    assert clock_error() == timedelta()
    failpoint("nobody.armed.this")
