"""Faults of processes, links and clocks."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from chaos.fault import Fault, Missed
from chaos.federation import Federation
from chaos.link import Mode
from chaos.oracle import Oracle

# Every seam between a commit, a publication and an ack; see the calls of `failpoint`.
PLACES_OF_NETWORKS = (
    "recording.before_commit", "recording.after_commit", "import.before_commit", "import.after_commit",
    "relay.region.before_publish", "relay.region.after_publish", "relay.region.after_mark",
    "relay.up.before_publish", "relay.up.after_publish", "relay.up.after_mark",
    "ingest.before_commit", "ingest.after_commit", "ingest.between_acks",
    "heartbeat.before_send",
    "resending.before_commit", "resending.after_commit",
)  # fmt: skip
PLACES_OF_THE_CENTRE = (
    "ingest.before_commit", "ingest.after_commit", "ingest.between_acks",
    "heartbeats.before_commit", "heartbeats.after_commit", "heartbeats.between_acks",
    "wanting.after_note", "wanting.after_compare", "wanting.after_tell",
)  # fmt: skip


@dataclass(eq=False)
class Process(Fault):
    """A signal to one process."""

    process: str = ""
    number: ClassVar[int] = signal.SIGKILL
    seconds: ClassVar[float] = 0.5

    @property
    def target(self) -> str:
        """The process."""
        return self.process

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Send the signal."""
        if not federation.signal(self.process, self.number):
            raise Missed


class Kill(Process):
    """kill -9."""


class Restart(Process):
    """SIGTERM, as in a rolling restart."""

    number = signal.SIGTERM


class Pause(Process):
    """A process that stands still for a while and then goes on as if nothing had been: two relays may meet."""

    number = signal.SIGSTOP
    seconds = 4.0

    async def heal(self, federation: Federation) -> None:
        """Let it go on."""
        federation.signal(self.process, signal.SIGCONT)


@dataclass(eq=False)
class Failpoint(Fault):
    """kill -9 at a named place: the first process of the network that comes by dies there."""

    place: str = ""
    seconds: ClassVar[float] = 4.0

    @property
    def target(self) -> str:
        """The place in that network."""
        return f"{self.network}.{self.place}"

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Arm the place and wait for somebody to come by. Raises Missed when nobody does."""
        file = federation.file(self.network, self.place)
        file.touch()
        end = asyncio.get_running_loop().time() + self.seconds
        while file.exists() and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        try:
            file.unlink()
        except FileNotFoundError:
            federation.kills.append(self.target)
        else:
            raise Missed


@dataclass(eq=False)
class BadLink(Fault):
    """A link that is cut, slow or swallows everything."""

    mode: Mode = Mode.CUT
    seconds: ClassVar[float] = 6.0

    @property
    def name(self) -> str:
        """Kind with the mode."""
        return f"Link_{self.mode}"

    @property
    def target(self) -> str:
        """The link."""
        return f"{self.network}.link"

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Change the mode."""
        federation.links[self.network].set(self.mode)

    async def heal(self, federation: Federation) -> None:
        """Open it."""
        federation.links[self.network].set(Mode.OPEN)


class FlappingLink(Fault):
    """A link that comes and goes once a second."""

    seconds = 1.0

    @property
    def target(self) -> str:
        """The link."""
        return f"{self.network}.link"

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Cut and open it five times."""
        for _ in range(5):
            federation.links[self.network].set(Mode.CUT)
            await asyncio.sleep(0.5)
            federation.links[self.network].set(Mode.OPEN)
            await asyncio.sleep(0.5)

    async def heal(self, federation: Federation) -> None:
        """Open it."""
        federation.links[self.network].set(Mode.OPEN)


@dataclass(eq=False)
class ClockStep(Fault):
    """All clocks of a network jump by hours, and later back."""

    hours: int = 48
    seconds: ClassVar[float] = 8.0

    async def strike(self, federation: Federation, oracle: Oracle) -> None:
        """Jump."""
        federation.file(self.network, "clock").write_text(str(self.hours * 3600), encoding="ascii")

    async def heal(self, federation: Federation) -> None:
        """Jump back."""
        with suppress(FileNotFoundError):
            federation.file(self.network, "clock").unlink()
