"""Rows of sensitive work; the content is sealed, and nothing of it is ever in an event."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index
from sqlmodel import Field, SQLModel


class SensitiveRow(SQLModel, table=True):
    """The confidential data of a case, one record: `content` is a JWE that only this service's key opens (`seal`).

    `place_hash` is equal in records about one place, and of nothing in those that name none (`places`).
    """

    __tablename__ = "sensitive_record"
    __table_args__ = (Index("sensitive_record_place", "carrier_id", "place_hash"),)

    case_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    content: str
    recorded_on: date
    revision: int = 1
    place_hash: str


class OpeningRow(SQLModel, table=True):
    """That an account opened the confidential data of a case, and why; it stays."""

    __tablename__ = "sensitive_opening"
    __table_args__ = (Index("sensitive_opening_case", "case_id", "subject", "opened_at"),)

    opening_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    case_id: UUID
    subject: str
    reason: str
    opened_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
