"""People whose requests fail or take long."""

import contextlib
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2

from drill.scenes.databases import DATABASE, OPEN, SHUT
from drill.scenes.stage import RP, SESSION, Scene, Stage

LEAVE = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"  # noqa: S608 - a constant
PEOPLE = 6
STANDS_SECONDS, GOES_SECONDS = 4.0, 0.5


@dataclass
class Crowd:
    """What goes on in the background until it is told to end."""

    client: httpx2.Client
    ended: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def again_and_again(self, work: Callable[[], object], pause: float) -> None:
        """Do something until the end, with a pause in between; what fails is tried again."""

        def run() -> None:
            while not self.ended.wait(pause):
                with contextlib.suppress(httpx2.HTTPError, ProcessLookupError):
                    work()

        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def end(self) -> None:
        """Wait until all have ended."""
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.client.close()


def crowd(stage: Stage) -> Crowd:
    """People in rp who save sessions all the time."""
    gateway, headers = stage.token("rp", "counsellor")
    made = stage.notes["crowd"] = Crowd(httpx2.Client(base_url=gateway, headers=headers, timeout=20, trust_env=False))

    def save() -> None:
        made.client.put(f"/api/v1/sessions/{uuid4()}", json=SESSION)

    for _ in range(PEOPLE):
        made.again_and_again(save, 0.3)
    return made


def people_meet_a_shut_database(stage: Stage) -> None:
    """Throw everybody out of counselling's database, while people save."""
    crowd(stage)
    stage.sql("postgres", SHUT, LEAVE)


def people_can_save_again(stage: Stage) -> None:
    """Let them in again."""
    stage.sql("postgres", OPEN)
    stage.notes.pop("crowd").end()


def people_wait(stage: Stage) -> None:
    """Stop counselling of rp for some seconds again and again, while people save."""

    def stand() -> None:
        stage.signal(signal.SIGSTOP, "rp.counselling")
        threading.Event().wait(STANDS_SECONDS)
        stage.signal(signal.SIGCONT, "rp.counselling")

    crowd(stage).again_and_again(stand, GOES_SECONDS)


def people_wait_no_more(stage: Stage) -> None:
    """Let it run."""
    stage.notes.pop("crowd").end()
    stage.signal(signal.SIGCONT, "rp.counselling")


SCENES = (
    Scene(
        "RequestsFail",
        f"{PEOPLE} people save sessions in rp, counselling's database throws its sessions out and lets nobody in",
        people_meet_a_shut_database,
        people_can_save_again,
        RP | {"severity": "page"},
    ),
    Scene(
        "RequestsAreSlow",
        f"{PEOPLE} people save sessions in rp, rp.counselling stopped (SIGSTOP) for {STANDS_SECONDS:.0f} s at a time",
        people_wait,
        people_wait_no_more,
        RP | {"severity": "page"},
    ),
)
