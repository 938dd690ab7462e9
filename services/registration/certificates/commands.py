"""What one may ask of certificates; the bodies of the API are these commands."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.registration.commands import Command, PersonName, Reason
from shared.vocabulary.certificates import CertificateKind

MANY = 500
Code = Annotated[str, StringConstraints(max_length=100)]


class IssueCertificate(Command):
    """Issue a certificate to a participant or for a registration.

    `name` is how it is printed, if otherwise than registered; `exception` says why it is issued although attendance or
    completion is not on record.
    """

    kind: CertificateKind
    participant_id: UUID | None = None
    registration_id: UUID | None = None
    name: PersonName | None = None
    exception: Reason | None = None

    @model_validator(mode="after")
    def _for_one(self) -> Self:
        if (self.participant_id is None) == (self.registration_id is None):
            raise ValueError("Bitte entweder „participant_id“ oder „registration_id“ angeben.")
        return self


class IssueAll(Command):
    """Issue a kind to all of a run to whom nothing is missing for it."""

    kind: CertificateKind


class Print(Command):
    """Which certificates to print; none named: all of the run that are in force."""

    certificate_ids: Annotated[list[UUID], Field(max_length=MANY)] = Field(default_factory=list)


class Check(Command):
    """A code as somebody types it."""

    code: Code
