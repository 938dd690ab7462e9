"""Rows of the directory of bodies."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class BodyRow(SQLModel, table=True):
    """A body one may be referred to (Stelle). Public; `withdrawn`: it does not exist any more.

    `carrier_id` where the body is a carrier of this network, so that its trainers hear of proposals. `checked_on` is
    the day somebody who keeps the directory checked the entry, null for one that a counsellor has just added.
    `external_id` and what follows it are those of an entry that came from a file.
    """

    __tablename__ = "body"

    body_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool = False
    recorded_on: date
    kind: str = Field(index=True)
    name: str
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    languages: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    carrier_id: UUID | None = None
    checked_on: date | None = None
    external_id: str | None = Field(default=None, unique=True)
    row_hash: str | None = None
    row_recorded_on: date | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.body_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier: none, the directory is the network's."""
        return None
