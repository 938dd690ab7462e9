"""A command for a network signals what runs, never who has the number of a process that a killed run left listed."""

import json
import os
import signal
from pathlib import Path

import pytest

from deploy.life import __main__ as life
from deploy.local.checks import take_lock
from deploy.local.keys import Keys
from deploy.local.paths import Paths
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import Site

LISTED = [{"name": "rp.counselling", "pid": 77, "port": 8207}, {"name": "sn.counselling", "pid": 78, "port": 8214}]


def test_only_processes_of_a_run_that_lives_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: told.append((pid, number)))
    paths = Paths(tmp_path)
    paths.processes.write_text(json.dumps(LISTED), encoding="utf-8")
    site = Site(paths, Ports(), Keys.load(paths), Postgres(tmp_path / "postgres"))
    life.restart(site, "rp")
    assert told == []
    with take_lock(paths):
        life.restart(site, "rp")
    assert told == [(77, signal.SIGTERM)]
