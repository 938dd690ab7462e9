"""Rows of books: what was ordered and how far it is, and one row for each table that is written."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class BookRow(SQLModel, table=True):
    """A book (Bericht): kind, whose figures (`region`, `de`: the country's), quarter, and the two days it is fixed to.

    `since` is the state it tells the changes from. `done` of `steps` tables are written, `failed` of them without an
    answer. `worker` writes it until `lease_until`; `attempts` counts beginnings without a table written since.
    """

    __tablename__ = "book"

    book_id: UUID = Field(primary_key=True)
    kind: str
    region: str
    quarter: str
    as_of: date
    known_at: date
    since: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    state: str = Field(default="waiting", index=True)
    steps: int
    done: int = 0
    failed: int = 0
    hash: str | None = None
    detail: str = ""
    attempts: int = 0
    worker: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    created_by: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class BookTableRow(SQLModel, table=True):
    """A table of a book as it was written; it goes with its book."""

    __tablename__ = "book_table"

    book_id: UUID = Field(sa_column=Column(ForeignKey("book.book_id", ondelete="CASCADE"), primary_key=True))
    place: int = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
