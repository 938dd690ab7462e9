"""Rows of the rights of a person that registration alone keeps."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel


class ErasedReferenceRow(SQLModel, table=True):
    """A reference (keyed hash) whose person was erased without being registered, until the journal has it.

    Unlike a tombstone it says when and why, and whether the journal outside the backups has it.
    """

    __tablename__ = "erased_reference"

    carrier_id: UUID = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    erased_on: date
    reason: str
    journaled: bool = False
