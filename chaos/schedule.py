"""Which fault strikes when: seeded decks, dealt again until enough processes have died."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from chaos.fault import Fault, Missed
from chaos.federation import Federation
from chaos.link import Mode
from chaos.message_faults import NewerVersion, Poison, Repeated
from chaos.oracle import Oracle
from chaos.process_faults import (
    PLACES_OF_NETWORKS,
    PLACES_OF_THE_CENTRE,
    BadLink,
    ClockStep,
    Failpoint,
    FlappingLink,
    Kill,
    Pause,
    Restart,
)
from chaos.store_faults import DeletedConsumer, DriftedStream, FullDisk, FullStream, LockedDatabase, WipedStore
from deploy.local.processes import services_of
from shared.topology import CENTRE

AWAY = (Missed, NatsError, APIError, psycopg.Error, OSError, TimeoutError)
"""The thing to strike is away because of another fault: not struck, not counted."""

FOLLOW_SECONDS, BEHIND = 5.0, 0.2


def deck(chance: random.Random, networks: Sequence[str], small_disk: str | None) -> list[Fault]:
    """One fault of each kind (each kind of process, each named place), of networks by chance, in an order by chance."""

    def one() -> str:
        return chance.choice(networks)

    processes = [(one(), service) for service in (*services_of("rp"), "nats") for _ in range(2)]
    processes += [(CENTRE, service) for service in (*services_of(CENTRE), "nats")]
    dealt: list[Fault] = [Kill(network, f"{network}.{service}") for network, service in processes]
    dealt.append(Kill(CENTRE, "postgres"))
    dealt += [Failpoint(one(), place) for place in PLACES_OF_NETWORKS]
    dealt += [Failpoint(CENTRE, place) for place in PLACES_OF_THE_CENTRE]
    for network in (one(), CENTRE):
        dealt += [Restart(network, f"{network}.reporting"), Pause(network, f"{network}.reporting")]
    dealt.append(Pause(relay := one(), f"{relay}.counselling"))
    dealt += [BadLink(one(), mode) for mode in Mode if mode is not Mode.OPEN]
    dealt += [ClockStep(one(), hours) for hours in (-48, 48)]
    dealt += [LockedDatabase(one()), LockedDatabase(one(), "reporting"), LockedDatabase(CENTRE, "reporting")]
    kinds: list[type[Fault]] = [
        FlappingLink, DeletedConsumer, FullStream, DriftedStream, WipedStore, Poison, NewerVersion, Repeated,
    ]  # fmt: skip
    dealt += [kind(one()) for kind in kinds]
    dealt.append(WipedStore(CENTRE))
    if small_disk is not None:
        dealt.append(FullDisk(small_disk))
    chance.shuffle(dealt)
    return dealt


@dataclass
class Struck:
    """One fault that struck."""

    at: float
    fault: str
    target: str


@dataclass
class Schedule:
    """Draws and plays faults, at most `at_once` at a time, about `pause` seconds apart."""

    federation: Federation
    oracle: Oracle
    chance: random.Random
    events: int
    kills: int
    pause: float = 1.0
    at_once: int = 3
    struck: list[Struck] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    played: float = 0.0
    """Share of the first deck that is played."""
    _busy: set[str] = field(default_factory=set)
    _started: float = field(default_factory=time.monotonic)

    @property
    def progress(self) -> float:
        """Share of the kills that are done, and of the first deck."""
        return min(len(self.federation.kills) / self.kills, self.played, 1.0)

    async def gate(self, share: float) -> None:
        """Let the load go no faster than the kills, so that every kill meets some."""
        while self.progress + 0.1 < share:
            await asyncio.sleep(0.1)

    async def run(self) -> None:
        """Play decks until enough has died, the first to its end; what is left of the load comes through in peace."""
        cards = asyncio.Semaphore(self.at_once)
        async with asyncio.TaskGroup() as playing:
            first = True
            while first or self.progress < 1.0:
                dealt = deck(self.chance, self.federation.networks, self.federation.small_disk)
                for number, fault in enumerate(dealt, 1):
                    if not first and self.progress == 1.0:
                        break
                    await cards.acquire()
                    await self._load_follows()
                    self.played = max(self.played, number / len(dealt) if first else 1.0)
                    playing.create_task(self._play(fault, cards))
                    await asyncio.sleep(self.pause * self.chance.uniform(0.2, 1.8))
                first = False

    async def _load_follows(self) -> None:
        """Strike no faster than the load comes through, so that every kill meets some; but not for ever."""
        end = time.monotonic() + FOLLOW_SECONDS
        while self.oracle.events / self.events + BEHIND < self.progress and time.monotonic() < end:
            await asyncio.sleep(0.1)

    async def _play(self, fault: Fault, cards: asyncio.Semaphore) -> None:
        try:
            while fault.target in self._busy:
                await asyncio.sleep(0.2)
            self._busy.add(fault.target)
            await self._strike(fault)
        finally:
            self._busy.discard(fault.target)
            cards.release()

    async def _strike(self, fault: Fault) -> None:
        try:
            await fault.strike(self.federation, self.oracle)
            self.struck.append(Struck(round(time.monotonic() - self._started, 1), fault.name, fault.target))
            await asyncio.sleep(fault.seconds)
        except AWAY:
            self.missed[fault.name] += 1
        finally:
            await self._heal(fault)

    async def _heal(self, fault: Fault) -> None:
        """Heal, again and again: the server that is to be mended may be down itself."""
        for _ in range(30):
            try:
                await fault.heal(self.federation)
            except AWAY:
                await asyncio.sleep(0.5)
            else:
                return
        raise RuntimeError(f"{fault.name} of {fault.target} does not heal")
