"""The declared topology of the brokers: users, streams, quotas and retention as data (topology.toml beside this)."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared.topology import CENTRE

Kind = Literal["hub", "network"]


@dataclass(frozen=True, slots=True)
class User:
    """A user of a broker: who it is and what it may do there.

    `consumes` are durable consumers (`STREAM.name`), `provisions` streams it may make; `answers`: it may reply to what
    it is asked; `unlimited`: it may do anything in its account.
    """

    name: str
    broker: Kind
    account: str
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    answers: bool = False
    unlimited: bool = False

    def key(self, code: str) -> str:
        """Name of its key, e.g. `rp.counselling.uplink` or `hub.reporting`."""
        return f"{'hub' if self.broker == 'hub' else code}.{self.name}"

    def inbox(self, code: str) -> str:
        """Prefix of its inboxes, which no other user may read; services take theirs in `shared.messaging`."""
        return f"_INBOX_{CENTRE if self.broker == 'hub' else code}_{self.name.replace('.', '_')}"


@dataclass(frozen=True, slots=True)
class Durable:
    """A durable pull consumer: its name and which subjects it sees; `newest_only`: the last of each subject."""

    name: str
    filter: str
    newest_only: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream with its bounds; `sealed`: nobody may delete from it or empty it.

    `replicas`: on how many servers it lies where the broker has so many.
    """

    name: str
    broker: Kind
    subjects: tuple[str, ...]
    max_bytes: int
    max_msg_size: int
    discard: Literal["new", "old"]
    duplicate_window_seconds: float
    consumers: tuple[Durable, ...]
    max_age_days: float = 0
    max_msgs_per_subject: int = -1
    each_network: bool = False
    sealed: bool = False
    replicas: int = 1


@dataclass(frozen=True, slots=True)
class Crossing:
    """First words of what crosses a leaf: told to the hub, heard from it, asked by it."""

    told: tuple[str, ...]
    heard: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The hub in production: of how many servers it consists, and how they send clients away before they stop."""

    name: str
    servers: int
    lame_duck_duration: str
    lame_duck_grace_period: str


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything declared. `server` is what all servers have in common, `cluster` what those of the hub have."""

    server: dict[str, Any]
    cluster: Cluster
    crossing: Crossing
    users: tuple[User, ...]
    streams: tuple[Stream, ...] = field(default=())

    def users_of(self, broker: Kind) -> list[User]:
        """Users of the hub, or of every network's broker."""
        return [user for user in self.users if user.broker == broker]

    def streams_of(self, broker: Kind) -> list[Stream]:
        """Streams of the hub, or of every network's broker."""
        return [stream for stream in self.streams if stream.broker == broker]


@cache
def declared() -> Topology:
    """The topology. Raises TypeError for an entry it does not know, KeyError for a missing part."""
    found = tomllib.loads(Path(__file__).with_name("topology.toml").read_text(encoding="utf-8"))
    return Topology(
        server=found["server"],
        cluster=Cluster(**found["cluster"]),
        crossing=Crossing(**{name: tuple(words) for name, words in found["crossing"].items()}),
        users=tuple(User(**_frozen(entry)) for entry in found["users"]),
        streams=tuple(_stream(entry) for entry in found["streams"]),
    )


def filled(text: str, code: str) -> str:
    """A declared text for one network."""
    return text.replace("{code}", code).replace("{CODE}", code.upper())


def _stream(entry: dict[str, Any]) -> Stream:
    consumers = tuple(Durable(**consumer) for consumer in entry.pop("consumers"))
    return Stream(**_frozen(entry), consumers=consumers)


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
