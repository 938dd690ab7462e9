"""The oracle: knows what the load had accepted and says what must come of it. Shares no code with the product.

The rules it repeats are those of contracts §4: within a person (here: of one carrier and programme line) the earliest
session of a funding round is `first`, later ones are `follow_up`; `seen_before` says what lies before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

ROUNDS = ((2015, 2018), (2019, 2022), (2023, 2028))
Figure = dict[tuple[str, ...], int]


@dataclass
class Session:
    """What was accepted of one session. `key` is its id, or for imports the row's `external_id`."""

    network: str
    key: str
    date: str
    line: str
    nationality: str
    refugee: str
    gender: str
    channel: str
    person: str | None = None
    imported: bool = False
    withdrawn: bool = False
    revisions: int = 1

    @property
    def round(self) -> int:
        """Number of the funding round."""
        year = int(self.date[:4])
        return next(number for number, (first, last) in enumerate(ROUNDS) if first <= year <= last)


@dataclass(frozen=True)
class Expected:
    """What a session must be everywhere. `exact`: its revision is known, else it is at least that."""

    withdrawn: bool
    month: str
    line: str
    kind: str
    seen: str
    nationality: str
    refugee: str
    origin: str
    revision: int
    exact: bool


@dataclass
class Oracle:
    """Accepted sessions by (network, key); parked messages by fate; how many revisions were accepted."""

    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    events: int = 0
    dead: int = 0
    later: int = 0

    def accept(self, session: Session) -> None:
        """A session was recorded."""
        self.sessions[session.network, session.key] = session
        self.events += 1

    def correct(self, network: str, key: str, nationality: str, channel: str) -> None:
        """A correction was accepted."""
        session = self.sessions[network, key]
        session.nationality, session.channel = nationality, channel
        session.revisions += 1
        self.events += 1

    def withdraw(self, network: str, key: str) -> None:
        """A withdrawal was accepted."""
        session = self.sessions[network, key]
        session.withdrawn = True
        session.revisions += 1
        self.events += 1

    def expected(self, network: str) -> dict[str, Expected]:
        """What every session of a network must be, by key."""
        own = [session for session in self.sessions.values() if session.network == network]
        verdicts = _verdicts(own)
        return {session.key: _expected(session, *verdicts[session.key]) for session in own}

    def figure(self, networks: Iterable[str], by: str, **only: str) -> Figure:
        """Sessions in force counted by dimensions (comma-separated), of those with the values of `only`."""
        counts: Counter[tuple[str, ...]] = Counter()
        for network in networks:
            for key, expected in self.expected(network).items():
                traits = _traits(self.sessions[network, key], expected)
                if not expected.withdrawn and all(traits[name] == value for name, value in only.items()):
                    counts[tuple(traits[name] for name in by.split(","))] += 1
        return dict(counts)


def _traits(session: Session, expected: Expected) -> dict[str, str]:
    return {
        "region": session.network,
        "month": expected.month,
        "programme_line": expected.line,
        "session_type": expected.kind,
        "seen_before": expected.seen,
        "nationality": expected.nationality,
        "refugee_background": expected.refugee,
        "gender": session.gender,
        "channel": session.channel,
    }


def _verdicts(sessions: list[Session]) -> dict[str, tuple[str, str]]:
    """Type and `seen_before` of each session."""
    persons: dict[tuple[str, str], list[Session]] = defaultdict(list)
    verdicts = {}
    for session in sessions:
        if session.person is None or session.withdrawn:
            verdicts[session.key] = ("first", "not_known")
        else:
            persons[session.person, session.line].append(session)
    for group in persons.values():
        before: list[int] = []
        for session in sorted(group, key=lambda entry: entry.date):
            kind = "follow_up" if session.round in before else "first"
            seen = "this_round" if session.round in before else "earlier_round" if before else "no"
            verdicts[session.key] = (kind, seen)
            before.append(session.round)
    return verdicts


def _expected(session: Session, kind: str, seen: str) -> Expected:
    return Expected(
        withdrawn=session.withdrawn,
        month=session.date[:7],
        line=session.line,
        kind=kind,
        seen=seen,
        nationality=session.nationality,
        refugee=session.refugee,
        origin="synthetic" if session.imported else "entered",
        revision=session.revisions,
        exact=session.person is None and not session.imported,
    )
