"""The supervisor: a fallen child comes back, a failing one is named, the end comes in order."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.children import Child
from deploy.local.paths import ROOT
from tests.support.waiting import wait_for

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the supervisor of `tests/support/supervised.py`."""
    made: list[subprocess.Popen[str]] = []

    def begin(kind: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.support.supervised", str(tmp_path), kind]
        made.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return made[-1]

    yield begin
    for process in made:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def pids(folder: Path) -> dict[str, int]:
    """Process ids of the children, as the supervisor tells them."""
    with suppress(FileNotFoundError):
        return dict(json.loads((folder / "processes.json").read_text()))
    return {}


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def ignores_sigterm(pid: int) -> bool:
    """Whether a process ignores the polite signal."""
    status = dict(line.split(":\t") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return bool(int(status["SigIgn"], 16) & 1 << signal.SIGTERM - 1)


def read_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_killed_child_comes_back_with_a_new_process(start: Start, tmp_path: Path) -> None:
    process = start("good")
    assert read_line(process) == "ready"
    before = pids(tmp_path)["upper"]
    os.kill(before, signal.SIGKILL)
    after = wait_for(lambda: (pid := pids(tmp_path)["upper"]) and pid != before and pid)
    assert alive(after)


def test_the_end_comes_in_order_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    process = start("good")
    assert read_line(process) == "ready"
    children = pids(tmp_path)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert [read_line(process) for _ in range(3)] == ["stopping", "upper ended", "base ended"]
    assert not [pid for pid in children.values() if alive(pid)]


def test_a_child_that_does_not_listen_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("stubborn")
    assert read_line(process) == "ready"
    children = pids(tmp_path)
    wait_for(lambda: ignores_sigterm(children["upper"]))
    process.send_signal(signal.SIGTERM)
    assert process.wait(25) == 0
    assert not [pid for pid in children.values() if alive(pid)]


def test_children_end_when_the_supervisor_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("good")
    assert read_line(process) == "ready"
    children = pids(tmp_path)
    wait_for(lambda: all((tmp_path / f"{name}.log").read_text() == "up\n" for name in children))
    process.kill()
    wait_for(lambda: not [pid for pid in children.values() if alive(pid)])


def test_a_child_that_fails_is_named_with_its_log(start: Start, tmp_path: Path) -> None:
    process = start("failing")
    lines: list[str] = []
    while not lines or "scheitert" not in lines[-1]:
        lines.append(read_line(process))
    assert lines[-1] == f"upper ist gescheitert; Näheres steht in {tmp_path / 'upper.log'}."
    assert "gone wrong" in (tmp_path / "upper.log").read_text()


def test_pauses_between_starts_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.children.time.monotonic", lambda: 1000.0)
    child = Child("x", lambda: None)
    child.started = 1000.0
    pauses = []
    for _ in range(8):
        child.ended(256)
        pauses.append(child.due - 1000.0)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    child.started = 900.0  # it lived long enough to be called healthy
    child.ended(256)
    assert child.due == 1000.5
