"""Rows of structural work; they stay in this service."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class StructuralRow(SQLModel, table=True):
    """A piece of structural work: its kind and day, for whom, volunteers as counts; about no person.

    `context` says of an examination of structures where (Lebensbereich). `examined_hash` finds one that was opened from
    sealed records of one place again (DIS-06): a keyed hash of another kind than theirs, so that no query joins them.
    """

    __tablename__ = "structural_work"
    __table_args__ = (
        Index("structural_work_date", "carrier_id", "date"),
        Index(
            "structural_work_examined",
            "carrier_id",
            "examined_hash",
            unique=True,
            postgresql_where=text("NOT withdrawn"),
        ),
    )

    work_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int = 1
    withdrawn: bool = False
    recorded_on: date
    recorded_by: str
    date: date
    kind: str
    target: str | None = None
    office_id: UUID | None = None
    context: str | None = None
    note: str | None = None
    volunteers_with_background: int = 0
    volunteers_without_background: int = 0
    volunteer_tasks: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    examined_hash: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.work_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id
