"""Rows of appointments. Class D throughout, but for the offices, which are public."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field, SQLModel

from services.registration.mailing.tables import OfMail

TAKEN = "state NOT IN ('waiting', 'cancelled')"
"""States that occupy a place at a time."""


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


def _list() -> Any:
    return Field(default_factory=list, sa_column=Column(JSONB, nullable=False))


class IntakeOfficeRow(SQLModel, table=True):
    """What an office (Beratungsstelle) tells those who look for an appointment: where, when, in which languages.

    `openings` are spans of a weekday (Monday is 0) in local time, cut into slots of `minutes`; `places` counsellings
    run side by side. Without `published` it can be seen and booked by staff only.
    """

    __tablename__ = "intake_office"

    office_id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(index=True)
    revision: int
    published: bool
    address: str | None = None
    phone: str | None = None
    languages: list[str] = _list()
    channels: list[str] = _list()
    openings: list[dict[str, Any]] = _list()
    closed_days: list[str] = _list()
    minutes: int
    places: int

    @property
    def withdrawn(self) -> bool:
        """Never: an office that counsels no more is not published, one that closes ends in the structure register."""
        return False

    @property
    def key(self) -> UUID:
        """Id of the record: the office's."""
        return self.office_id

    @property
    def owner(self) -> UUID:
        """Its carrier."""
        return self.carrier_id


class AppointmentRow(SQLModel, table=True):
    """A request for counselling: on the intake list (without a time), booked, held, missed or cancelled.

    PostgreSQL keeps two bookings from one place at overlapping times, also when the grid of slots has changed between
    them. `token_hash` is the hash of what the link for cancelling holds.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        ExcludeConstraint(
            ("office_id", "="),
            ("place", "="),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="appointment_place_once",
            where=text(TAKEN),
        ),
        CheckConstraint("state NOT IN ('booked', 'no_show') OR starts_at IS NOT NULL", name="appointment_has_a_time"),
        CheckConstraint(
            "starts_at IS NULL OR (ends_at > starts_at AND place >= 1 AND office_id IS NOT NULL)",
            name="appointment_time_is_whole",
        ),
        Index("appointment_carrier_time", "carrier_id", "starts_at"),
        Index("appointment_person", "person_id"),
    )

    appointment_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    office_id: UUID | None = None
    revision: int
    state: str
    requested_at: datetime = Field(sa_column=_instant())
    source: str
    starts_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    ends_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    place: int | None = None
    name: str
    email: str | None = None
    phone: str | None = None
    wish: str | None = None
    language: str | None = None
    channel: str
    page_language: str
    token_hash: str = Field(unique=True)
    person_id: UUID | None = None
    session_id: UUID | None = None

    @property
    def withdrawn(self) -> bool:
        """Never: an appointment is cancelled, and that is a state."""
        return False

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.appointment_id

    @property
    def owner(self) -> UUID:
        """Its carrier."""
        return self.carrier_id


class MailRow(OfMail, table=True):
    """An e-mail about an appointment."""

    __tablename__ = "appointment_mail"
    __table_args__ = (
        UniqueConstraint("appointment_id", "kind", "revision"),
        Index("appointment_mail_due", "next_at", postgresql_where=text("state = 'waiting'")),
    )

    appointment_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("appointment.appointment_id", ondelete="CASCADE"), nullable=False)
    )
