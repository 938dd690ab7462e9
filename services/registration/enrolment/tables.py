"""Rows of enrolment beside the registrations themselves (`run_tables`)."""

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field

from services.registration.mailing.tables import OfMail


class RegistrationMailRow(OfMail, table=True):
    """An e-mail about a registration."""

    __tablename__ = "registration_mail"
    __table_args__ = (
        UniqueConstraint("registration_id", "kind", "revision"),
        Index("registration_mail_due", "next_at", postgresql_where=text("state = 'waiting'")),
    )

    registration_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("run_registration.registration_id", ondelete="CASCADE"), nullable=False)
    )
