"""What one may ask of appointments; the bodies of the API are these commands."""

from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, field_validator, model_validator

from services.registration.commands import Address, Command, Email, PersonName, Phone, Seen
from shared.contracts.base import LanguageCode, Line

Wish = Annotated[Line, StringConstraints(max_length=500)]
Channel = Literal["in_person", "phone", "digital"]
PageLanguage = Literal["de", "en", "uk", "ar", "tr", "ru", "fa"]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
YEARS = (2000, 2200)
"""Instants beyond are no appointment, and no calendar could show them."""


def at_the_office() -> list[Channel]:
    """How an office counsels if it says nothing else."""
    return ["in_person"]


class OpeningHours(Command):
    """A span of a weekday (Monday is 0) in local time."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: time
    ends: time

    @field_validator("starts", "ends")
    @classmethod
    def _local(cls, value: time) -> time:
        return value.replace(tzinfo=None, second=0, microsecond=0)


class RecordOffice(Command):
    """Say when and in which languages an office counsels (CNS-16), and whether everyone may book there."""

    published: bool = False
    address: Address | None = None
    phone: Phone | None = None
    languages: Annotated[list[LanguageCode], Field(default_factory=list, max_length=40)]
    channels: Annotated[list[Channel], Field(default_factory=at_the_office, min_length=1, max_length=3)]
    openings: Annotated[list[OpeningHours], Field(default_factory=list, max_length=60)]
    closed_days: Annotated[list[date], Field(default_factory=list, max_length=200)]
    minutes: Annotated[int, Field(ge=10, le=240)] = 45
    places: Annotated[int, Field(ge=1, le=30)] = 1
    revision: Seen = None


class Request(Command):
    """What every request has; without a time it stands on the intake list. There is no price anywhere (CNS-07)."""

    starts_at: AwareDatetime | None = None
    name: PersonName
    email: Email | None = None
    phone: Phone | None = None
    wish: Wish | None = None
    language: LanguageCode | None = None
    channel: Channel = "in_person"
    page_language: PageLanguage = "de"

    @field_validator("starts_at")
    @classmethod
    def _whole_minute(cls, value: datetime | None) -> datetime | None:
        if value is not None and not YEARS[0] <= value.year <= YEARS[1]:
            raise ValueError("Dieses Datum liegt zu weit weg.")
        return value.replace(second=0, microsecond=0) if value else None


class PublicRequest(Request):
    """A request of somebody without an account, who can be reached in one way at least."""

    office_id: UUID

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.email or self.phone or self.starts_at):
            raise ValueError("Ohne Termin brauchen wir eine E-Mail-Adresse oder Telefonnummer.")
        return self


class RecordAppointment(Request):
    """Record or change an appointment by staff: by telephone (hotline), or from the intake list (CNS-15)."""

    office_id: UUID | None = None
    revision: Seen = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.starts_at and not self.office_id:
            raise ValueError("Ein Termin braucht eine Beratungsstelle.")
        return self


class Ticket(Command):
    """What the link of an appointment holds."""

    token: Token


class Held(Command):
    """That an appointment became a session of a person; the session may be anonymous."""

    session_id: UUID
    person_id: UUID | None = None
