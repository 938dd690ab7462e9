"""Rows of consents and of what was handed over under them. Class E: never in a message, not even as counts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class ConsentRow(SQLModel, table=True):
    """A release from confidentiality (Entbindung): for one body, named purposes and a period, signed on paper.

    Once noted it is never changed, only withdrawn: what somebody signed stays what she signed. `details` is what may
    be told, as it stands on the paper.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("consent_case", "carrier_id", "case_id"),)

    consent_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID
    body_id: UUID
    revision: int = 1
    purposes: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    details: str | None = None
    signed_on: date
    valid_from: date
    valid_until: date
    recorded_on: date
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.consent_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class TransferRow(SQLModel, table=True):
    """Something of a person was handed over (Weitergabe): to whom, what for, when, under which consent (CON-03).

    Never changed and never withdrawn: a withdrawal of the consent leaves it (CON-04). `recipient` is the body's name
    on that day.
    """

    __tablename__ = "transfer"
    __table_args__ = (Index("transfer_case", "carrier_id", "case_id"),)

    transfer_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID
    consent_id: UUID
    body_id: UUID
    revision: int = 1
    recipient: str
    purpose: str
    kind: str
    details: str | None = None
    subject: str
    made_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    date: date

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.transfer_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id
