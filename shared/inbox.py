"""The inbox: what was taken in, what was parked, and how far (design 7: acks prove nothing)."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class InboxRow(SQLModel, table=True):
    """A message taken in once; written with its effect."""

    __tablename__ = "inbox"

    region: str = Field(primary_key=True)
    message_id: UUID = Field(primary_key=True)
    received_on: date


class ParkedRow(SQLModel, table=True):
    """A message that could not be handled, with its reason and bytes: `dead`, or `later` after an upgrade."""

    __tablename__ = "parked"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    stream: str
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    fate: str
    reason: str
    headers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    parked_on: date


class CursorRow(SQLModel, table=True):
    """Highest sequence of a stream whose effect is committed here."""

    __tablename__ = "ingest_cursor"

    stream: str = Field(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
