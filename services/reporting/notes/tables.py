"""Rows of what people note: views, comments with the passport of their figure, and marks of visits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

PERSONAL = ("saved_view", "figure_comment", "last_visit")
"""Tables that tell something of an account, or keep free text (docs/privacy.md)."""


def _instant(*, nullable: bool = False) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


class ViewRow(SQLModel, table=True):
    """A saved view (Ansicht): a name for the address of a page; `shared` lets all colleagues see it.

    `start`: the one its owner begins with.
    """

    __tablename__ = "saved_view"

    view_id: UUID = Field(primary_key=True)
    owner: str = Field(index=True)
    name: str
    path: str
    shared: bool
    start: bool = False
    revision: int = 1
    saved_on: date
    shared_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class CommentRow(SQLModel, table=True):
    """A comment on a figure, or (`answers_to`) an answer to one; there is one level of answers.

    `about` is the figure's question without its days, `query` the one that was looked at, `passport` and `value` what
    it said then. A comment that is deleted while it has answers keeps its place without its text.
    """

    __tablename__ = "figure_comment"

    comment_id: UUID = Field(primary_key=True)
    answers_to: UUID | None = Field(default=None, index=True)
    author: str
    about: str = Field(index=True)
    query: str
    passport: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    value: int | None = Field(default=None, sa_column=Column(BigInteger))
    text: str
    deleted: bool = False
    resolved_by: str | None = None
    resolved_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    revision: int = 1
    written_at: datetime = Field(sa_column=_instant())
    changed_at: datetime = Field(sa_column=_instant())


class VisitRow(SQLModel, table=True):
    """When an account last said that it has seen everything that is new (*Alles gesehen*)."""

    __tablename__ = "last_visit"

    subject: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_column=_instant())
