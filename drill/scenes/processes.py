"""Processes that are gone for those who ask, or come and go."""

import signal
import time

from drill.scenes.stage import Scene, Stage
from tests.support.servers import listening

KILLS = 3
SEEN_SECONDS = 5.0


def gateway_stands_still(stage: Stage) -> None:
    """Stop the process that serves the metrics of rp."""
    stage.signal(signal.SIGSTOP, "rp.gateway")


def gateway_goes_on(stage: Stage) -> None:
    """Let it run on."""
    stage.signal(signal.SIGCONT, "rp.gateway")


def gateway_falls_again_and_again(stage: Stage) -> None:
    """Kill it several times; each time it is up long enough to be seen."""
    for _ in range(KILLS):
        stage.kill("rp.gateway")
        while not listening(stage.run.ports.metrics("rp")):
            time.sleep(0.2)
        time.sleep(SEEN_SECONDS)


def gateway_stays(_stage: Stage) -> None:
    """Do nothing: its supervisor has it running."""


SCENES = (
    Scene("TargetDown", "rp.gateway stopped (SIGSTOP)", gateway_stands_still, gateway_goes_on, {"scope": "rp"}),
    Scene(
        "ProcessRestartsOften",
        f"rp.gateway killed (SIGKILL) {KILLS} times",
        gateway_falls_again_and_again,
        gateway_stays,
        {"scope": "rp"},
    ),
)
