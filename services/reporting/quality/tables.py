"""Rows of data quality: follow-ups; the same on both sides of the leaf."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class FollowUpRow(SQLModel, table=True):
    """A follow-up (Nachfrage) to a network (`region`): the centre's question and the network's answer, as contracts.

    `finding` is the key of the finding it is about.
    """

    __tablename__ = "follow_up"

    region: str = Field(primary_key=True)
    follow_up_id: UUID = Field(primary_key=True)
    finding: str = Field(index=True)
    closed: bool
    due_on: date
    question: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
