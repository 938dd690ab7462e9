"""Rows of practice tasks and of the anonymous feedback of a run."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel


def _of(table: str, column: str, *, primary: bool = False) -> Any:
    key = ForeignKey(f"{table}.{column}", ondelete="CASCADE")
    return Field(sa_column=Column(Uuid, key, nullable=False, primary_key=primary))


class TaskRow(SQLModel, table=True):
    """A practice task (Praxisaufgabe) that a participant has handed in after a module (IKBO-02). Class D."""

    __tablename__ = "run_task"

    participant_id: UUID = _of("run_participant", "participant_id", primary=True)
    module: int = Field(primary_key=True)
    carrier_id: UUID
    kind: str
    handed_in_on: date


class FeedbackLinkRow(SQLModel, table=True):
    """The one link of a run's feedback: for everybody in it, so that it says nothing of who answers (IKKE-30)."""

    __tablename__ = "run_feedback_link"

    run_id: UUID = _of("training_run", "run_id", primary=True)
    carrier_id: UUID
    revision: int
    token_hash: str = Field(unique=True)
    open: bool

    @property
    def key(self) -> UUID:
        """Id of the record: the run's."""
        return self.run_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class FeedbackRow(SQLModel, table=True):
    """One anonymous answer: five numbers, no text, no time, nobody. `place` is its number in the run."""

    __tablename__ = "run_feedback"
    __table_args__ = (UniqueConstraint("run_id", "place"),)

    feedback_id: UUID = Field(primary_key=True)
    run_id: UUID = _of("training_run", "run_id")
    place: int
    benefit: int
    clear: int
    exchange: int
    trainers: int
    frame: int
