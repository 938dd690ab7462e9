"""A local run in tests: what `make run` starts, in a folder and on ports of its own."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from deploy.local.federation import busy_ports, needed_ports
from deploy.local.ports import Ports
from tests.support.waiting import wait_for

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0


@dataclass
class LocalRun:
    """A running federation; `account(region, role)` is one of its accounts."""

    folder: Path
    ports: Ports
    process: subprocess.Popen[bytes]
    output: Path
    lock: IO[str]

    def account(self, region: str, role: str) -> dict[str, Any]:
        """The first account of a region with a role."""
        accounts = json.loads((self.folder / "accounts.json").read_text())
        return next(entry for entry in accounts if (entry["region"], entry["role"]) == (region, role))

    def signing_key(self, network: str) -> str:
        """The key of a network's services, as its own processes have it."""
        return str(json.loads((self.folder / "secrets" / "keys.json").read_text())[f"{network}.signing"])

    def pid(self, name: str) -> int:
        """Process id of e.g. `rp.counselling`, now."""
        processes = json.loads((self.folder / "processes.json").read_text())
        return int(next(entry["pid"] for entry in processes if entry["name"] == name))

    def stop(self) -> int:
        """Stop everything and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self.lock.close()
        return code


def claim_offset(networks: Sequence[str]) -> tuple[int, IO[str]]:
    """A port offset whose ports are free, and the lock by which other test processes see it is taken.

    Only the last of these reaches ports that are also handed to outgoing connections (32,768 and above).
    """
    for offset in (10_000, 15_000, 20_000, 5_000, 25_000):
        lock = (Path(tempfile.gettempdir()) / f"iq-offset-{offset}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        if not busy_ports(needed_ports(Ports(offset), networks)):
            return offset, lock
        lock.close()
    raise AssertionError("every port offset is taken")


def start_local_run(folder: Path, regions: str, demo: str = "none", **more: str) -> LocalRun:
    """Start a federation on the first free port offset, with `more` in its environment, and wait for `bereit`."""
    offset, lock = claim_offset(regions.split())
    environment = os.environ | {
        "IQ_LOCAL_DIR": str(folder),
        "IQ_PORT_OFFSET": str(offset),
        "REGIONS": regions,
        "DEMO": demo,
        **more,
    }
    output = folder.parent / f"{folder.name}.out"
    with output.open("wb") as target:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.run"], cwd=ROOT, env=environment, stdout=target, stderr=target
        )

    def ready() -> bool:
        text = output.read_text(encoding="utf-8", errors="replace")
        assert process.poll() is None, f"ended with {process.returncode}: {text[-2000:]}"
        return "bereit" in text.splitlines()

    try:
        wait_for(ready, START_SECONDS + 10 * len(regions.split()))
    except AssertionError as error:  # nothing may go on running, and what it said is worth more than how long it took
        process.terminate()
        process.wait(60)
        raise AssertionError(f"{error}: {output.read_text(encoding='utf-8', errors='replace')[-2000:]}") from None
    return LocalRun(folder, Ports(offset), process, output, lock)
