"""Rows of referrals. Class E but for the kind of body, which the session tells inside the network."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ReferralRow(SQLModel, table=True):
    """A referral (Verweis): target, day, purpose, together or alone, named or only a tip, and what became of it.

    One that belongs to a session is the session's `referral_target`, told once: whoever changes one changes the other.
    `transfer_id` is the log of a named one; `proposed`: registration was told, `answer` is what it has answered.
    """

    __tablename__ = "referral"
    __table_args__ = (Index("referral_case", "carrier_id", "case_id"),)

    referral_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID
    session_id: UUID | None = Field(default=None, unique=True)
    revision: int = 1
    withdrawn: bool = False
    recorded_on: date
    target: str
    body_id: UUID | None = None
    purpose: str
    note: str | None = None
    named: bool = False
    accompanied: bool = False
    transfer_id: UUID | None = None
    proposed: bool = False
    answer: str | None = None
    answer_reason: str | None = None
    answered_on: date | None = None
    answer_revision: int = 0
    result: str | None = None
    result_on: date | None = None
    date: date

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.referral_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id
