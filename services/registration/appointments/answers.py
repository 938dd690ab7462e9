"""What the API answers: models of its own, so that a new column is shown nowhere by accident."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.registration.appointments.tables import AppointmentRow, IntakeOfficeRow, MailRow
from services.registration.tables import StructureRow

INSIDE = {"token_hash", "place"}


class PublicOffice(BaseModel):
    """An office as everyone sees it."""

    office_id: UUID
    name: str
    address: str | None
    phone: str | None
    languages: list[str]
    channels: list[str]
    openings: list[dict[str, Any]]
    minutes: int


class PublicOffices(BaseModel):
    """Offices that everyone may book at; `mail`: whether e-mails are sent here."""

    items: list[PublicOffice]
    mail: bool


class Day(BaseModel):
    """A day on which an office is open: the times with a free place; none on a full day."""

    day: date
    times: list[datetime]


class Days(BaseModel):
    """Days of an office in their order."""

    items: list[Day]


class Booked(BaseModel):
    """What somebody without an account gets to know of her own request: nothing of who she is."""

    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    channel: str
    language: str | None
    office: PublicOffice | None
    mail: bool
    over: bool


class Requested(BaseModel):
    """A request that was taken; the token opens and cancels it."""

    token: str
    state: str


class Office(BaseModel):
    """An office with its settings; `revision` 0: none yet."""

    office_id: UUID
    code: str
    name: str
    revision: int = 0
    settings: dict[str, Any] | None = None


class Mail(BaseModel):
    """An e-mail about an appointment."""

    kind: str
    state: str
    reply: str | None
    due_at: datetime
    sent_at: datetime | None


class Listed(BaseModel):
    """Appointments and, apart, the intake list."""

    items: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


def public_office(row: IntakeOfficeRow, unit: StructureRow) -> PublicOffice:
    """An office as everyone sees it."""
    names = set(PublicOffice.model_fields) - {"name"}
    return PublicOffice(name=unit.name, **row.model_dump(include=names))


def shown(row: AppointmentRow, mails: Sequence[MailRow] = ()) -> dict[str, Any]:
    """An appointment as staff sees it, with its e-mails."""
    told = [Mail(**mail.model_dump(include=set(Mail.model_fields))) for mail in mails]
    return row.model_dump(exclude=INSIDE) | {"mails": told}


def office_settings(row: IntakeOfficeRow | None, unit: StructureRow) -> Office:
    """An own office with its settings."""
    settings = row.model_dump(exclude={"office_id", "carrier_id", "revision"}) if row else None
    revision = row.revision if row else 0
    return Office(office_id=unit.structure_id, code=unit.code, name=unit.name, revision=revision, settings=settings)
