"""What the API tells of certificates."""

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registration.certificates import rules
from services.registration.certificates.rules import Holder
from services.registration.certificates.tables import CertificateRow
from shared.vocabulary.certificates import CertificateKind, CertificateState


class Certificate(BaseModel):
    """A certificate as staff sees it."""

    model_config = ConfigDict(from_attributes=True)

    certificate_id: UUID
    revision: int
    participant_id: UUID | None
    registration_id: UUID | None
    kind: str
    name: str | None
    title: str
    starts_on: dt.date
    ends_on: dt.date
    days: int
    minutes: int
    exception: str | None
    issued_on: dt.date
    withdrawn: bool
    withdrawn_on: dt.date | None
    withdrawn_reason: str | None


class Candidate(BaseModel):
    """Somebody, or a house, with what was attended and what can be issued: per kind what is missing, empty for nothing.

    `for_all` are the kinds that she gets when they are issued for all at once.
    """

    participant_id: UUID | None
    registration_id: UUID
    name: str
    state: str
    held: int
    dates: int
    days: int
    minutes: int
    kinds: dict[str, str]
    for_all: list[str]


class Certificates(BaseModel):
    """Certificates of a run, and whom there could be more for."""

    items: list[Certificate]
    candidates: list[Candidate]


class IssuedAll(BaseModel):
    """What issuing for all has done."""

    issued: int
    already: int
    left_out: int


class Printed(Certificate):
    """What is printed: `code` in groups, None on a confirmation; `standing` is what a confirmation tells."""

    programme: str
    contents: list[str]
    standing: str
    carrier: str | None
    code: str | None = None


class PrintedAll(BaseModel):
    """Certificates to print."""

    items: list[Printed]


class Checked(BaseModel):
    """What everyone is told of a code: this, and nothing else."""

    state: CertificateState


def candidate(holder: Holder, programme: str) -> Candidate:
    """A holder with what can be issued."""
    there = holder.attended
    return Candidate(
        participant_id=holder.participant_id,
        registration_id=holder.registration_id,
        name=holder.name,
        state=holder.state,
        held=there.held,
        dates=there.dates,
        days=there.days,
        minutes=there.minutes,
        kinds={kind.value: rules.missing(kind, holder, programme) for kind in holder.kinds},
        for_all=[kind.value for kind in CertificateKind if rules.for_all(kind, holder, programme)],
    )


def printed(row: CertificateRow, programme: str, carrier: str | None, code: str | None) -> Printed:
    """What is printed of a certificate."""
    told: dict[str, Any] = row.model_dump() | {"programme": programme, "carrier": carrier, "code": code}
    return Printed.model_validate(told)


def checked(*, withdrawn: bool | None) -> Checked:
    """The answer to a code; None: nobody has it."""
    if withdrawn is None:
        return Checked(state=CertificateState.UNKNOWN)
    return Checked(state=CertificateState.WITHDRAWN if withdrawn else CertificateState.VALID)
