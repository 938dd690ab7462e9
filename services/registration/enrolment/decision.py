"""Who has a place: one pure function of sizes, policy and registrations, and the reason for each (IKO-07 … IKO-11).

The order of registrations is that of their time stamps, as instants, to the microsecond; the order in which they are
given decides nothing. A registration is never split.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.vocabulary import RunState
from shared.vocabulary.runs import DecisionReason, Policy, RegistrationState

S, R = RegistrationState, DecisionReason


@dataclass(frozen=True)
class Terms:
    """What a run offers: from `least` to `most` places, and what becomes of those an earlier team does not fit into."""

    least: int
    most: int
    policy: Policy


@dataclass(frozen=True)
class Entry:
    """A registration as the decision sees it: when it came, how many places it takes; `moved`: before all others.

    `pending`: it waits for a release by the employer, and has no place before (IKBO-05). A late exception is an entry
    like any other: it has its own time stamp, which is late.
    """

    registration_id: UUID
    submitted_at: datetime
    size: int = 1
    moved: bool = False
    pending: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a registration got, and why; `rank` counts from 1."""

    registration_id: UUID
    rank: int
    state: RegistrationState
    reason: DecisionReason


@dataclass(frozen=True)
class Decision:
    """Whether a run takes place, with a verdict on every registration in their order."""

    state: RunState
    verdicts: tuple[Verdict, ...]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Registrations as they rank. In UTC: two times of one zone are compared by the clock, which goes back in autumn.

    The id parts those of the same microsecond, so that everybody finds the same order.
    """
    return sorted(entries, key=lambda one: (not one.moved, one.submitted_at.astimezone(UTC), one.registration_id.bytes))


def decide(terms: Terms, entries: Iterable[Entry]) -> Decision:
    """Decide: too few, and the run is cancelled; as many as fit, and all have a place; more, and the earliest have."""
    ordered = in_order(entries)
    ready = [one for one in ordered if not one.pending]
    asked = sum(one.size for one in ready)
    if asked < terms.least:
        return _decided(RunState.CANCELLED, ordered, dict.fromkeys(ordered, (S.CANCELLED, R.TOO_FEW)))
    given = dict.fromkeys(ordered, (S.WAITING, R.UNRELEASED))
    if asked <= terms.most:
        return _decided(RunState.CONFIRMED, ordered, given | dict.fromkeys(ready, (S.ACCEPTED, R.WITHIN)))
    assigned = dict(zip(ready, _assigned(terms, ready), strict=True))
    return _decided(RunState.CONFIRMED, ordered, given | assigned)


def _decided(
    run: RunState, ordered: Sequence[Entry], given: Mapping[Entry, tuple[RegistrationState, DecisionReason]]
) -> Decision:
    return Decision(run, tuple(Verdict(one.registration_id, rank, *given[one]) for rank, one in enumerate(ordered, 1)))


def _assigned(terms: Terms, ordered: Sequence[Entry]) -> Iterator[tuple[RegistrationState, DecisionReason]]:
    """State and reason of each in turn; `skipped`: an earlier one was larger than what was free for it."""
    free, skipped = terms.most, False
    for one in ordered:
        if skipped and free and terms.policy is Policy.STRICT:
            yield S.WAITING, R.HELD
        elif one.size <= free:
            free -= one.size
            yield S.ACCEPTED, R.EXCEPTION if one.moved else R.FILLED if skipped else R.EARLIEST
        elif free:
            skipped = True
            yield S.WAITING, R.TOO_LARGE
        else:
            yield S.WAITING, R.LATER


def promoted(free: int, policy: Policy, queue: Iterable[Entry]) -> list[UUID]:
    """Whom free places are offered to, by the same order and policy."""
    found = []
    for one in in_order(one for one in queue if not one.pending):
        if one.size <= free:
            free -= one.size
            found.append(one.registration_id)
        elif policy is Policy.STRICT:
            break
    return found
