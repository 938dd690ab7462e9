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
from tests.support.local_run import start_local_run
from tests.support.prometheus import Prometheus, shortened, watching

PAGE = ROOT / "docs" / "alerts.md"
CHANGES = {"> 300": "> 60", "[1h]": "[1m]"}
SECONDS = 240.0
HEARTBEAT_SECONDS = "2"
RECORDS = 5
VOLUME = "size=3g"
HEAD = """# Each alert fired once

`make alerts` starts centre, rp and sn and a real Prometheus that scrapes them each second, saves {records} sessions,
does something to rp, and waits until the alert fires and, once it is undone, until it is gone. To take minutes only,
its copy of `deploy/monitoring/rules.yaml` does not wait (`for`), calls a network silent after 60 s instead of 300 s,
and late records count for a minute instead of an hour; heartbeats come every {heartbeat} s. Times and limits as in
production are tested by `promtool test rules`. Centre and networks lie on one volume here, so that it fills for all; a
hub that stands still silences all networks. What to do when one fires: [operations](operations.md).

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
        seen.update(f"{alert['alertname']} ({alert.get('network', 'nobody')})" for alert in now)
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
    return Played(scene, fired, gone, tuple(sorted(seen - {f"{scene.alert} ({scene.labels['network']})"})))


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
    """Play all scenes and write the page."""
    os.environ["IQ_HEARTBEAT_SECONDS"] = HEARTBEAT_SECONDS
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iq-drill-") as name, volume(Path(name)) as folder:
        folder.chmod(0o755)
        run = start_local_run(folder / "local", "rp sn")
        try:
            rules = shortened(CHANGES)
            with watching(folder / "prometheus", run.ports, ["de", "rp", "sn"], rules) as prometheus:
                stage, played = Stage(run), []
                for _ in range(RECORDS):
                    stage.record()
                for scene in SCENES:
                    played.append(play(scene, stage, prometheus))
                    sys.stdout.write(played[-1].line())
        finally:
            run.stop()
    write(played, time.monotonic() - begun)


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
