"""`make alerts`: plays every scene, watches what fires and what does not, and writes docs/alerts.md."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.paths import ROOT
from drill.scenes import SCENES, Scene, Stage
from drill.scenes.backups import all_is_new
from tests.support.local_run import start_local_run
from tests.support.prometheus import Prometheus, shortened, watching
from tests.support.servers import free_port

PAGE = ROOT / "docs" / "alerts.md"
CHANGES = {
    "iq:region_waiting:seconds > 300": "iq:region_waiting:seconds > 15",
    "> 300": "> 60",
    "iq:database_oldest_transaction:seconds > 900": "iq:database_oldest_transaction:seconds > 10",
    "iq:broker_store_fill:ratio > 0.7": "iq:broker_store_fill:ratio > 0.0003",
    "iq:nats_errors:increase15m > 100": "iq:nats_errors:increase15m > 5",
    "iq:wal_failures:increase15m > 10": "iq:wal_failures:increase15m > 1",
    "iq:process_restarts:changes1h > 3": "iq:process_restarts:changes1h > 2",
    '{job="iq-verbund"}[1h]': '{job="iq-verbund"}[90s]',
    "[5m]": "[10s]",
    "[30m]": "[20s]",
    "[10m]": "[30s]",
    "[15m]": "[30s]",
    "[1h]": "[30s]",
    "[6h]": "[40s]",
    "offset 10m": "offset 30s",
    "offset 1h": "offset 30s",
}
SECONDS = 240.0
HEARTBEAT_SECONDS = "2"
RECORDS = 5
VOLUME = "size=3g"
HEAD = """# Each alert fired once

`make alerts` starts centre, rp and sn and a real Prometheus that scrapes them every 3 s, saves {records} sessions,
does something to rp (or to the hub), and waits until the alert fires and, once it is undone, until nothing fires any
more. Times and limits as in production are tested by `promtool test rules`; to take minutes only, the copy of the
rules here does not wait (`for`) and looks back half a minute where they look back longer; a network is silent after
60 s instead of 300 s, an outbox inside a network stands after 15 s instead of 300 s, a transaction is open too long
after 10 s instead of 900 s, a hub's store is too full at 0.03 % instead of 70 %, and fewer errors of clients,
failures to archive and restarts are enough (`drill/__main__.py`). Heartbeats come every {heartbeat} s. Database
server, disk and folder of backups are shared by all three here, so that some alerts fire for all; a hub that stands
still silences all networks. What to do when one fires: [runbooks](runbooks/README.md).

Run on {day} at commit {commit}, {seconds:.0f} s in all.

| alert | what was done | fired after | gone after undoing | also fired |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Played:
    """What came of a scene: seconds until the alert fired and until nothing fired any more, and what else fired."""

    scene: Scene
    fired: float
    gone: float
    others: tuple[str, ...]

    def line(self) -> str:
        """Its row of the table."""
        also = ", ".join(self.others) or "–"
        return f"| {self.scene.alert} | {self.scene.done} | {self.fired:.0f} s | {self.gone:.0f} s | {also} |\n"


def waited(probe: Callable[[], bool], what: str) -> float:
    """Seconds until `probe` is true. Raises TimeoutError after four minutes."""
    started = time.monotonic()
    while not probe():
        if time.monotonic() - started > SECONDS:
            raise TimeoutError(what)
        time.sleep(0.25)
    return time.monotonic() - started


def play(scene: Scene, stage: Stage, prometheus: Prometheus) -> Played:
    """Strike, see the alert with its labels, heal, see quiet."""
    seen: set[str] = set()

    def firing() -> list[dict[str, str]]:
        now = prometheus.firing()
        seen.update(f"{alert['alertname']} ({place(alert)})" for alert in now)
        return now

    def fires() -> bool:
        wanted = scene.labels.items()
        return any(alert["alertname"] == scene.alert and wanted <= alert.items() for alert in firing())

    waited(lambda: not prometheus.firing(), f"{prometheus.firing()} before {scene.done}")
    scene.strike(stage)
    try:
        fired = waited(fires, f"{scene.alert} does not fire: {scene.done}")
    finally:
        scene.heal(stage)
    gone = waited(lambda: not firing(), f"{scene.alert} does not end")
    return Played(scene, fired, gone, tuple(sorted(seen - {f"{scene.alert} ({place(scene.labels)})"})))


def place(labels: dict[str, str]) -> str:
    """The network of an alert, or the one whose process it is about."""
    return labels.get("network") or labels.get("scope") or "nobody"


@contextlib.contextmanager
def volume(folder: Path) -> Iterator[Path]:
    """A volume of its own, as the disk must not be filled for an exercise. Ends the program when it may not mount."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", VOLUME, "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        sys.exit("Die Übung braucht einen eigenen Datenträger: bitte als root ausführen (mount -t tmpfs).")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def main() -> None:
    """Play all scenes and write the page; with names of alerts only theirs, and write nothing.

    Exit code 1, and no page, when one of them did not come out as it must.
    """
    os.environ["IQ_HEARTBEAT_SECONDS"] = HEARTBEAT_SECONDS
    begun, wanted = time.monotonic(), sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="iq-drill-") as name, volume(Path(name)) as folder:
        folder.chmod(0o755)
        scenes = [scene for scene in SCENES if not wanted or scene.alert in wanted]
        played = performed(folder, scenes)
    if len(played) < len(scenes):
        sys.exit(1)
    if not wanted:
        write(played, time.monotonic() - begun)


def performed(folder: Path, scenes: list[Scene]) -> list[Played]:
    """Start a federation in `folder` and play scenes in it."""
    backups, beside, played = folder / "backups", free_port(), []
    run = start_local_run(folder / "local", "rp sn", IQ_BACKUPS=str(backups))
    try:
        rules = shortened(CHANGES)
        with watching(folder / "prometheus", run.ports, ["de", "rp", "sn"], rules, {"rp": beside}) as prometheus:
            stage = Stage(run, backups, beside)
            all_is_new(stage)
            for _ in range(RECORDS):
                stage.record()
            for scene in scenes:
                try:
                    played.append(play(scene, stage, prometheus))
                    sys.stdout.write(played[-1].line())
                except TimeoutError as reason:  # the others are played all the same
                    sys.stdout.write(f"{reason}\n")
                sys.stdout.flush()
    finally:
        run.stop()
    return played


def write(played: list[Played], seconds: float) -> None:
    """Write the page."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    head = HEAD.format(records=RECORDS, heartbeat=HEARTBEAT_SECONDS, day=day, commit=commit(), seconds=seconds)
    PAGE.write_text(head + "".join(one.line() for one in played), encoding="utf-8")


def commit() -> str:
    """What was run."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


if __name__ == "__main__":
    main()
