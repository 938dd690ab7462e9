"""Rows of the Good Practice board: sittings with what is up, ratings of members, decisions (GP-01 to GP-08)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class SittingRow(SQLModel, table=True):
    """A sitting (Sitzung) of the board: `open` until it is `closed`; nothing is rated or decided in it after that."""

    __tablename__ = "board_sitting"

    sitting_id: UUID = Field(primary_key=True)
    title: str
    day: date
    state: str
    revision: int
    changed_by: str
    closed_on: date | None = None


class AgendaRow(SQLModel, table=True):
    """A proposal that is up in a sitting, known as its network's item."""

    __tablename__ = "board_agenda"

    sitting_id: UUID = Field(primary_key=True)
    item_id: UUID = Field(primary_key=True)
    region: str


class RatingRow(SQLModel, table=True):
    """What a member says about a proposal of a sitting: a `draft`, or `handed_in`; a correction is the next revision.

    `seat` is the group that the member rated for. `marks` are the marks and reasons by criterion: free text, which
    neither leaves the centre nor is told to a network.
    """

    __tablename__ = "board_rating"

    sitting_id: UUID = Field(primary_key=True)
    item_id: UUID = Field(primary_key=True)
    member: str = Field(primary_key=True)
    seat: str
    state: str
    revision: int
    marks: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class BoardDecisionRow(SQLModel, table=True):
    """A decision (Entscheidung) of the board about a proposal; rows are only added, the newest revision holds (GP-07).

    `state`: `decided`, or `reopened`. A row that re-opens repeats the outcome that no longer holds, and its `reasons`
    say why. `outcome`: `selected` or `not_selected`; `reasons` are for the network that proposed, `decided_by` is not.
    """

    __tablename__ = "board_decision"

    region: str = Field(primary_key=True)
    item_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    state: str
    outcome: str
    reasons: str
    decided_on: date
    decided_by: str
    sitting_id: UUID
