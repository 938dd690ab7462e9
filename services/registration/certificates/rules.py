"""Who may get which certificate. Pure: what was held and attended is passed in.

No seed says how much must have been attended for a certificate of attendance. It therefore says how much it was: one
day is enough for it, none needs a reason; to all at once it goes from three quarters of the dates on, as three of four
complete a coaching (IKKE-12).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.clock import BERLIN
from shared.vocabulary import Programme
from shared.vocabulary.certificates import CertificateKind
from shared.vocabulary.runs import RegistrationState

K, P = CertificateKind, Programme
COMPLETED = {
    P.IKKE_MIB: frozenset({"phase3_completed", "mandated", "inactive"}),
    P.IKBO: frozenset({"graduated"}),
    P.IKO: frozenset({"presented", "certified"}),
}
"""Stages in which a programme is completed, beside `completed` itself (IKKE-23, IKBO-07)."""
CONFIRMED = frozenset(
    {RegistrationState.SUBMITTED, RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.ACCEPTED}
)
NOT_THERE = "Es ist keine Anwesenheit erfasst."
NOT_COMPLETED = "Der Abschluss ist nicht erfasst."
NOT_ACCEPTED = "Die Anmeldung ist nicht zugesagt."


@dataclass(frozen=True)
class Held:
    """A date of a run that took place."""

    key: UUID
    step: str
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        """Its day in Berlin."""
        return self.starts_at.astimezone(BERLIN).date()


@dataclass(frozen=True)
class Attended:
    """How much somebody, or a house, attended of the `held` dates: dates, days, minutes, from when to when, what."""

    held: int = 0
    dates: int = 0
    days: int = 0
    minutes: int = 0
    first: date | None = None
    last: date | None = None
    steps: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Three quarters of what was held."""
        return self.dates > 0 and 4 * self.dates >= 3 * self.held


@dataclass(frozen=True)
class Holder:
    """Whom a certificate can be for: a participant (`participant_id`) or a registration.

    `house`: the registration is a house's. `stage` is the participant's, `state` the registration's.
    """

    registration_id: UUID
    name: str
    state: str
    attended: Attended
    participant_id: UUID | None = None
    person_id: UUID | None = None
    stage: str = ""
    house: bool = False

    @property
    def kinds(self) -> tuple[CertificateKind, ...]:
        """What it can be given at all: who has no place and was never there does not take part."""
        if self.participant_id is not None:
            takes_part = self.state == RegistrationState.ACCEPTED or self.attended.dates
            return (K.ATTENDANCE, K.COMPLETION) if takes_part else ()
        confirmed = (K.REGISTRATION,) if self.state in CONFIRMED else ()
        return (K.HOUSE, *confirmed) if self.house else confirmed


def attended(held: Sequence[Held], present: Collection[UUID]) -> Attended:
    """What was attended; dates one after the other, those of one day are one day."""
    there = sorted((one for one in held if one.key in present), key=lambda one: one.starts_at)
    days = sorted({one.day for one in there})
    minutes = sum(int((one.ends_at - one.starts_at).total_seconds()) // 60 for one in there)
    steps = tuple(dict.fromkeys(one.step for one in there))
    first, last = (days[0], days[-1]) if days else (None, None)
    return Attended(len(held), len(there), len(days), minutes, first, last, steps)


def missing(kind: CertificateKind, holder: Holder, programme: str) -> str:
    """What is missing for a certificate, as a sentence; empty: nothing. With a reason it can be issued all the same."""
    if kind is K.REGISTRATION:
        return ""
    if kind is K.HOUSE and holder.state != RegistrationState.ACCEPTED:
        return NOT_ACCEPTED
    if kind is K.COMPLETION:
        done = COMPLETED.get(Programme(programme), frozenset()) | {"completed"}
        return "" if holder.stage in done else NOT_COMPLETED
    return "" if holder.attended.dates else NOT_THERE


def for_all(kind: CertificateKind, holder: Holder, programme: str) -> bool:
    """Whether somebody gets it when it is issued for all at once: nothing is missing, and enough was attended.

    Of the confirmations, those of a place.
    """
    if kind not in holder.kinds or missing(kind, holder, programme):
        return False
    if kind is K.REGISTRATION:
        return holder.state == RegistrationState.ACCEPTED
    return holder.attended.enough if kind is K.ATTENDANCE else True
