"""Rows of the registration database. Only the store (and migrations) knows them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from shared.audit import AuditRow
from shared.importing.tables import ImportChunk, ImportErrorRow, ImportJob
from shared.outbox import DeliveredRow, OutboxRow

TABLES = (OutboxRow, DeliveredRow, AuditRow, ImportJob, ImportChunk, ImportErrorRow)
"""Shared tables of this database, named so that its history knows them."""


class PersonRow(SQLModel, table=True):
    """A person (Ratsuchende*r) of one carrier: identity, and the profile counselling may know. Class D."""

    __tablename__ = "person"
    __table_args__ = (Index("person_carrier_name", "carrier_id", "search_name"),)

    person_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    name: str
    search_name: str
    birth_year: int | None = None
    nationality: str
    refugee_background: str
    gender: str

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.person_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id


class StructureRow(SQLModel, table=True):
    """A unit of the structure register: carrier, Teilprojekt, office, house (ORG-02). Public."""

    __tablename__ = "structure"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    structure_id: UUID = Field(primary_key=True)
    revision: int
    withdrawn: bool = False
    recorded_on: date
    kind: str
    code: str
    name: str
    parent_id: UUID | None = None
    programme_line: str | None = None
    carrier_is_migrant_organisation: bool = False
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.structure_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier: none, structure is public."""
        return None


class MeetingRow(SQLModel, table=True):
    """A training, event or counselling process with its headcount (TRN-07)."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("carrier_id", "external_id"),
        Index("meeting_date", "carrier_id", "date"),
    )

    meeting_id: UUID = Field(primary_key=True)
    carrier_id: UUID
    revision: int
    withdrawn: bool = False
    recorded_on: date
    date: date
    origin: str
    external_id: str | None = None
    row_hash: str | None = None
    programme_line: str
    format: str
    role: str
    number: int
    participants: int
    new_participants: int
    units: int | None = None
    topic: str | None = None
    target_groups: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    office_id: UUID | None = None
    offering_id: UUID | None = None
    withdrawn_reason: str | None = None

    @property
    def key(self) -> UUID:
        """Id of the record."""
        return self.meeting_id

    @property
    def owner(self) -> UUID | None:
        """Its carrier."""
        return self.carrier_id
